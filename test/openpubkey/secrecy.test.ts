import { describe, expect, it } from '@jest/globals';
import { compactVerify, generalVerify } from 'jose';
import { bindToken, type PkToken } from '../../src/openpubkey/index.ts';
import { makeIssuer, makeUserKey, STATEMENT } from './support/issuer.ts';
import { power } from './support/oracle.ts';

const issuer = makeIssuer();
const { issuerKey } = issuer;
const token = issuer.issue();
const input = { token, issuerKey, privateKey: makeUserKey(), statementDigest: STATEMENT };
const pkToken = bindToken(input);
const [header = '', payload = '', signature = ''] = token.reveal().split('.');
const [gq, cic] = pkToken.signatures;
const toInteger = (text: string): bigint => BigInt(`0x${Buffer.from(text, 'base64url').toString('hex')}`);

describe('what a reader of the proof gets', () => {
  it("holds nothing of the token's signature", () => {
    const bytes = Buffer.from(signature, 'base64url').toString('hex');
    const proof = Buffer.from(gq.signature, 'base64url').toString('hex');
    expect(JSON.stringify(pkToken)).not.toContain(signature.slice(0, 24));
    for (let at = 0; at + 32 <= bytes.length; at += 32) expect(proof).not.toContain(bytes.slice(at, at + 32));
  });

  it('hides the secret behind numbers that are random, each its own', () => {
    const [n, secretInverse] = [toInteger(issuerKey.n), toInteger(signature)];
    const numbers = [pkToken, bindToken(input)].flatMap(({ signatures: [{ signature: text }] }) => {
      const proof = Buffer.from(text, 'base64url');
      return Array.from({ length: 16 }, (_, round) => {
        const witness = BigInt(`0x${proof.subarray(32 + 256 * round, 32 + 256 * (round + 1)).toString('hex')}`);
        // S = r · Q^R, and the token's signature is the inverse of Q: whoever has the token finds r.
        return (witness * power(secretInverse, BigInt(proof.readUInt16BE(2 * round)), n)) % n;
      });
    });
    expect(new Set(numbers).size).toBe(32);
    // None is small, as all are but with a chance of 2^-59; and not all lie in one half, but with one of 2^-31.
    expect(numbers.filter((number) => number < n >> 64n)).toEqual([]);
    const low = numbers.filter((number) => number < n / 2n).length;
    expect(low).toBeGreaterThan(0);
    expect(low).toBeLessThan(32);
  });

  it('is no token, however its parts are put together', async () => {
    const proof = Buffer.from(gq.signature, 'base64url');
    const slices = Array.from({ length: 16 }, (_, round) => proof.subarray(32 + 256 * round, 32 + 256 * (round + 1)));
    const signatures = [gq.signature, cic.signature, ...slices.map((slice) => slice.toString('base64url'))];
    await expect(compactVerify(token.reveal(), issuer.publicKey)).resolves.toBeDefined();
    for (const head of [gq.protected, cic.protected, header]) {
      for (const sig of signatures) {
        await expect(compactVerify(`${head}.${payload}.${sig}`, issuer.publicKey)).rejects.toThrow();
      }
    }
  });

  it("is no token for jose's other forms", async () => {
    const general = pkToken as unknown as PkToken & { signatures: { protected: string; signature: string }[] };
    await expect(generalVerify(general, issuer.publicKey)).rejects.toThrow('signature verification failed');
  });
});
