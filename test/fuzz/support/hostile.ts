import fc from 'fast-check';
import { CANARIES } from './secrets.ts';

/** Where texts are cut, or shortly before: a secret that ends behind it must not be shown by half. */
const AT_A_CUT = [50, 65, 105, 145, 185, 285, 485, 4085].map((length) => `${'y'.repeat(length)}${CANARIES.key}`);

/** What has broken readers before: control characters, other ways to say a name, numbers at the edge, depth. */
const HOSTILE_TEXTS = [
  ...['', ' ', '\u0000', '\u001b[2J\u001b[31m', '\u009b31m', '\r\n', '\u0085', '\u2028', '\u202e', '\ufeff', '\ufffd'],
  ...['\ud800', '\udc00x', '\u212a', 'e\u0301', '\u{1f600}', '__proto__', 'constructor', 'toString', 'hasOwnProperty'],
  ...['..', '../', '/', '//', '\\', '%2e%2e%2f', '%00', '*', '**', '{', '}', '[', ']', '"', "'", '`', '<', '>', '&'],
  ...['0', '-1', '1e999', '9'.repeat(400), 'NaN', 'null', 'true', '0x10', '-0', '9007199254740993', '1e-7'],
  ...['https://evil.example/', 'http://[::1', 'javascript:alert(1)', 'file:///etc/passwd', 'https://a:b@c/?q#f'],
  ...['\n::error::forged', 'a'.repeat(5000), '['.repeat(3000), '{"a":'.repeat(3000), '-----BEGIN PRIVATE KEY-----'],
  ...['&a [*a]', '<<', '!!js/function', '%YAML 1.1', '? [', '$(id)', '${IFS}', 'Thu, 01 Jan 1970 00:00:00 GMT'],
  ...[...Object.values(CANARIES), ...AT_A_CUT],
];

export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...HOSTILE_TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ maxLength: 40 }) },
);

const hostileNumber = fc.oneof(
  fc.constantFrom(0, -0, -1, 1, 1e21, 1e-7, 2 ** 31, 2 ** 53, -(2 ** 53), 8.64e15 + 1, 253_402_300_800, 1e308, 5e-324),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
);
/** Objects that cannot be made a text, as JSON can bring them; deep ones; many of one kind. */
const ODD_VALUES = [
  { toString: 1, valueOf: 1 },
  { toString: null },
  { length: -1 },
  { length: 1e9, 0: 'x' },
  JSON.parse(`${'['.repeat(2500)}${']'.repeat(2500)}`) as unknown,
  JSON.parse(`${'{"a":'.repeat(2500)}1${'}'.repeat(2500)}`) as unknown,
  JSON.parse('{"__proto__":{"code":"x","polluted":true}}') as unknown,
  Array.from({ length: 3000 }, (_, index) => ({ name: `n${String(index)}`, id: index })),
];

/** Anything that JSON can say. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 3, arbitrary: hostileText },
  { weight: 2, arbitrary: fc.oneof(fc.constantFrom<unknown>(null, true, false, [], {}, [[]]), hostileNumber) },
  { weight: 1, arbitrary: fc.constantFrom(...ODD_VALUES) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.array(hostileText, { maxLength: 3 }) },
);

type TextEdit = readonly [how: number, at: number, length: number, text: string];

const textEdits = fc.array(fc.tuple(fc.nat(5), fc.nat(), fc.nat(30), hostileText), { minLength: 0, maxLength: 4 });

/** A sample with a few edits, or none; now and then something else altogether. */
export function mutatedText(samples: readonly string[]): fc.Arbitrary<string> {
  const edited = fc
    .tuple(fc.constantFrom(...samples), textEdits)
    .map(([sample, edits]) => edits.reduce((text, edit) => editText(text, edit, samples), sample));
  return fc.oneof({ weight: 9, arbitrary: edited }, { weight: 1, arbitrary: hostileText });
}

function editText(text: string, [how, place, length, piece]: TextEdit, samples: readonly string[]): string {
  const at = place % (text.length + 1);
  const [before, after] = [text.slice(0, at), text.slice(at)];
  switch (how) {
    case 0:
      return before + piece + after;
    case 1:
      return before + after.slice(length + 1);
    case 2:
      return before + piece + after.slice(length + 1);
    case 3:
      return before + after.slice(0, length) + after;
    case 4:
      return before;
    default:
      return before + (samples[length % samples.length] ?? '').slice(at);
  }
}

