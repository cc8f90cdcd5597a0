import { describe, expect, it } from '@jest/globals';
import type { HopConfigs } from '../../src/exchange/index.ts';
import { tokenExchangeHop } from '../../src/exchange/token-exchange.ts';

type Settings = HopConfigs['token-exchange'];

const URN = 'urn:ietf:params:oauth:token-type:';
const SETTINGS: Settings = { url: 'https://sts.example.com/token' };
const SIGNED = {
  clientId: 'pipelines',
  signer: { vault: { address: 'https://vault.example.com', role: 'r', key: 'k' } },
};

describe('what a token exchange gives', () => {
  it.each([
    { requestedTokenType: undefined, kind: 'access' },
    { requestedTokenType: `${URN}access_token`, kind: 'access' },
    { requestedTokenType: `${URN}jwt`, kind: 'oidc' },
    { requestedTokenType: `${URN}id_token`, kind: 'oidc' },
  ])('is $kind for $requestedTokenType', ({ requestedTokenType, kind }) => {
    expect(tokenExchangeHop.gives({ ...SETTINGS, ...(requestedTokenType ? { requestedTokenType } : {}) })).toBe(kind);
  });
});

describe('the settings of a token exchange', () => {
  it.each<{ change: Partial<Settings>; faults: RegExp[] }>([
    { change: { ...SIGNED, keyId: 'k' }, faults: [] },
    { change: { clientAuth: 'basic' }, faults: [/^clientAuth: needs clientId/] },
    {
      change: { clientId: 'c', signer: { 'aws-kms': { region: 'EU!', role: 'arn:aws:iam::1:role/x', key: 'k' } } },
      faults: [/^signer: /],
    },
    { change: { subjectTokenType: 'jwt' }, faults: [/^subjectTokenType: must be a URI, as urn:.*; got jwt$/] },
    {
      change: { requestedTokenType: `${URN}saml2` },
      faults: [/^requestedTokenType: no hop gives or takes urn:\S*saml2$/],
    },
  ])('are checked: $change', ({ change, faults }) => {
    const found = tokenExchangeHop.check?.({ ...SETTINGS, ...change });
    expect(found).toEqual(faults.map((fault) => expect.stringMatching(fault)));
  });
});
