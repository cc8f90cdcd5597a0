import { createPublicKey } from 'node:crypto';
import { bundleFromJSON } from '@sigstore/bundle';
import { toSignedEntity, toTrustMaterial, Verifier } from '@sigstore/verify';
import type { Signer } from '../../../src/signing/types.ts';
import { SIGNER } from './records.ts';
import { CA, ROOT, TSA } from './timestamps.ts';

export const KEY_END = Date.UTC(2026, 10, 23, 13);

/** As an auditor sets it up for a key of its own: no log; of each record a timestamp, or of none. */
export function verifyWithSigstore(bundleJson: string, { keyId, publicKeyPem }: Signer = SIGNER, timestamps = 0): void {
  const certificates = [TSA, CA, ROOT].map(({ certificate }) => ({ rawBytes: Buffer.from(certificate) }));
  const validFor = { start: new Date(0) };
  const authority = { subject: undefined, uri: '', certChain: { certificates }, validFor, operator: '' };
  const root = { mediaType: '', tlogs: [], certificateAuthorities: [], ctlogs: [], timestampAuthorities: [authority] };
  const trust = toTrustMaterial(root, (hint) => {
    if (hint !== keyId) throw new Error(`key not found: ${hint}`);
    return { publicKey: createPublicKey(publicKeyPem), validFor: (at) => at.getTime() <= KEY_END };
  });
  const verifier = new Verifier(trust, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: timestamps });
  verifier.verify(toSignedEntity(bundleFromJSON(JSON.parse(bundleJson))));
}
