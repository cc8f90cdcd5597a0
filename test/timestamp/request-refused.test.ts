import { describe, expect, it } from '@jest/globals';
import { integer } from '../../src/sandbox/tsa/der.ts';
import { encodeRejection } from '../../src/sandbox/tsa/token.ts';
import { NEVER } from '../http/support/bench.ts';
import { networkFault, type Answer } from '../http/support/fake-network.ts';
import { makeStamp } from '../record/support/timestamps.ts';
import { bytes, fail, REPLY, stamped, type Answers } from './support/ask.ts';

describe('a reply that is no timestamp of ours', () => {
  const html = { 'content-type': 'text/html; charset=utf-8' };
  const thrice = (answer: Answer): Answer[] => [answer, answer, answer];
  const large = bytes(new Uint8Array(64 * 1024 + 1));

  it.each<{ name: string; answers: Answers; says: string; got: string; fix: string }>([
    {
      name: 'a page',
      answers: [{ headers: html, body: '<html>\n<title>Sign in</title>' }],
      says: 'answered something else than a timestamp',
      got: 'content type text/html; charset=utf-8: <html> <title>Sign in</title>',
      fix: 'Set TIMESTAMP_URL to the address at which',
    },
    {
      name: 'bytes without a type',
      answers: [stamped(makeStamp(), {})],
      says: 'answered something else than a timestamp',
      got: 'content type none',
      fix: 'Set TIMESTAMP_URL to the address at which',
    },
    {
      name: 'a redirect',
      answers: [{ status: 302, headers: { location: 'https://login.example.com/' } }],
      says: 'answered with a redirect',
      got: 'status 302, location login.example.com',
      fix: 'Check the address that was configured',
    },
    {
      name: 'no place',
      answers: [{ status: 404, body: 'No such page.' }],
      says: 'refused the request',
      got: 'status 404: No such page.',
      fix: 'Set TIMESTAMP_URL to the address at which',
    },
    {
      name: 'a page in its place',
      answers: [{ status: 403, headers: html, body: '<title>Blocked</title>' }],
      says: 'refused the request',
      got: 'status 403, and a web page: <title>Blocked</title>',
      fix: 'Set TIMESTAMP_URL to the address at which',
    },
    {
      name: 'too many requests',
      answers: thrice({ status: 429 }),
      says: 'takes no more requests now',
      got: 'status 429',
      fix: 'Run the step again, or set TIMESTAMP_URL to another authority.',
    },
    {
      name: 'a long wait',
      answers: [{ status: 429, headers: { 'retry-after': '3600' } }],
      says: 'takes no more requests now',
      got: 'status 429',
      fix: 'Run the step again',
    },
    {
      name: 'an error',
      answers: thrice({ status: 502 }),
      says: 'refused the request',
      got: 'status 502',
      fix: 'again',
    },
    {
      name: 'no answer',
      answers: [networkFault('ECONNREFUSED'), networkFault('ECONNREFUSED'), networkFault('ECONNREFUSED')],
      says: 'The timestamp authority could not be reached.',
      got: 'ECONNREFUSED for POST tsa.example.com/timestamp',
      fix: 'Check that this step may reach tsa.example.com',
    },
    { name: 'no end', answers: [{ headers: REPLY, body: large }], says: 'too large', got: '65536 bytes', fix: 'Set' },
    {
      name: 'a refusal',
      answers: [stamped(encodeRejection(15, 'policy 1.2.3 wanted'))],
      says: 'cannot be kept. The authority did not grant the timestamp.',
      got: 'rejection, unacceptedPolicy, "policy 1.2.3 wanted"',
      fix: 'Run the step again',
    },
    {
      name: 'half a timestamp',
      answers: [stamped(makeStamp().subarray(0, 500))],
      says: 'cannot be kept. The timestamp is malformed.',
      got: 'an element is cut off',
      fix: 'Run the step again',
    },
    {
      name: 'a timestamp of another signature',
      answers: [stamped(makeStamp({ info: { imprint: Buffer.alloc(32, 7) } }))],
      says: 'cannot be kept. The timestamp is one of another signature.',
      got: `imprint ${'07'.repeat(32)}`,
      fix: 'Run the step again',
    },
    {
      name: 'a timestamp of another request',
      answers: [stamped(makeStamp({ info: { nonce: integer(0x1234) } }))],
      says: 'answered another request than ours',
      got: 'the nonce 1234',
      fix: 'Look for a cache',
    },
    {
      name: 'a timestamp without a nonce',
      answers: [stamped(makeStamp())],
      says: 'answered another request than ours',
      got: 'no nonce',
      fix: 'Look for a cache',
    },
  ])('is refused: $name', async ({ answers, says, got, fix }) => {
    const error = await fail(answers);
    expect(error.message).toContain(says);
    expect(error.got).toContain(got);
    expect(error.fix).toContain(fix);
    expect(error.wanted).toBeDefined();
    expect(error.made.network.sent).toHaveLength(answers.length);
  });

  it('is refused: one that takes too long', async () => {
    const error = await fail(
      Array.from({ length: 3 }, () => () => Promise.reject(new Error('aborted'))),
      {
        timeout: (ms) => (ms === 15_000 ? AbortSignal.abort() : NEVER),
      },
    );
    expect(error.got).toContain('no answer in time');
  });
});
