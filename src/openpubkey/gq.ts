import { createHash } from 'node:crypto';
import { countBits, preparePowers, toBytes, toInteger } from './modular.ts';
import type { RsaKey } from './issuer-key.ts';
import { Unfit } from './unfit.ts';

/**
 * GQ1 signatures (Guillou and Quisquater, ISO/IEC 14888-2): they prove that the signer knows Q with Q^e · G = 1 mod n,
 * and give nothing of Q away. With the issuer's key, and G what a token's RS256 signature signs, Q is that signature's inverse.
 *
 * In the standard's letters: W the test numbers, R the question, S the witness. A signature is R || S.
 */
export interface GqScheme {
  readonly key: RsaKey;
  /** t of the standard: numbers in R and in S. */
  readonly rounds: number;
  /** Bytes of one number of R. */
  readonly questionBytes: number;
  /** That many bytes of a hash over W and the message. */
  readonly hash: (length: number, testNumbers: readonly Uint8Array[], message: Uint8Array) => Uint8Array;
}

/** Where the chance to cheat in one round is 2^-16 (e = 65537), 16 rounds make it 2^-256. */
const SECURITY_BITS = 256;

/** GQ256 as OpenPubkey has it: 256 bits of security, SHAKE256. */
export function gq256(key: RsaKey): GqScheme {
  // floor(log2 e)
  const bitsPerRound = countBits(key.e) - 1;
  return {
    key,
    rounds: Math.ceil(SECURITY_BITS / bitsPerRound),
    questionBytes: Math.ceil(bitsPerRound / 8),
    hash(outputLength, testNumbers, message) {
      const hash = createHash('shake256', { outputLength });
      for (const testNumber of testNumbers) hash.update(testNumber);
      return hash.update(message).digest();
    },
  };
}

export function gqSignatureBytes({ key, rounds, questionBytes }: GqScheme): number {
  return rounds * (questionBytes + key.bytes);
}

/**
 * @param secret Q, below n.
 * @param draw a fresh random number above 0 and below n; one that is known, or used twice, gives Q away.
 */
export function signGq(scheme: GqScheme, secret: bigint, message: Uint8Array, draw: () => bigint): Buffer {
  const { key, rounds, questionBytes, hash } = scheme;
  const numbers = Array.from({ length: rounds }, draw);
  const testNumbers = numbers.map((number) => key.raise(toBytes(number, key.bytes)));
  const question = hash(rounds * questionBytes, testNumbers, message);
  const timesPower = preparePowers(secret, 8 * questionBytes, key.n);
  const witness = numbers.map((number, round) =>
    toBytes(timesPower(number, pickQuestion(question, round, scheme)), key.bytes),
  );
  return Buffer.concat([question, ...witness]);
}

/**
 * Returns where the signature is good.
 * @param identity G, below n.
 * @throws {Unfit}
 */
export function verifyGq(scheme: GqScheme, identity: bigint, message: Uint8Array, signature: Uint8Array): void {
  const { key, rounds, questionBytes, hash } = scheme;
  const [length, wanted] = [signature.length, gqSignatureBytes(scheme)];
  if (length !== wanted) throw new Unfit(`the GQ signature has ${String(length)} bytes, not ${String(wanted)}`);
  const question = signature.subarray(0, rounds * questionBytes);
  const timesPower = preparePowers(identity, 8 * questionBytes, key.n);
  const testNumbers = Array.from({ length: rounds }, (_, round) => {
    const start = question.length + round * key.bytes;
    const witness = signature.subarray(start, start + key.bytes);
    const number = toInteger(witness);
    if (number === 0n || number >= key.n) throw new Unfit('the GQ signature holds a number that is 0 or not below n');
    return toBytes(timesPower(toInteger(key.raise(witness)), pickQuestion(question, round, scheme)), key.bytes);
  });
  if (!Buffer.from(hash(question.length, testNumbers, message)).equals(question)) {
    throw new Unfit(
      "the GQ signature does not fit: it was not made with the issuer's signature for these headers and claims",
    );
  }
}

function pickQuestion(question: Uint8Array, round: number, { questionBytes }: GqScheme): bigint {
  return toInteger(question.subarray(round * questionBytes, (round + 1) * questionBytes));
}
