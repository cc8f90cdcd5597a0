import { describe, expect, it } from '@jest/globals';
import { refuseShownToken } from '../../src/record/shown-token.ts';
import { refusal } from './support/records.ts';

const SMOKE = 'urn:vercel-oidc-deploy:smoke';
const BITBUCKET = 'ari:cloud:bitbucket::workspace/acme';

describe('a token that may have been shown to a deployment', () => {
  it.each([
    { name: 'as a text', aud: SMOKE },
    { name: 'as a list', aud: [SMOKE] },
    { name: "beside Bitbucket's own", aud: [BITBUCKET, SMOKE] },
  ])('is refused by its audience $name', ({ aud }) => {
    const error = refusal('RECORD_INVALID', () => {
      refuseShownToken(aud);
    });
    expect(error.got).toBe(`aud ${SMOKE} alone`);
  });

  it.each([
    { name: 'that of an exchange, as a text', aud: 'https://vercel.com/api/login/oauth/token' },
    { name: 'that of an exchange beside it', aud: [SMOKE, 'https://vercel.com/api/login/oauth/token'] },
    { name: "Bitbucket's own alone", aud: [BITBUCKET] },
    { name: 'what only ends like it', aud: [`x-${SMOKE}`] },
    { name: 'something that is no text beside it', aud: [SMOKE, 7] },
    { name: 'none', aud: undefined },
  ])('is not one with $name', ({ aud }) => {
    expect(() => {
      refuseShownToken(aud);
    }).not.toThrow();
  });
});
