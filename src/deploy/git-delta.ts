/** Of a copy whose size is not given. */
const DEFAULT_COPY_BYTES = 0x10000;
/** Enough for any size that a number holds. */
const MAX_SIZE_GROUPS = 7;

/** A value, and where what follows it begins. */
export interface Parsed {
  readonly value: number;
  readonly next: number;
}

/** Groups of seven bits, the lowest first; a byte's top bit says that another follows. */
export function parseSize(bytes: Uint8Array, at: number): Parsed | undefined {
  let value = 0;
  for (let group = 0; group < MAX_SIZE_GROUPS; group += 1) {
    const byte = bytes[at + group];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * group);
    if (byte < 0x80) return { value, next: at + group + 1 };
  }
  return undefined;
}

/**
 * What a delta of git makes of its base: the sizes of both, then copies from the base and bytes of its own. Undefined
 * where the delta is broken, is of another base, or makes more than `maxBytes`.
 */
export function applyDelta(base: Uint8Array, delta: Uint8Array, maxBytes: number): Uint8Array | undefined {
  const from = parseSize(delta, 0);
  const to = from && parseSize(delta, from.next);
  if (from?.value !== base.byteLength || !to || to.value > maxBytes) return undefined;
  const made = new Uint8Array(to.value);
  let length = 0;
  for (let at = to.next; at < delta.byteLength;) {
    const step = parseStep(base, delta, at);
    if (!step || length + step.bytes.byteLength > made.byteLength) return undefined;
    made.set(step.bytes, length);
    length += step.bytes.byteLength;
    at = step.next;
  }
  return length === made.byteLength ? made : undefined;
}

interface Step {
  readonly bytes: Uint8Array;
  readonly next: number;
}

/** Never without bytes, so that a delta cannot keep its reader busy for nothing. */
function parseStep(base: Uint8Array, delta: Uint8Array, at: number): Step | undefined {
  const code = delta[at] ?? 0;
  if (code >= 0x80) return parseCopy(base, delta, at);
  const bytes = delta.subarray(at + 1, at + 1 + code);
  // Zero is kept by git for what may come.
  return code === 0 || bytes.byteLength < code ? undefined : { bytes, next: at + 1 + code };
}

/** Four bits say which bytes of the offset follow, three more which bytes of the size. */
function parseCopy(base: Uint8Array, delta: Uint8Array, at: number): Step | undefined {
  const code = delta[at] ?? 0;
  let next = at + 1;
  let [offset, size] = [0, 0];
  for (let bit = 0; bit < 7; bit += 1) {
    if ((code & (1 << bit)) === 0) continue;
    const byte = delta[next];
    if (byte === undefined) return undefined;
    next += 1;
    if (bit < 4) offset += byte * 2 ** (8 * bit);
    else size += byte * 2 ** (8 * (bit - 4));
  }
  size ||= DEFAULT_COPY_BYTES;
  return offset + size > base.byteLength ? undefined : { bytes: base.subarray(offset, offset + size), next };
}
