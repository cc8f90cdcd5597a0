import { expect } from '@jest/globals';
import { PipeError } from '../../../src/errors.ts';
import { requestTimestamp } from '../../../src/timestamp/index.ts';
import { bench, NEVER, type Bench } from '../../http/support/bench.ts';
import type { Answer } from '../../http/support/fake-network.ts';
import { SIGNATURE } from '../../record/support/timestamps.ts';

export const URL = 'https://tsa.example.com/timestamp';
export const REPLY = { 'content-type': 'application/timestamp-reply' };

export async function* bytes(content: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield content;
}

export const stamped = (content: Uint8Array, headers: Answer['headers'] = REPLY): Answer => ({
  headers: { ...headers },
  body: bytes(content),
});

export type Answers = Parameters<typeof bench>[0];

/** The error of a request against these answers, and what was sent. */
export async function fail(
  answers: Answers,
  clock?: Parameters<typeof bench>[1],
): Promise<PipeError & { readonly made: Bench }> {
  const made = bench(answers, clock);
  const outcome = await requestTimestamp(SIGNATURE, { ...made, url: URL }, NEVER).catch((error: unknown) => error);
  if (!(outcome instanceof PipeError)) throw new Error('no PipeError', { cause: outcome });
  expect(outcome.code).toBe('TIMESTAMP_FAILED');
  expect(outcome.exitStatus).toBe(3);
  return Object.assign(outcome, { made });
}
