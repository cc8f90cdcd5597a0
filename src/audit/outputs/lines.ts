import { PipeError } from '../../errors.ts';

/** A row has some kilobytes, a summary as many as there are projects and policies. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const NEWLINE = 10;

/**
 * The lines of a file, several at a time because a turn for each would take longer than the reading. A last line
 * without an end is a line too.
 * @throws {PipeError} `FILE_TOO_LARGE`
 */
export async function* readLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[], undefined> {
  let rest: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes) {
    const end = chunk.lastIndexOf(NEWLINE);
    if (end === -1) {
      size += chunk.byteLength;
      if (size > MAX_LINE_BYTES) throw tooLong();
      rest.push(chunk);
      continue;
    }
    const lines = Buffer.concat([...rest, chunk.subarray(0, end)])
      .toString()
      .split('\n');
    rest = end + 1 < chunk.byteLength ? [chunk.subarray(end + 1)] : [];
    size = chunk.byteLength - end - 1;
    yield lines;
  }
  if (size > 0) yield [Buffer.concat(rest).toString()];
}

function tooLong(): PipeError {
  return new PipeError({
    code: 'FILE_TOO_LARGE',
    message: 'A line of a file is longer than any that an audit writes.',
    got: `more than ${String(MAX_LINE_BYTES)} bytes`,
    wanted: 'a file as it was written',
  });
}
