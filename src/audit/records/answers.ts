import { createHash } from 'node:crypto';
import { PipeError } from '../../errors.ts';
import type { Files } from '../../platform/types.ts';
import { readLines } from '../outputs/lines.ts';
import type { KeptAnswer } from '../types.ts';
import type { NamedFileDigest } from './types.ts';

/** Some 500,000 answers. */
const MAX_BYTES = 128 * 1024 * 1024;
const ABOUT: readonly unknown[] = ['steps', 'review'] satisfies readonly KeptAnswer['about'][];

/** One JSON line for each. */
export async function* writeAnswers(answers: AsyncIterable<readonly KeptAnswer[]>): AsyncGenerator<string> {
  for await (const some of answers) yield some.map((answer) => `${JSON.stringify(answer)}\n`).join('');
}

/**
 * The answers that a checkpoint hands on, some at a time. Only at the end it is known that they hold: nothing may be made
 * of them before.
 * @throws {PipeError} `SIGNATURE_INVALID` where they are others than those that the checkpoint names
 */
export async function* readAnswers(
  files: Pick<Files, 'stream'>,
  { path, digest }: NamedFileDigest,
): AsyncGenerator<readonly KeptAnswer[]> {
  const hash = createHash('sha256');
  let bytes = 0;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for await (const piece of files.stream(path)) {
      bytes += piece.byteLength;
      if (bytes > MAX_BYTES) throw refuse(`more than ${String(MAX_BYTES)} bytes`);
      hash.update(piece);
      yield piece;
    }
  }
  try {
    for await (const lines of readLines(pieces())) yield lines.map(parse);
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    throw error instanceof PipeError || typeof code !== 'string' ? error : refuse(`${code} for ${path}`);
  }
  const got = hash.digest('hex');
  if (got !== digest) throw refuse(`SHA-256 ${got}`, `SHA-256 ${digest}`);
}

function parse(line: string): KeptAnswer {
  let answer: Partial<Record<keyof KeptAnswer, unknown>> | null;
  try {
    answer = JSON.parse(line) as typeof answer;
  } catch {
    answer = null;
  }
  const { about, key, askedAt, answer: given } = answer ?? {};
  const isWhole =
    typeof key === 'string' && Number.isSafeInteger(askedAt) && typeof given === 'object' && given !== null;
  if (!isWhole || !ABOUT.includes(about)) throw refuse('a line that is none of it');
  return answer as unknown as KeptAnswer;
}

function refuse(got: string, wanted = 'the answers that were written with the checkpoint, unchanged'): PipeError {
  return new PipeError({
    code: 'SIGNATURE_INVALID',
    message:
      "The answers beside the checkpoint are not those that it names: they were changed, or are another checkpoint's.",
    got,
    wanted,
    fix: 'Put back the file as the audit has written it; without it Bitbucket is asked again.',
  });
}
