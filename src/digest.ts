import { createHash, hash as hashWhole } from 'node:crypto';

/** Lower-case hex SHA-256 of bytes or of UTF-8 text. */
export function sha256Hex(data: Uint8Array | string): string {
  return hashWhole('sha256', data);
}

/** Lower-case hex SHA-1: how Vercel addresses file contents. Not used as proof of anything. */
export function sha1Hex(data: Uint8Array | string): string {
  return hashWhole('sha1', data);
}

/** A SHA-1 and a SHA-256 fed together, so that a large file is read once. */
export class FileDigest {
  readonly #sha1 = createHash('sha1');
  readonly #sha256 = createHash('sha256');

  update(chunk: Uint8Array): void {
    this.#sha1.update(chunk);
    this.#sha256.update(chunk);
  }

  finish(): { sha1: string; sha256: string } {
    return {
      sha1: this.#sha1.digest('hex'),
      sha256: this.#sha256.digest('hex'),
    };
  }
}

/** Standard base64 with padding, as DSSE consumers in Go require it. */
export function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** Bytes of padded standard base64; undefined for anything else (url alphabet, white space, missing padding). */
export function fromStrictBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? new Uint8Array(bytes) : undefined;
}

/** A P-256 public key as its JWK coordinates: base64url, 32 bytes each. */
export interface P256Point {
  readonly x: string;
  readonly y: string;
}

/** The SSH fingerprint (RFC 5656 blob, unpadded base64): what Sigstore's Go tools expect as the key id of a DSSE signature. */
export function keyIdOfP256({ x, y }: P256Point): string {
  const uncompressed = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  const fields = [Buffer.from('ecdsa-sha2-nistp256'), Buffer.from('nistp256'), uncompressed];
  const hash = createHash('sha256');
  for (const field of fields) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(field.length);
    hash.update(length).update(field);
  }
  return `SHA256:${hash.digest('base64').replace(/=+$/, '')}`;
}

/** RFC 7638 thumbprint (SHA-256, base64url): members in this order, without white space. */
export function thumbprintOfP256({ x, y }: P256Point): string {
  return createHash('sha256')
    .update(JSON.stringify({ crv: 'P-256', kty: 'EC', x, y }))
    .digest('base64url');
}
