import { describe, expect, it } from '@jest/globals';
import { describeLimit, sayWhen } from '../../src/deploy/refusal-limits.ts';
import { refusal, reply } from './support/scripted-api.ts';

const RESET_MS = Date.UTC(2026, 10, 26, 2);

describe('when a limit is over', () => {
  it.each([
    { name: 'resetMs', limit: { resetMs: RESET_MS }, headers: {}, when: 'after 2026-11-26T02:00:00Z' },
    {
      name: 'resetMs, up to the next second',
      limit: { resetMs: RESET_MS + 1 },
      headers: {},
      when: 'after 2026-11-26T02:00:01Z',
    },
    { name: 'reset in seconds', limit: { reset: RESET_MS / 1000 }, headers: {}, when: 'after 2026-11-26T02:00:00Z' },
    { name: 'reset in milliseconds', limit: { reset: RESET_MS }, headers: {}, when: 'after 2026-11-26T02:00:00Z' },
    {
      name: 'the body before the header',
      limit: { reset: RESET_MS / 1000 },
      headers: { 'retry-after': '5' },
      when: 'after 2026-11-26T02:00:00Z',
    },
    { name: 'Retry-After in seconds', limit: {}, headers: { 'retry-after': '120' }, when: 'in 120 s' },
    {
      name: 'Retry-After as a date',
      limit: undefined,
      headers: { 'retry-after': 'Thu, 26 Nov 2026 02:00:00 GMT' },
      when: 'after 2026-11-26T02:00:00Z',
    },
    {
      name: 'X-RateLimit-Reset',
      limit: {},
      headers: { 'x-ratelimit-reset': String(RESET_MS / 1000) },
      when: 'after 2026-11-26T02:00:00Z',
    },
    { name: 'nothing', limit: {}, headers: {}, when: undefined },
    {
      name: 'nonsense',
      limit: { reset: 'soon', resetMs: 1e300 },
      headers: { 'retry-after': 'later' },
      when: undefined,
    },
    { name: 'a reset of 0', limit: { reset: 0 }, headers: {}, when: undefined },
  ])('is read from $name', ({ limit, headers, when }) => {
    expect(sayWhen(reply({ error: { code: 'rate_limited', limit } }, 429, headers))).toBe(when);
  });

  it('is read where an old endpoint says `err`', () => {
    expect(sayWhen(reply({ err: { limit: { resetMs: RESET_MS } } }, 429))).toBe('after 2026-11-26T02:00:00Z');
  });
});

describe('what is limited', () => {
  it.each([
    { name: 'api-upload-free', text: /^The plan takes 5,000 uploaded files a day\. UPLOAD: archive/ },
    { name: 'api-upload-paid', text: /^The plan takes 40,000 uploaded files a day\. UPLOAD: archive/ },
    { name: 'api-deployments-free-per-day', text: /^The plan takes 100 deployments in 24 hours/ },
    { name: 'api-something-else', text: /^The limit is the team's \(api-something-else\)/ },
  ])('is known by the name $name, beside the code or in the message', ({ name, text }) => {
    const limit = { resetMs: RESET_MS };
    const beside = describeLimit(refusal(429, 'rate_limited', 'Too many requests', { name, limit }));
    const message = `The rate limit of 6 exceeded for '${name}'. Try again in 7 days`;
    expect(describeLimit(refusal(429, 'rate_limited', message, { limit }))).toBe(beside);
    expect(beside).toMatch(text);
    expect(beside).toMatch(/Run the step again after 2026-11-26T02:00:00Z\.$/);
  });

  it('is the builds of the plan, with the page that raises them', () => {
    const more = { ctaUrl: 'https://vercel.com/acme/~/settings/billing' };
    expect(describeLimit(refusal(429, 'builds_rate_limited', 'x', more))).toBe(
      "The plan's builds are used up. Raise the plan's limit (https://vercel.com/acme/~/settings/billing), or run the step again on a new day.",
    );
  });

  it.each(['https://vercel.com.evil.example/x', 'javascript:alert(1)', 'https://vercel.com/ x'])(
    'shows no page that is not on Vercel: %s',
    (link) => {
      expect(describeLimit(refusal(429, 'builds_rate_limited', 'x', { ctaUrl: link, link }))).not.toContain(link);
    },
  );

  it('is said even where Vercel says nothing', () => {
    expect(describeLimit(reply(undefined, 429))).toBe(
      "The limit is the team's, and other builds use it up as well. Run the step again when the time that Vercel names is over.",
    );
  });
});
