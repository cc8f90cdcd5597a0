import { compactVerify, importSPKI } from 'jose';
import { fromStrictBase64, sha256Hex } from '../digest.ts';
import { PipeError } from '../errors.ts';
import { toRawSignature } from '../signing/index.ts';
import type { Signer } from '../signing/types.ts';

/** What the pipe fetches at most, and so the longest signed policy that is of use. */
const MAX_BYTES = 256 * 1024;
const TYPE = 'deploy-policy+jws';
/** The highest that `#serial=` of `POLICY` can ask for. */
const MAX_SERIAL = 999_999_999_999_999;

/**
 * A policy file in its signed form: a compact JWS (RFC 7515), ES256, around the file's exact bytes. Its protected header
 * says `typ`, `kid` (SHA-256 of the public key's SPKI, hex) and `serial`, which every later policy must exceed. What
 * was signed is verified before it is given out. The caller has parsed the policy: a signature on a faulty one would
 * stop every repository at once.
 * @param serial from {@link nextSerial}.
 * @throws {PipeError} `FILE_TOO_LARGE`, `USAGE` for a serial that is no positive whole number.
 */
export async function signPolicy(bytes: Uint8Array, signer: Signer, serial: number): Promise<string> {
  if (!isSerial(serial)) throw wrongSerial(String(serial));
  const header = { alg: 'ES256', kid: keyIdOf(signer.publicKeyPem), typ: TYPE, serial };
  const signed = `${encode(JSON.stringify(header))}.${encode(bytes)}`;
  const signature = await signer.sign(new TextEncoder().encode(signed));
  const jws = `${signed}.${encode(toRawSignature(signature))}`;
  if (jws.length > MAX_BYTES) throw tooLarge(bytes.byteLength, jws.length);
  await compactVerify(jws, await importSPKI(signer.publicKeyPem, 'ES256'), { algorithms: ['ES256'] });
  return jws;
}

/** How the serial of the next signed policy is found. All may be left out. */
export interface SerialChoice {
  /** `--serial`: this one. */
  readonly given?: number | undefined;
  /** `--after`: the text of the signed policy that is to be replaced. */
  readonly after?: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * The serial for a new signed policy: the one given, else one more than that of the policy before, else the seconds
 * since 1970. Seconds need no memory and cannot go back: two people who sign on two machines get rising numbers, and so
 * does whoever counted by hand before. With the policy before at hand, a serial that does not exceed it is refused.
 * @throws {PipeError} `USAGE` for a serial that does not rise; `SIGNATURE_INVALID` where the policy before is not one
 *   that this signer signed: a foreign file must not decide how high the next serial is.
 */
export async function nextSerial({ given, after, now }: SerialChoice, signer: Signer): Promise<number> {
  if (given !== undefined && !isSerial(given)) throw wrongSerial(String(given));
  const before = after === undefined ? undefined : await readSerial(after, signer);
  if (before === undefined) return given ?? Math.floor(now / 1000);
  const next = given ?? before + 1;
  if (next <= before || !isSerial(next)) throw wrongSerial(String(next), before);
  return next;
}

/** The serial in a signed policy of this signer. */
async function readSerial(jws: string, signer: Signer): Promise<number> {
  try {
    const key = await importSPKI(signer.publicKeyPem, 'ES256');
    const { protectedHeader } = await compactVerify(jws.trim(), key, { algorithms: ['ES256'] });
    const { typ, serial } = protectedHeader as { typ?: unknown; serial?: unknown };
    if (typ === TYPE && isSerial(serial)) return serial;
  } catch {
    // Told below in our own words; the library's error says no more.
  }
  throw new PipeError({
    code: 'SIGNATURE_INVALID',
    message: 'The policy under --after is not one that this signing key signed.',
    wanted: `a signed policy (typ ${TYPE}) by the key ${keyIdOf(signer.publicKeyPem)}`,
    fix: 'After a change of keys, leave --after out, or give the number itself with --serial.',
  });
}

function isSerial(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) > 0 && Number(value) <= MAX_SERIAL;
}

/** SHA-256 of the SPKI in DER, hex. */
function keyIdOf(publicKeyPem: string): string {
  const der = fromStrictBase64(publicKeyPem.replace(/-----[^-]+-----|\s/g, ''));
  if (!der) throw new Error('a signer gave no PEM');
  return sha256Hex(der);
}

function encode(data: Uint8Array | string): string {
  return Buffer.from(data).toString('base64url');
}

function wrongSerial(got: string, before = 0): PipeError {
  return new PipeError({
    code: 'USAGE',
    message:
      'The serial of a signed policy must rise: pipes refuse one that is lower than what they are told to expect.',
    got,
    wanted: `a whole number from ${String(before + 1)} to ${String(MAX_SERIAL)}`,
    fix: 'Leave --serial out: --after FILE counts on, and without it the time in seconds is taken.',
  });
}

function tooLarge(policy: number, jws: number): PipeError {
  return new PipeError({
    code: 'FILE_TOO_LARGE',
    message: 'The signed policy would be larger than pipes read.',
    got: `${String(jws)} bytes for a policy of ${String(policy)}`,
    wanted: `at most ${String(MAX_BYTES)} (256 KiB); signing adds a third`,
    fix: 'Divide the policy: one for each group of repositories.',
  });
}
