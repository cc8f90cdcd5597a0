import { describe, expect, it } from '@jest/globals';
import { readRetryDelay } from '../../src/http/retry-after.ts';

const NOW = Date.UTC(2026, 10, 25, 12, 0, 0);
const IN_90_S = (NOW + 90_000) / 1000;

interface Case {
  readonly name: string;
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
  readonly delay: number | undefined;
}

describe('readRetryDelay', () => {
  it.each<Case>([
    { name: 'nothing', delay: undefined },
    { name: 'seconds', headers: { 'retry-after': '7' }, delay: 7000 },
    { name: 'a part of a second', headers: { 'retry-after': ' 0.5 ' }, delay: 500 },
    { name: 'an HTTP date', headers: { 'retry-after': 'Wed, 25 Nov 2026 12:01:00 GMT' }, delay: 60_000 },
    { name: 'an HTTP date that is over', headers: { 'retry-after': 'Wed, 25 Nov 2026 11:00:00 GMT' }, delay: 0 },
    { name: 'an empty header', headers: { 'retry-after': '' }, delay: undefined },
    { name: 'a header that is no time', headers: { 'retry-after': 'soon' }, delay: undefined },
    { name: 'a reset in seconds', body: { error: { limit: { reset: IN_90_S } } }, delay: 90_000 },
    { name: 'a reset in milliseconds', body: { error: { limit: { resetMs: NOW + 1500 } } }, delay: 1500 },
    { name: 'milliseconds under the name of seconds', body: { error: { limit: { reset: NOW + 1500 } } }, delay: 1500 },
    {
      name: 'both forms of one reset: the exact one',
      body: { error: { limit: { reset: IN_90_S, resetMs: NOW + 89_100 } } },
      delay: 89_100,
    },
    { name: 'a reset that is over', body: { error: { limit: { reset: 1 } } }, delay: 0 },
    { name: 'an old endpoint', body: { err: { limit: { reset: IN_90_S } } }, delay: 90_000 },
    {
      name: 'a limit that is no number',
      body: { error: { limit: { reset: 'later', resetMs: null } } },
      delay: undefined,
    },
    { name: 'a limit that is no object', body: { error: { limit: 5 } }, delay: undefined },
    { name: 'an OAuth error', body: { error: 'slow_down' }, delay: undefined },
    {
      name: 'header and reset: the later',
      headers: { 'retry-after': '1' },
      body: { error: { limit: { reset: IN_90_S } } },
      delay: 90_000,
    },
    {
      name: "the API's header, of a 429",
      status: 429,
      headers: { 'x-ratelimit-reset': String(IN_90_S) },
      delay: 90_000,
    },
    {
      name: "the API's header, of another answer",
      headers: { 'x-ratelimit-reset': String(IN_90_S) },
      delay: undefined,
    },
    { name: "a 429 without the API's header", status: 429, delay: undefined },
  ])('reads $name', ({ status = 503, headers = {}, body, delay }) => {
    expect(readRetryDelay({ status, headers, body }, NOW)).toBe(delay);
  });
});
