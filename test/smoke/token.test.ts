import { describe, expect, it } from '@jest/globals';
import { objectToToken, SMOKE_AUDIENCE } from '../../src/smoke/index.ts';

const WORKSPACE = '{922e118c-f34f-4226-a897-0e0afbec553d}';
const BITBUCKETS = 'ari:cloud:bitbucket::workspace/922e118c-f34f-4226-a897-0e0afbec553d';
const VERCELS = 'https://vercel.com/api/login/oauth/token';
const facts = { workspaceUuid: WORKSPACE, exchangeAudience: VERCELS, target: 'preview' };

describe('a token that may be shown', () => {
  it.each([
    { name: "the smoke test's own audience beside Bitbucket's", audience: [BITBUCKETS, SMOKE_AUDIENCE] },
    { name: 'that audience alone', audience: [SMOKE_AUDIENCE] },
    { name: "Bitbucket's in the other case", audience: [BITBUCKETS.replace('922e', '922E'), SMOKE_AUDIENCE] },
  ])('names $name', ({ audience }) => {
    expect(objectToToken({ ...facts, audience })).toBeUndefined();
  });
});

describe('a token that is not shown', () => {
  it.each([
    { name: "Vercel's exchange", audience: [BITBUCKETS, VERCELS] },
    { name: "Vercel's exchange too", audience: [BITBUCKETS, SMOKE_AUDIENCE, VERCELS] },
    { name: 'a service that nobody here knows', audience: [BITBUCKETS, SMOKE_AUDIENCE, 'vault.acme.example'] },
    { name: "another workspace's audience", audience: [`${BITBUCKETS.slice(0, -1)}e`, SMOKE_AUDIENCE] },
    { name: "Bitbucket's audience alone", audience: [BITBUCKETS] },
    { name: 'a look-alike', audience: [BITBUCKETS, `${SMOKE_AUDIENCE}/`] },
  ])('names $name', ({ audience }) => {
    const refusal = objectToToken({ ...facts, audience });
    expect(refusal?.code).toBe('SMOKE_PROTECTED');
    expect(refusal?.got).toContain(audience.at(-1));
    expect(refusal?.fix).toContain("oidc: { audiences: ['urn:vercel-oidc-deploy:smoke'] }");
    expect(refusal?.fix).toContain('TARGET: preview');
    expect(refusal?.fix).not.toContain('promote');
  });

  it("is told with production's steps where it is production", () => {
    const { fix } = objectToToken({ ...facts, target: 'production', audience: [VERCELS] }) ?? {};
    expect(fix).toMatch(/AUTO_ASSIGN_DOMAINS: false.*TARGET: production.*COMMAND: promote/s);
  });

  it.each([BITBUCKETS, SMOKE_AUDIENCE])('is any one, where the policy itself takes %s', (exchangeAudience) => {
    const refusal = objectToToken({ ...facts, exchangeAudience, audience: [BITBUCKETS, SMOKE_AUDIENCE] });
    expect(refusal?.describe()).toMatch(/a policy whose exchanges take .*Change audience: in the policy/s);
  });
});
