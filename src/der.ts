/** Bytes that are not DER (X.690), or not the structure that was looked for; the message says which. */
export class DerFault extends Error {
  override readonly name = 'DerFault';
}

/** One element. What is inside is read only where somebody asks for it, so that no nesting can use up the stack. */
export interface Der {
  readonly tag: number;
  /** With tag and length. */
  readonly whole: Uint8Array;
  readonly value: Uint8Array;
}

/** Identifier octets; `context` and `primitive` are the tagged fields of a structure, such as `[0]`. */
export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  context: (number: number): number => 0xa0 + number,
  primitive: (number: number): number => 0x80 + number,
} as const;

const CONSTRUCTED = 0x20;
const LONG_TAG = 0x1f;
const MAX_LENGTH_OCTETS = 4;
/** Twice the longest in use. A number of any length is read in a time that grows with its square. */
const MAX_OID_OCTETS = 64;

/** The one element that fills the bytes. */
export function readDer(bytes: Uint8Array, tag: number, name: string): Der {
  const element = readAt(bytes, 0);
  if (element.whole.length !== bytes.length) throw new DerFault(`${name} is followed by other bytes`);
  return expectTag(element, tag, name);
}

/** The elements inside of a constructed one. */
export function readAll({ tag, value }: Der): Der[] {
  if ((tag & CONSTRUCTED) === 0) throw new DerFault(`the element ${hexTag(tag)} has no elements inside`);
  const found: Der[] = [];
  for (let offset = 0; offset < value.length;) {
    const element = readAt(value, offset);
    found.push(element);
    offset += element.whole.length;
  }
  return found;
}

/** The one element inside of another, as behind an explicit tag. */
export function readOnly(outer: Der, tag: number, name: string): Der {
  const [first, ...more] = readAll(outer);
  if (!first || more.length > 0) throw new DerFault(`${name} does not stand there once`);
  return expectTag(first, tag, name);
}

/** The fields of a structure, taken in their order. */
export class DerFields {
  readonly #name: string;
  readonly #left: Der[];

  constructor(element: Der, name: string) {
    this.#name = name;
    this.#left = readAll(element);
  }

  take(tag: number, name: string): Der {
    const next = this.#left.shift();
    if (!next) throw new DerFault(`${this.#name} ends before ${name}`);
    return expectTag(next, tag, name);
  }

  optional(tag: number): Der | undefined {
    return this.#left[0]?.tag === tag ? this.#left.shift() : undefined;
  }

  /** What is left, whatever it is. */
  rest(): readonly Der[] {
    return this.#left.splice(0);
  }

  end(): void {
    const [next] = this.#left;
    if (next) throw new DerFault(`${this.#name} has a field ${hexTag(next.tag)} too many`);
  }
}

/** In dotted decimals. */
export function readOid({ value }: Der): string {
  if (value.length > MAX_OID_OCTETS) throw new DerFault('an object identifier is too long');
  const arcs: bigint[] = [];
  let arc = 0n;
  let inside = false;
  for (const octet of value) {
    if (!inside && octet === 0x80) throw new DerFault('an object identifier is not in its shortest form');
    arc = (arc << 7n) | BigInt(octet & 0x7f);
    inside = octet >= 0x80;
    if (inside) continue;
    arcs.push(arc);
    arc = 0n;
  }
  const [first, ...more] = arcs;
  if (first === undefined || inside) throw new DerFault('an object identifier is cut off');
  const root = first < 80n ? first / 40n : 2n;
  return [root, first - root * 40n, ...more].join('.');
}

/** The octets of an INTEGER, which must be in its shortest form: what equals another has the same octets. */
export function readInteger({ value }: Der): Uint8Array {
  const [first, second = 0] = value;
  const padded = value.length > 1 && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  if (first === undefined || padded) throw new DerFault('an integer is not in its shortest form');
  return value;
}

/** An INTEGER from 0 to 127: a version, or a word of a list. */
export function readSmallInteger(element: Der): number {
  const [first = 0, ...more] = readInteger(element);
  if (more.length > 0 || first > 0x7f) throw new DerFault('a small integer is out of its range');
  return first;
}

/** Whether each bit of a BIT STRING is set, the first one first. */
export function readBits({ value }: Der): boolean[] {
  const [unused = 8, ...octets] = value;
  if (unused > 7 || (octets.length === 0 && unused > 0)) throw new DerFault('a bit string is cut off');
  const bits = octets.flatMap((octet) => [7, 6, 5, 4, 3, 2, 1, 0].map((place) => ((octet >> place) & 1) === 1));
  return bits.slice(0, bits.length - unused);
}

/** Milliseconds since 1970. RFC 3161 wants UTC with seconds, and lets a fraction follow. */
export function readTime({ value }: Der): number {
  const text = String.fromCharCode(...value.subarray(0, 40));
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{1,9}))?Z$/.exec(text);
  if (!parts) throw new DerFault('a time is not written as YYYYMMDDhhmmss.sZ');
  const [, year, month, day, hour, minute, second, fraction = ''] = parts;
  const written = `${String(year)}-${String(month)}-${String(day)}T${String(hour)}:${String(minute)}:${String(second)}`;
  const at = Date.parse(`${written}.${fraction.padEnd(3, '0').slice(0, 3)}Z`);
  // Some days are taken for the first ones of the next month: there is no 30th of February.
  if (Number.isNaN(at) || !new Date(at).toISOString().startsWith(written)) throw new DerFault('a time does not exist');
  return at;
}

function readAt(bytes: Uint8Array, offset: number): Der {
  const tag = bytes[offset];
  const first = bytes[offset + 1];
  if (tag === undefined || first === undefined) throw new DerFault('an element is cut off');
  if ((tag & LONG_TAG) === LONG_TAG) throw new DerFault('a tag has more than one octet');
  const octets = first < 0x80 ? 0 : first - 0x80;
  if (first === 0x80) throw new DerFault('a length is indefinite, as in BER');
  if (octets > MAX_LENGTH_OCTETS) throw new DerFault('a length has too many octets');
  let length = octets === 0 ? first : 0;
  const start = offset + 2 + octets;
  if (start > bytes.length) throw new DerFault('an element is cut off');
  for (const octet of bytes.subarray(offset + 2, start)) length = length * 256 + octet;
  const shortest = length < 0x80 ? 0 : Math.ceil(Math.log2(length + 1) / 8);
  if (octets !== shortest) throw new DerFault('a length is not in its shortest form');
  if (start + length > bytes.length) throw new DerFault('an element is cut off');
  return { tag, whole: bytes.subarray(offset, start + length), value: bytes.subarray(start, start + length) };
}

/** For an element whose place says nothing of its type. */
export function expectTag(element: Der, tag: number, name: string): Der {
  if (element.tag !== tag)
    throw new DerFault(`${name} is of another type: ${hexTag(element.tag)} instead of ${hexTag(tag)}`);
  return element;
}

function hexTag(tag: number): string {
  return `0x${tag.toString(16).padStart(2, '0')}`;
}
