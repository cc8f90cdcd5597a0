import { createHash } from 'node:crypto';
import type { IssuerRsaKey, PkToken } from '../../../src/openpubkey/index.ts';

/**
 * The GQ256 equation written down a second time, from the standard and OpenPubkey's text alone: plain integers, powers
 * by their definition, nothing shared with `src/`. W_i = S_i^e · G^(R_i); R must be SHAKE256(W || M).
 */
export function holdsByDefinition({ payload, signatures }: PkToken, issuerKey: IssuerRsaKey): boolean {
  const [n, e] = [decode(issuerKey.n), decode(issuerKey.e)];
  const size = Buffer.from(issuerKey.n, 'base64url').length;
  const bits = e.toString(2).length - 1;
  const [rounds, width] = [Math.ceil(256 / bits), Math.ceil(bits / 8)];
  const [{ protected: header, signature }] = signatures;
  const proof = Buffer.from(signature, 'base64url');
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
  const g = padded(`${kid}.${payload}`, size);
  let w = '';
  for (let i = 0; i < rounds; i++) {
    const r = integer(proof.subarray(i * width, (i + 1) * width));
    const s = integer(proof.subarray(rounds * width + i * size, rounds * width + (i + 1) * size));
    w += ((power(s, e, n) * power(g, r, n)) % n).toString(16).padStart(2 * size, '0');
  }
  const hash = createHash('shake256', { outputLength: rounds * width });
  const question = hash.update(Buffer.from(w, 'hex')).update(`${header}.${payload}`).digest('hex');
  return question === proof.subarray(0, rounds * width).toString('hex') && proof.length === rounds * (width + size);
}

export function power(base: bigint, exponent: bigint, n: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % n;
    if (bit === '1') result = (result * base) % n;
  }
  return result;
}

/** 00 01 FF … FF 00, then the DER of a SHA-256 digest. */
function padded(text: string, size: number): bigint {
  const digest = createHash('sha256').update(text).digest('hex');
  const tail = `003031300d060960864801650304020105000420${digest}`;
  return BigInt(`0x0001${'f'.repeat(2 * size - 4 - tail.length)}${tail}`);
}

function integer(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

function decode(text: string): bigint {
  return integer(Buffer.from(text, 'base64url'));
}
