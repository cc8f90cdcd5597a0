import { PipeError } from '../../errors.ts';
import type { Place } from './types.ts';

const LINE_FEED = 10;

export interface Line {
  readonly text: string;
  readonly offset: number;
  /** Bytes, without the line feed. */
  readonly length: number;
}

/** The lines of a file's first `bytes` bytes, which end with a line feed: those of a chunk at a time, which cost one turn. */
export async function* readLines(source: AsyncIterable<Uint8Array>, bytes: number): AsyncGenerator<readonly Line[]> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  let left = bytes;
  if (left === 0) return;
  for await (const chunk of source) {
    const fresh = chunk.subarray(0, left);
    left -= fresh.byteLength;
    const buffer = rest.byteLength === 0 ? asBuffer(fresh) : Buffer.concat([rest, fresh]);
    const lines: Line[] = [];
    let start = 0;
    for (let end = buffer.indexOf(LINE_FEED); end !== -1; end = buffer.indexOf(LINE_FEED, start)) {
      lines.push({ text: buffer.toString('utf8', start, end), offset: offset + start, length: end - start });
      start = end + 1;
    }
    if (lines.length > 0) yield lines;
    offset += start;
    rest = buffer.subarray(start);
    if (left === 0) break;
  }
  if (left > 0 || rest.byteLength > 0) throw damaged();
}

/** One JSON line for each value, and where each will stand in a file that has `start` bytes. */
export function encodeLines(
  values: readonly unknown[],
  path: string,
  start: number,
): { readonly bytes: Uint8Array; readonly places: readonly Place[] } {
  const lines = values.map((value) => `${JSON.stringify(value)}\n`);
  let offset = start;
  const places = lines.map((line) => {
    const length = Buffer.byteLength(line);
    const place = { path, offset, length: length - 1 };
    offset += length;
    return place;
  });
  return { bytes: Buffer.from(lines.join('')), places };
}

export function parseLine(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw damaged();
  }
}

export function damaged(): PipeError {
  return new PipeError({
    code: 'USAGE',
    message: 'The work folder was changed by something else while the audit ran.',
    wanted: 'the lines that the audit itself has written',
    fix: 'See what else writes there, then run it again without --resume: all is read anew.',
  });
}

export function notWritten(path: string, code?: unknown): PipeError {
  return new PipeError({
    code: 'OUTPUT_INVALID',
    message: 'A file of the work folder could not be written.',
    got: `${typeof code === 'string' ? code : 'an error'} for ${path}`,
    wanted: 'a folder that this step may write to, with room for what is collected',
    fix: 'Check the work folder, and the free space of the step. Then run it again with --resume: it goes on where it stopped.',
  });
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