type ByteEdit = readonly [how: number, at: number, length: number, bytes: Uint8Array];

const someBytes = fc.oneof(
  fc.uint8Array({ maxLength: 12 }),
  fc.constantFrom(
    [0xff, 0xff, 0xff, 0xff],
    [0x80],
    [0x84, 0x7f, 0xff, 0xff, 0xff],
    [0x30, 0x80],
    [0, 0, 0, 0],
    [0x1b, 0x5b],
  ),
);
const byteEdits = fc.array(
  fc.tuple(
    fc.nat(5),
    fc.nat(),
    fc.nat(40),
    someBytes.map((bytes) => Uint8Array.from(bytes)),
  ),
  { maxLength: 4 },
);

export function mutatedBytes(samples: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  const edited = fc
    .tuple(fc.constantFrom(...samples), byteEdits)
    .map(([sample, edits]) => edits.reduce((bytes, edit) => editBytes(bytes, edit), sample));
  return fc.oneof({ weight: 19, arbitrary: edited }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 64 }) });
}

function editBytes(bytes: Uint8Array, [how, place, length, piece]: ByteEdit): Uint8Array {
  const at = place % (bytes.length + 1);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  const join = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));
  switch (how) {
    case 0:
      return join(before, Uint8Array.of((after[0] ?? 0) ^ (1 << (length % 8))), after.subarray(1));
    case 1:
      return join(before, piece, after.subarray(piece.length));
    case 2:
      return join(before, after.subarray(length + 1));
    case 3:
      return join(before, piece, after);
    case 4:
      return join(before, after.subarray(0, length), after);
    default:
      return before;
  }
}

type ValueEdit = readonly [how: number, node: number, value: unknown, text: string, number: number];

const valueEdits = fc.array(fc.tuple(fc.nat(6), fc.nat(), hostileValue, hostileText, hostileNumber), { maxLength: 3 });

/**
 * A sample as JSON has it, with some of its parts replaced, taken away, wrapped, or put elsewhere; most often by another
 * value of the same kind, which comes further than one that no reader takes.
 */
export function mutatedValue(samples: readonly unknown[]): fc.Arbitrary<unknown> {
  const edited = fc
    .tuple(fc.constantFrom(...samples), valueEdits)
    .map(([sample, edits]) => edits.reduce<unknown>((value, edit) => editValue(value, edit), sample));
  return fc.oneof({ weight: 19, arbitrary: edited }, { weight: 1, arbitrary: hostileValue });
}

function editValue(value: unknown, [how, node, piece, text, number]: ValueEdit): unknown {
  const copy = { root: clone(value) };
  const places = listPlaces(copy);
  const [holder, key] = places[node % places.length] ?? [copy, 'root'];
  const old = Reflect.get(holder, key) as unknown;
  if (how === 0 && holder !== copy) Reflect.deleteProperty(holder, key);
  else if (how === 1) put(holder, key, [old]);
  else if (how === 2) put(holder, typeof piece === 'string' ? piece : key, old);
  else if (how > 2 && typeof old === 'number') put(holder, key, number);
  else if (how > 4 && typeof old === 'string') put(holder, key, text);
  else put(holder, key, piece);
  return copy.root;
}

/** An own member whatever its name, as JSON.parse makes it. */
function put(holder: object, key: string, value: unknown): void {
  // What JSON cannot say is no input.
  if (Array.isArray(holder) && !/^\d{1,3}$/.test(key)) return;
  Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function clone(value: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(value)) as unknown;
  } catch {
    return value;
  }
}

const MAX_PLACES = 400;

function listPlaces(root: object): (readonly [object, string])[] {
  const places: (readonly [object, string])[] = [];
  const pending: object[] = [root];
  for (let holder = pending.shift(); holder && places.length < MAX_PLACES; holder = pending.shift()) {
    for (const [key, child] of Object.entries(holder) as [string, unknown][]) {
      places.push([holder, key]);
      if (typeof child === 'object' && child !== null) pending.push(child);
    }
  }
  return places;
}
