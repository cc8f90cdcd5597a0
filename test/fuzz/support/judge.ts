import { EXIT_STATUS, PipeError } from '../../../src/errors.ts';
import { redact } from '../../../src/secret.ts';
import { toPrintable } from '../../../src/text.ts';
import { CANARIES } from './secrets.ts';

/** Of a whole error as it is printed. A log line of Bitbucket holds more, but nobody reads it. */
const MAX_ERROR_CHARS = 64 * 1024;
/** Of one line: two paths of the system's longest. */
const MAX_LINE_CHARS = 10 * 1024;
/** Whatever moves the cursor, colours, ends a line, or turns the direction of what follows. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

/** What must never be: the one way in which a target fails. */
export class Find extends Error {
  override readonly name: string = 'Find';
}

/** A secret that is cut off is none that anybody could have known: see {@link isDamaged}. */
export class HalfShown extends Find {}

const CANARY_BEGINNINGS = Object.values(CANARIES).map((canary) => canary.slice(0, 16));

/**
 * @param error what was thrown
 * @throws {Find} for anything but an error of ours that people can read, and that tells no secret.
 */
export function judgeError(error: unknown): void {
  if (!(error instanceof PipeError)) {
    const stack = error instanceof Error ? (error.stack ?? String(error)) : `thrown: ${typeof error}`;
    throw new Find(`not a PipeError: ${stack.slice(0, 2000)}`);
  }
  if (!Object.hasOwn(EXIT_STATUS, error.code)) throw new Find(`a code that is not in the list: ${error.code}`);
  if (error.code === 'INTERNAL') throw new Find(`INTERNAL: ${error.describe().slice(0, 2000)}`);
  if (error.message === '') throw new Find(`no message: ${error.code}`);
  const lines = [error.message, error.got, error.wanted, ...error.faults, ...(error.fix?.split('\n') ?? [])];
  for (const line of lines) judgeText(line ?? '');
  const { length } = error.describe();
  if (length > MAX_ERROR_CHARS) throw new Find(`${String(length)} characters in ${error.code}: ${error.message}`);
}

/** @throws {Find} for a line that forges another one, or that shows a secret when it is printed. */
export function judgeText(line: string): void {
  if (line.length > MAX_LINE_CHARS)
    throw new Find(`a line of ${String(line.length)} characters: ${line.slice(0, 200)}`);
  const odd = UNPRINTABLE.exec(line);
  if (odd) throw new Find(`U+${odd[0].charCodeAt(0).toString(16)} in ${JSON.stringify(line.slice(0, 400))}`);
  const printed = redact(line);
  const shown = CANARY_BEGINNINGS.find((beginning) => printed.includes(beginning));
  if (shown !== undefined) throw new HalfShown(`${shown} in ${JSON.stringify(printed.slice(0, 400))}`);
}

/** The same for a line of the log, which makes itself printable. */
export function judgeLine(line: string): void {
  judgeText(toPrintable(line));
}

/** Whether the input itself has a secret in pieces, which then means nothing. */
export function isDamaged(input: unknown): boolean {
  const text = JSON.stringify(input);
  return CANARY_BEGINNINGS.some((beginning) => {
    const whole = Object.values(CANARIES).find((canary) => canary.startsWith(beginning)) ?? beginning;
    return text.split(beginning).length !== text.split(whole).length;
  });
}
