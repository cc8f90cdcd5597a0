import { PipeError } from '../../errors.ts';
import { show } from '../../text.ts';
import type { CheckpointEntry, CheckpointList, SharedList } from './types.ts';

const DIGEST_CHARS = 64;
const LINE =
  /^([0-9a-f]{64}) ([0-9a-f-]{36}) (intent|result) (-|[A-Za-z0-9_.~%!*'()]{1,600}) (managed-key|timed|held-token|static-key) ([0-9a-f]{64}) (-|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (here|gone|accepted)$/;
const LINE_END = 10;

/** One line of the list: `digest recordId phase deployment assurance trust timestamp state`, `-` for what is not there. */
export function writeEntry(entry: CheckpointEntry): string {
  return `${entry.digest} ${writeRest(entry)}`;
}

/** What stands behind the digest, as a text of its own: a part of a longer one would keep the longer one. */
export function writeRest(entry: Omit<CheckpointEntry, 'digest'>): string {
  const { recordId, phase, deploymentId, assurance, trust, timestampAt, state } = entry;
  const time = timestampAt === undefined ? '-' : new Date(timestampAt).toISOString();
  return [recordId, phase, encodeId(deploymentId), assurance, trust, time, state].join(' ');
}

/**
 * Counts a line that was made now; one that stood in a list before was looked at there.
 * @returns the same line
 * @throws {PipeError} `SIGNATURE_INVALID` for a line that no audit could read again.
 */
export function admitLine(line: string, states: States): string {
  if (!LINE.test(line)) throw refuseList(`${show(line)} would be a line`);
  states[stateOf(line)] += 1;
  return line;
}

export type States = Record<CheckpointEntry['state'], number>;

export function noStates(): States {
  return { here: 0, gone: 0, accepted: 0 };
}

function stateOf(line: string): CheckpointEntry['state'] {
  return line.slice(line.lastIndexOf(' ') + 1) as CheckpointEntry['state'];
}

/**
 * Reads a list whose digest was compared. It stays the bytes that it is: objects of a hundred thousand lines would take
 * ten times as much.
 * @throws {PipeError} `SIGNATURE_INVALID` for what no audit has written: another line, another order, one digest twice.
 */
export function readList(bytes: Uint8Array): CheckpointList {
  const shared = toShared(bytes);
  const starts = findStarts(asBuffer(shared));
  const heads = new Uint32Array(new SharedArrayBuffer(starts.byteLength));
  const states = noStates();
  const lines = new Lines({ bytes: shared, starts, heads, states });
  let before = '';
  for (let at = 0; at < lines.size; at += 1) {
    const line = lines.lineAt(at);
    const digest = line.slice(0, DIGEST_CHARS);
    if (!LINE.test(line)) throw refuseList(`line ${String(at + 1)} is none of a list`);
    if (digest <= before) throw refuseList(`line ${String(at + 1)} is not behind the one before it, by its digest`);
    if (line.includes('%')) readEntry(line);
    before = digest;
    heads[at] = headOf(digest);
    states[stateOf(line)] += 1;
  }
  return lines;
}

/** The list that another thread has read, and shares: {@link CheckpointList.shared}. */
export function openSharedList(shared: SharedList): CheckpointList {
  return new Lines(shared);
}

class Lines implements CheckpointList {
  readonly size: number;
  readonly states: SharedList['states'];
  #bytes: Buffer;
  #starts: Uint32Array;
  #heads: Uint32Array;

  constructor({ bytes, starts, heads, states }: SharedList) {
    this.size = starts.length;
    this.states = states;
    [this.#bytes, this.#starts, this.#heads] = [asBuffer(bytes), starts, heads];
  }

  get shared(): SharedList {
    return { bytes: this.#bytes, starts: this.#starts, heads: this.#heads, states: this.states };
  }

  lineAt(at: number): string {
    const [start = 0, end = this.#bytes.length] = [this.#starts[at], this.#starts[at + 1]];
    return this.#bytes.toString('latin1', start, end - 1);
  }

  indexOf(digest: string): number | undefined {
    const heads = this.#heads;
    const head = headOf(digest);
    for (let at = searchHead(heads, head); heads[at] === head; at += 1) if (this.#digestAt(at) === digest) return at;
    return undefined;
  }

  find(digest: string): CheckpointEntry | undefined {
    const at = this.indexOf(digest);
    return at === undefined ? undefined : readEntry(this.lineAt(at));
  }

  *entries(passOver: (digest: string, index: number) => boolean = () => false): Generator<CheckpointEntry> {
    for (let at = 0; at < this.#starts.length; at += 1) {
      if (!passOver(this.#digestAt(at), at)) yield readEntry(this.lineAt(at));
    }
  }

  close(): void {
    [this.#bytes, this.#starts, this.#heads] = [Buffer.alloc(0), new Uint32Array(), new Uint32Array()];
  }

  #digestAt(at: number): string {
    const start = this.#starts[at] ?? 0;
    return this.#bytes.toString('latin1', start, start + DIGEST_CHARS);
  }
}

function findStarts(buffer: Buffer): Uint32Array {
  if (buffer.length > 0 && buffer.at(-1) !== LINE_END) throw refuseList('the last line has no end');
  const starts: number[] = [];
  for (let at = 0; at < buffer.length; at = buffer.indexOf(LINE_END, at) + 1) starts.push(at);
  const shared = new Uint32Array(new SharedArrayBuffer(starts.length * Uint32Array.BYTES_PER_ELEMENT));
  shared.set(starts);
  return shared;
}

function toShared(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.byteLength));
  shared.set(bytes);
  return shared;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The first 32 bits: numbers are compared in place, where each look at a text would make one. */
function headOf(digest: string): number {
  return parseInt(digest.slice(0, 8), 16);
}

/** The first that is not below. */
function searchHead(heads: Uint32Array, head: number): number {
  let [low, high] = [0, heads.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((heads[middle] ?? 0) < head) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The line must fit. */
export function readEntry(line: string): CheckpointEntry {
  const [digest = '', recordId = '', phase, deployment, assurance = '', trust = '', time = '-', state] =
    line.split(' ');
  return {
    ...{ digest, recordId, phase: phase as CheckpointEntry['phase'], assurance, trust },
    ...(deployment !== undefined && deployment !== '-' && { deploymentId: decodeId(deployment) }),
    ...(time !== '-' && { timestampAt: Date.parse(time) }),
    state: state as CheckpointEntry['state'],
  };
}

/** A hyphen alone means none, so none that belongs to an id stays bare. */
function encodeId(id: string | undefined): string {
  return id === undefined || id === '' ? '-' : encodeURIComponent(id.slice(0, 128)).replaceAll('-', '%2D');
}

function decodeId(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refuseList('a deployment that cannot be read');
  }
}

export function refuseList(got: string): PipeError {
  return new PipeError({
    code: 'SIGNATURE_INVALID',
    message: "The checkpoint's list is not one that an audit has written.",
    got,
    wanted: 'the list that was written with the checkpoint, unchanged',
  });
}
