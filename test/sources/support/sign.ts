import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { CompactSign, type CompactJWSHeaderParameters } from 'jose';

export const POLICY = 'version: 1\n# of the organisation\n';
export const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
export const PUBLIC_PEM = pair.publicKey.export({ type: 'spki', format: 'pem' }).toString();

/** A signed policy as `policy sign` makes it, save what is changed. */
export function sign(
  header: Readonly<Record<string, unknown>> = {},
  key: KeyObject | Uint8Array = pair.privateKey,
  text = POLICY,
): Promise<string> {
  const full = { alg: 'ES256', typ: 'deploy-policy+jws', serial: 7, ...header } as CompactJWSHeaderParameters;
  return new CompactSign(new TextEncoder().encode(text)).setProtectedHeader(full).sign(key, { crit: { x: true } });
}
