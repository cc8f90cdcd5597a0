import { createHash, createPublicKey, randomBytes, verify, type KeyObject } from 'node:crypto';
import type { P256Point } from '../digest.ts';
import { asFields, checkMembers, checkValue, parseObject, readBase64url, type Fields } from './parts.ts';
import { Unfit } from './unfit.ts';

/** Client instance claims: whose key it is, and, in ours, what it is used for. The name in messages: */
const NAME = 'the CIC header';
const KEY_NAME = "the CIC header's key";
const COORDINATE_BYTES = 32;
const SIGNATURE_BYTES = 64;
const HEX_32_BYTES = /^[0-9a-f]{64}$/;

export interface Cic {
  readonly userKey: P256Point;
  readonly statementDigest: string;
}

/** Members in the order of their names, as OpenPubkey writes them. */
export function writeCic({ userKey: { x, y }, statementDigest }: Cic): string {
  const upk = { alg: 'ES256', crv: 'P-256', kty: 'EC', x, y };
  const rz = randomBytes(32).toString('hex');
  return JSON.stringify({ alg: 'ES256', rz, statement: statementDigest, typ: 'CIC', upk });
}

/** What the GQ header commits to: base64url of SHA3-256 over the bytes of the CIC header. */
export function commitTo(cicHeader: string | Uint8Array): string {
  return createHash('sha3-256').update(cicHeader).digest('base64url');
}

/** @throws {Unfit} */
export function readCic(header: Uint8Array): Cic {
  const fields = parseObject(header, NAME);
  checkMembers(fields, ['alg', 'rz', 'statement', 'typ', 'upk'], NAME);
  checkValue(fields, 'alg', 'ES256', NAME);
  checkValue(fields, 'typ', 'CIC', NAME);
  readHex(fields, 'rz');
  return { userKey: readUserKey(fields['upk']), statementDigest: readHex(fields, 'statement') };
}

function readHex(fields: Fields, member: string): string {
  const value = fields[member];
  if (typeof value === 'string' && HEX_32_BYTES.test(value)) return value;
  throw new Unfit(`${NAME} has a ${member} that is not 32 bytes in lower-case hex`);
}

function readUserKey(value: unknown): P256Point {
  const upk = asFields(value);
  if (!upk) throw new Unfit(`${KEY_NAME} is not a JSON object`);
  checkMembers(upk, ['alg', 'crv', 'kty', 'x', 'y'], KEY_NAME);
  checkValue(upk, 'alg', 'ES256', KEY_NAME);
  checkValue(upk, 'crv', 'P-256', KEY_NAME);
  checkValue(upk, 'kty', 'EC', KEY_NAME);
  return { x: readCoordinate(upk['x'], 'x'), y: readCoordinate(upk['y'], 'y') };
}

function readCoordinate(value: unknown, member: string): string {
  const bytes = readBase64url(value, `${member} of ${KEY_NAME}`);
  if (bytes.length === COORDINATE_BYTES) return bytes.toString('base64url');
  throw new Unfit(`${member} of ${KEY_NAME} has ${String(bytes.length)} bytes, not ${String(COORDINATE_BYTES)}`);
}

/** @throws {Unfit} where the key is no point of the curve, or the signature (r and s side by side) is not its own. */
export function verifyCic({ userKey }: Cic, signed: string, signature: Uint8Array): void {
  const key = importKey(userKey);
  if (!key) throw new Unfit(`${KEY_NAME} is not a point of P-256`);
  if (signature.length !== SIGNATURE_BYTES) {
    throw new Unfit(`the CIC signature has ${String(signature.length)} bytes, not ${String(SIGNATURE_BYTES)}`);
  }
  if (!verify('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }, signature)) {
    throw new Unfit('the CIC signature is not by the key of its header');
  }
}

function importKey({ x, y }: P256Point): KeyObject | undefined {
  try {
    return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x, y }, format: 'jwk' });
  } catch {
    return undefined;
  }
}
