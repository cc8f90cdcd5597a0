import { describe, expect, it } from '@jest/globals';
import { isProtection } from '../../src/smoke/protection.ts';

const PAGE = '<!doctype html><html><head><title>Authentication Required</title></head></html>';
const answer = (status: number, headers: Readonly<Record<string, string>> = {}, text = '') => ({
  status,
  headers,
  text,
});

describe("an answer of Vercel's Deployment Protection", () => {
  it.each([
    { name: 'a redirect to the sign-in', got: answer(302, { location: 'https://vercel.com/sso-api?url=x&nonce=y' }) },
    { name: 'another redirect status', got: answer(307, { location: 'https://vercel.com/sso-api/login' }) },
    { name: "401 with the sign-in's cookie", got: answer(401, { 'set-cookie': 'a=b, _vercel_sso_nonce=x; Path=/' }) },
    { name: '401 with the page of a password', got: answer(401, { server: 'Vercel' }, PAGE) },
    {
      name: '403 of Trusted Sources, by its header',
      got: answer(403, { 'x-vercel-error': 'TRUSTED_SOURCES_ENVIRONMENT_MISMATCH' }),
    },
    {
      name: '403 of Trusted Sources, by its text',
      got: answer(403, {}, 'TRUSTED_SOURCES_ENVIRONMENT_MISMATCH:\n\nForbidden'),
    },
  ])('is $name', ({ got }) => {
    expect(isProtection(got)).toBe(true);
  });

  it.each([
    { name: "the deployment's own 401", got: answer(401, { 'www-authenticate': 'Basic realm="x"' }) },
    { name: 'such a page that Vercel does not serve', got: answer(401, { server: 'nginx' }, PAGE) },
    { name: "the deployment's own 403", got: answer(403) },
    { name: 'a redirect to another site', got: answer(302, { location: 'https://vercel.com.evil.example/sso-api' }) },
    { name: "a redirect to another page of Vercel's", got: answer(302, { location: 'https://vercel.com/sso-apis' }) },
    { name: 'a redirect over plain http', got: answer(302, { location: 'http://vercel.com/sso-api' }) },
    { name: 'a redirect within the site', got: answer(308, { location: '/sso-api' }) },
    { name: 'a redirect to nowhere', got: answer(302) },
    { name: '200 with the cookie', got: answer(200, { 'set-cookie': '_vercel_sso_nonce=x' }, PAGE) },
  ])('is not $name', ({ got }) => {
    expect(isProtection(got)).toBe(false);
  });
});
