import { generateKeyPairSync, sign } from 'node:crypto';
import type { PipeError } from '../../../src/errors.ts';
import type { AzureKey } from '../../../src/exchange/config.ts';
import { Secret } from '../../../src/secret.ts';
import { openAzureKey } from '../../../src/signing/azure-key-vault-key.ts';
import { bench, NEVER, type Bench } from '../../http/support/bench.ts';
import type { Answer } from '../../http/support/fake-network.ts';

export const VAULT = 'https://acme.vault.azure.net';
export const VERSION = '0123456789abcdef0123456789abcdef';
export const KID = `${VAULT}/keys/deploy-records/${VERSION}`;
export const SETTINGS: AzureKey = { vault: VAULT, key: 'deploy-records', exchange: 'through-entra' };
export const DATA = new TextEncoder().encode('statement');
export const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

export const answer = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  ...{ status, headers },
  body: JSON.stringify(body),
});
export const shown = (key: object = {}, attributes: object = {}): Answer =>
  answer(200, {
    key: { kid: KID, key_ops: ['sign', 'verify'], ...publicKey.export({ format: 'jwk' }), kty: 'EC-HSM', ...key },
    attributes: { enabled: true, ...attributes },
  });
export const signed = (more: object = {}): Answer => {
  const value = sign('sha256', DATA, { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  return answer(200, { kid: KID, value, ...more });
};

export interface Ran {
  readonly outcome: { readonly keyUri: string; readonly publicKeyPem: string; readonly raw: Uint8Array } & PipeError;
  readonly sent: Bench['network']['sent'];
}

/** Opens the key and signs once. */
export async function run(answers: readonly Answer[], settings = SETTINGS): Promise<Ran> {
  const made = bench(answers);
  const outcome = await openAzureKey(settings, new Secret('entra-token-canary'), made, NEVER)
    .then(async (signer) => ({ ...signer, raw: await signer.sign(DATA, NEVER) }))
    .catch((error: unknown) => error);
  return { outcome: outcome as Ran['outcome'], sent: made.network.sent };
}
