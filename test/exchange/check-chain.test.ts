import { describe, expect, it } from '@jest/globals';
import { checkChain } from '../../src/exchange/index.ts';
import { Secret } from '../../src/secret.ts';
import { grantFor, INPUT } from './support/run-hop.ts';

const STS = { url: 'https://sts.example.com/token', clientId: 'pipelines' };
const BASIC = { 'token-exchange': { ...STS, clientAuth: 'basic' } } as const;

describe('checkChain', () => {
  const withSecret = { ...INPUT, clientSecret: new Secret('client-secret-canary') };
  const withToken = { ...INPUT, vercelToken: new Secret('vcp_canary123456') };
  it.each([
    {
      name: 'a token that nothing uses',
      hop: { vercel: {} },
      input: withToken,
      fault: /^VERCEL_TOKEN is set, but the exchange direct does not use it/,
    },
    { name: 'a token that is missing', hop: { static: {} }, input: INPUT, fault: /^VERCEL_TOKEN is missing/ },
    {
      name: 'another team',
      hop: { vercel: { team: 'team_b' } },
      input: INPUT,
      fault: /^VERCEL_TEAM_ID is team_acme, but the policy's exchange names team team_b/,
    },
    {
      name: 'another policy',
      hop: { vercel: { policy: 'pol_a' } },
      input: { ...INPUT, vercelPolicyId: 'pol_b' },
      fault: /^VERCEL_POLICY_ID is pol_b, but/,
    },
    {
      name: 'a client secret that nothing uses',
      hop: { 'token-exchange': STS },
      input: withSecret,
      fault: /^EXCHANGE_CLIENT_SECRET is set, but no hop of the exchange direct has clientAuth: basic/,
    },
    { name: 'a client secret that is missing', hop: BASIC, input: INPUT, fault: /^EXCHANGE_CLIENT_SECRET is missing/ },
  ])('names $name', ({ hop, input, fault }) => {
    expect(checkChain(grantFor(hop), input)).toEqual([expect.stringMatching(fault)]);
  });

  it('says of a stored token what the step can do, which is another thing under a policy', () => {
    const [open, ruled] = [undefined, 'abc'].map((digest) => checkChain(grantFor({ vercel: {} }, digest), withToken));
    expect(open).toEqual([expect.stringMatching(/: remove it, or set EXCHANGE: static\.$/)]);
    expect(ruled).toEqual([expect.stringMatching(/ let the grant name .*`exchange: stored`.*`stored: \[\{ static/)]);
    expect(ruled?.[0]).not.toContain('EXCHANGE: static');
    expect(checkChain(grantFor({ static: {} }), INPUT)).toEqual([expect.stringMatching(/leave EXCHANGE out/)]);
    expect(checkChain(grantFor({ static: {} }, 'abc'), INPUT)).toEqual([
      expect.stringMatching(/give the grant another exchange\.$/),
    ]);
  });

  it('shows the secret of one client to one server', () => {
    const grant = { ...grantFor(BASIC), exchange: [BASIC, BASIC, { vercel: {} }] };
    for (const input of [INPUT, withSecret]) {
      expect(checkChain(grant, input)).toEqual([
        expect.stringMatching(/^EXCHANGE_CLIENT_SECRET is one client's, and 2/),
      ]);
    }
  });

  it('shows it to no second server on the way to the key that signs', () => {
    const toKey = { name: 'to-vault', chain: [BASIC, { entra: { tenant: 't', client: 'c', scope: 's/.default' } }] };
    expect(checkChain(grantFor(BASIC), withSecret, toKey)).toEqual([
      expect.stringMatching(/^EXCHANGE_CLIENT_SECRET is one client's, and 2 hops of the exchange direct and to-vault/),
    ]);
    expect(checkChain(grantFor({ vercel: {} }), INPUT, toKey)).toEqual([
      expect.stringMatching(/^EXCHANGE_CLIENT_SECRET is missing, and the exchange direct and to-vault have/),
    ]);
    expect(checkChain(grantFor({ vercel: {} }), withSecret, toKey)).toEqual([]);
    expect(checkChain(grantFor(BASIC), withSecret, { ...toKey, name: 'direct' })).toEqual([]);
  });

  it('is silent where all agree', () => {
    expect(checkChain(grantFor({ vercel: { team: 'team_acme' } }), INPUT)).toEqual([]);
    expect(checkChain(grantFor({ static: {} }), withToken)).toEqual([]);
    expect(checkChain(grantFor(BASIC), withSecret)).toEqual([]);
    expect(checkChain(grantFor({ 'token-exchange': STS }), INPUT)).toEqual([]);
  });
});
