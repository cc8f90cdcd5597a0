import { describe, expect, it } from '@jest/globals';
import { FakeIssuer, ISSUER, failure, json, mint, toJwk, verify } from './support/issuer.ts';

describe('an expected issuer', () => {
  it.each([
    { name: 'none', issuers: [] },
    { name: 'http', issuers: ['http://api.bitbucket.org/x'] },
    { name: 'http on a name that looks like a loopback address', issuers: ['http://127.0.0.1.mallory.example/x'] },
    { name: 'another loopback address', issuers: ['http://127.0.0.2/x'] },
    { name: 'a trailing slash', issuers: [`${ISSUER}/`] },
    { name: 'a query', issuers: [`${ISSUER}?x`] },
    { name: 'a fragment', issuers: [`${ISSUER}#x`] },
    { name: 'a user', issuers: ['https://user@api.bitbucket.org/x'] },
    { name: 'dots', issuers: ['https://api.bitbucket.org/x/../y'] },
    { name: 'another protocol on a loopback address', issuers: ['ftp://127.0.0.1/x'] },
    { name: 'a file', issuers: ['file:///etc/keys'] },
    { name: 'no address', issuers: ['acme'] },
    { name: 'one bad of two', issuers: [ISSUER, 'http://mallory.example'] },
  ])('is refused before anything is asked: $name', async ({ issuers }) => {
    const issuer = new FakeIssuer();
    const token = await mint(issuers[0] === undefined ? {} : { claims: { iss: issuers[0] } });
    const error = await failure(verify({ issuer, token, issuers }));
    expect(error).toMatchObject({
      code: 'USAGE',
      message: 'The expected issuer cannot be used.',
      got: issuers.length === 0 ? 'none' : JSON.stringify(issuers.at(-1)),
    });
    expect(issuer.asked).toEqual([]);
  });

  it.each(['http://127.0.0.1:8080', 'http://localhost:1/oidc', 'http://[::1]:8080/oidc', 'https://oidc.example.com'])(
    'may be %s',
    async (iss) => {
      const issuer = new FakeIssuer({ [`${iss}/keys.json`]: [json({ keys: [toJwk()] })] });
      const token = await mint({ claims: { iss } });
      await expect(verify({ issuer, token, issuers: [iss] })).resolves.toMatchObject({ issuer: iss });
    },
  );
});
