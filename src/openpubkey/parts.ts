import { show } from '../text.ts';
import { Unfit } from './unfit.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** As much as a whole token may have. */
const MAX_CHARS = 16 * 1024;

/** Bytes of canonical base64url, so that one proof has one text. */
export function readBase64url(value: unknown, name: string, maxChars = MAX_CHARS): Buffer {
  if (typeof value !== 'string') throw new Unfit(`${name} is no text`);
  if (value.length > maxChars) throw new Unfit(`${name} has more than ${String(maxChars)} characters`);
  const bytes = Buffer.from(value, 'base64url');
  if (value === '' || bytes.toString('base64url') !== value) throw new Unfit(`${name} is not canonical base64url`);
  return bytes;
}

/** A JSON object in base64url. A name that stands twice counts as its last value: what is signed are the bytes. */
export function readObject(value: unknown, name: string): Fields {
  return parseObject(readBase64url(value, name), name);
}

export function parseObject(bytes: Uint8Array, name: string): Fields {
  const object = asFields(parseJson(bytes));
  if (!object) throw new Unfit(`${name} is not a JSON object in UTF-8`);
  return object;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

export function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

/** All of these members and no other: what nobody checks must not be there. */
export function checkMembers(fields: Fields, names: readonly string[], name: string): void {
  const missing = names.filter((member) => !Object.hasOwn(fields, member));
  if (missing.length > 0) throw new Unfit(`${name} lacks ${missing.join(', ')}`);
  const others = Object.keys(fields).filter((member) => !names.includes(member));
  if (others.length > 0) throw new Unfit(`${name} has other members: ${show(others)}`);
}

export function checkValue(fields: Fields, member: string, wanted: string, name: string): void {
  if (fields[member] !== wanted) throw new Unfit(`${name} has ${member} ${show(fields[member])}, not ${show(wanted)}`);
}

export function encodeJson(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
