import { createPublicKey } from 'node:crypto';
import { buildStatement, readTrust, signRecord, type Trust } from '../../../src/record/index.ts';
import type { RecordFacts } from '../../../src/record/types.ts';
import type { Signer } from '../../../src/signing/types.ts';
import { makeFacts } from './facts.ts';
import { KEY, SIGNER } from './records.ts';

export const JWK = createPublicKey(KEY.publicPem).export({ format: 'jwk' });

/** An entry for the key of the samples, which sign on 2026-11-23; a test says what is otherwise. */
export function makeEntry(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const entry: Record<string, unknown> = {
    keyid: SIGNER.keyId,
    jwk: JWK,
    mode: 'vault',
    validFor: { start: '2026-01-01T00:00:00Z' },
  };
  return Object.fromEntries(Object.entries({ ...entry, ...changes }).filter(([, value]) => value !== undefined));
}

export const trustList = (...entries: readonly unknown[]): Trust => readTrust({ keyList: JSON.stringify(entries) });

/** The sample key as a key service has it. */
export function asManaged(name: Signer['name']): Signer {
  return { ...SIGNER, name, keyUri: `${name}:sample` };
}

export async function makeManaged(
  changes: Partial<RecordFacts> = {},
  name: Signer['name'] = 'vault',
  timestamp?: (signature: Uint8Array) => Promise<Uint8Array>,
): Promise<string> {
  const signer = asManaged(name);
  return (await signRecord(buildStatement(makeFacts(signer, changes)), signer, timestamp)).bundleJson;
}
