import { verify } from 'node:crypto';
import { encodePae } from './dsse.ts';
import type { Envelope } from './bundle.ts';
import { refuseSignature } from './refuse.ts';
import type { TrustedKey } from './public-key.ts';
import { PAYLOAD_TYPE } from './types.ts';

/** r and s of P-256 side by side, as WebCrypto and JWS write them. */
const RAW_SIGNATURE_BYTES = 64;
const DER_SEQUENCE = 0x30;

/**
 * Checks the signature over the payload's exact bytes.
 * @throws {PipeError} `SIGNATURE_INVALID`.
 */
export function verifySignature({ payload, signature }: Envelope, signer: TrustedKey): void {
  if (!isSequence(signature)) {
    const raw = signature.length === RAW_SIGNATURE_BYTES ? '64 raw bytes (r and s side by side)' : 'other bytes';
    throw refuseSignature('The signature is not in ASN.1 DER.', raw, 'an ECDSA signature in ASN.1 DER');
  }
  if (!verify('sha256', encodePae(PAYLOAD_TYPE, payload), signer.key, signature)) {
    throw refuseSignature(
      'The signature does not fit the record: the record, or its signature, was changed after signing.',
      'a signature that the key did not make over these bytes',
      `a signature by ${signer.keyId}`,
    );
  }
}

/** One DER sequence that fills the bytes. OpenSSL checks what is in it; a raw signature must be named as what it is. */
function isSequence(bytes: Uint8Array): boolean {
  return bytes[0] === DER_SEQUENCE && bytes[1] === bytes.length - 2;
}
