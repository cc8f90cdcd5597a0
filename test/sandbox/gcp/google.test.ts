import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, jwtVerify } from 'jose';
import type { HopConfigs } from '../../../src/exchange/index.ts';
import type { GoogleOptions } from '../../../src/sandbox/gcp/types.ts';
import type { MintOverrides, Sandbox } from '../../../src/sandbox/index.ts';
import { ACCOUNT, AUDIENCE } from '../../exchange/support/google-answers.ts';
import { INPUT } from '../../exchange/support/hop-contract.ts';
import { IDENTIFY, makeWorld, NOW, PARENT, providerOf, READ, REGIONAL } from '../support/google-world.ts';

describe('the hop gcp against the sandbox', () => {
  it.each([
    { version: 'latest', token: 'vercel-token-of-version-2' },
    { version: '1', token: 'vercel-token-of-version-1' },
  ])('reads version $version of a secret', async ({ version, token }) => {
    const { run, google } = await makeWorld();
    expect((await run({ ...READ, secret: `${PARENT}/versions/${version}` })).token.reveal()).toBe(token);
    expect(google.audit).toEqual([{ api: 'secretmanager.googleapis.com', what: 'access', reason: INPUT.session }]);
  });

  it('reads a secret of a region, where the region keeps it', async () => {
    const { run, asked } = await makeWorld();
    const secret = `${REGIONAL}/versions/1`;
    expect((await run({ ...READ, secret })).token.reveal()).toBe('vercel-token-of-a-region');
    expect(asked[1]).toBe(`GET https://secretmanager.europe-west3.rep.googleapis.com/v1/${secret}:access`);
  });

  it('gets an ID token that Google signed, with the same sub for each step', async () => {
    const { run, google } = await makeWorld();
    const { token } = await run(IDENTIFY);
    const { payload } = await jwtVerify(token.reveal(), createLocalJWKSet(google.keys()), {
      ...{ issuer: 'https://accounts.google.com', audience: AUDIENCE, currentDate: new Date(NOW) },
    });
    expect(payload).toMatchObject({ sub: '104567890123456789012', email: ACCOUNT });
  });

  it.each<{
    name: string;
    settings?: HopConfigs['gcp'];
    token?: MintOverrides;
    changes?: (sandbox: Sandbox) => Partial<GoogleOptions>;
    got: RegExp;
    code: string;
  }>([
    {
      name: 'an issuer that the provider does not trust',
      token: { claims: { iss: 'https://evil.example' } },
      ...{ got: /invalid_grant The issuer in ID Token/, code: 'DENIED_BY_PROVIDER' },
    },
    {
      name: 'an audience that the provider does not take',
      token: { claims: { aud: 'another' } },
      ...{ got: /invalid_grant The audience in ID Token \[another\]/, code: 'DENIED_BY_PROVIDER' },
    },
    {
      name: 'a token past its life',
      token: { claims: { iat: 1, exp: 2 } },
      ...{ got: /stale to sign-in/, code: 'CREDENTIAL_INVALID' },
    },
    {
      name: 'a signature of another key',
      token: { key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey },
      ...{ got: /Invalid signature/, code: 'CREDENTIAL_INVALID' },
    },
    {
      name: 'a claim that the condition refuses',
      token: { claims: { branchName: 'evil' } },
      ...{ got: /unauthorized_client/, code: 'DENIED_BY_PROVIDER' },
    },
    {
      name: 'a long attribute',
      token: { claims: { sub: 'x'.repeat(128) } },
      ...{ got: /127 bytes limit/, code: 'EXCHANGE_NOT_ENABLED' },
    },
    {
      name: 'a provider that is disabled',
      changes: (sandbox) => ({ providers: [{ ...providerOf(sandbox), disabled: true }] }),
      ...{ got: /invalid_target/, code: 'EXCHANGE_NOT_ENABLED' },
    },
    {
      name: 'another repository, which has no role',
      token: { claims: { repositoryUuid: '{other}' } },
      ...{ got: /secretmanager\.versions\.access/, code: 'DENIED_BY_PROVIDER' },
    },
    {
      name: 'an account that may not be acted as',
      ...{ settings: IDENTIFY, token: { claims: { repositoryUuid: '{other}' } } },
      ...{ got: /iam\.serviceAccounts\.getOpenIdToken/, code: 'DENIED_BY_PROVIDER' },
    },
    {
      name: 'an account without a role on the secret',
      settings: { ...READ, serviceAccount: ACCOUNT },
      ...{ got: /secretmanager\.versions\.access/, code: 'DENIED_BY_PROVIDER' },
    },
    {
      name: 'an API that is off',
      changes: () => ({ disabledApis: ['secretmanager.googleapis.com'] }),
      ...{ got: /SERVICE_DISABLED/, code: 'EXCHANGE_NOT_ENABLED' },
    },
    {
      name: 'a version that is destroyed',
      changes: () => ({ secrets: [{ name: `${PARENT}/versions/1`, value: 'x', state: 'DESTROYED' }] }),
      ...{ got: /FAILED_PRECONDITION .*DESTROYED/, code: 'CREDENTIAL_INVALID' },
    },
    { name: 'no version', changes: () => ({ secrets: [] }), ...{ got: /NOT_FOUND/, code: 'EXCHANGE_NOT_ENABLED' } },
  ])('is refused with $name', async ({ settings = READ, token, changes, got, code }) => {
    const { run } = await makeWorld(changes);
    expect(await run(settings, token)).toMatchObject({ code, got: expect.stringMatching(got) });
  });
});
