import { describe, expect, it } from '@jest/globals';
import { createSandbox } from '../../../src/sandbox/index.ts';
import { ask, exchange, postForm } from '../support/client.ts';

const NOW = 1_800_000_000_000;
const CLI = 'cl_HYyOPBNtFMfHhaUn9L4QPfTZz6TP47bp';
const TURBOREPO = 'cl_kyUx2zVvA4MGptBohkmtYHJly2XltXzD';
const now = (): number => NOW;

describe('the token exchange', () => {
  it.each(['https://api.vercel.com/login/oauth/token', 'https://vercel.com/api/login/oauth/token'])(
    'gives a short-lived token of the team at %s',
    async (url) => {
      const sandbox = await createSandbox({ now });
      const form = new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        client_id: CLI,
        subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
        requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        team_id_or_slug: 'acme',
        subject_token: await sandbox.issuer.mintToken(),
      });
      const reply = await ask(sandbox, url, { method: 'POST', body: form });
      expect(reply.status).toBe(200);
      expect(reply.headers.get('cache-control')).toBe('no-store');
      expect(reply.body).toEqual({
        access_token: expect.stringMatching(/^vca_[A-Za-z0-9]{48}$/),
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        token_type: 'Bearer',
        expires_in: 3600,
      });
      expect(sandbox.vercel.tokens.at(-1)).toMatchObject({
        value: reply.body.access_token,
        kind: 'app',
        policyId: 'pol_web',
        clientId: CLI,
        expiresAt: NOW + 3_600_000,
      });
      expect(sandbox.vercel.events).toMatchObject([{ type: 'oidc-policy-used-to-obtain-app-token' }]);
    },
  );

  it.each<{ name: string; form: Record<string, string | undefined>; status?: number; error?: string; text: string }>([
    { name: 'a missing field', form: { team_id_or_slug: undefined }, text: 'Missing field: team_id_or_slug.' },
    { name: 'an unknown field', form: { scope: 'all' }, text: 'Unknown field scope.' },
    { name: 'an empty field', form: { policy_id: '' }, text: 'Field policy_id is empty.' },
    {
      name: 'another grant type',
      form: { grant_type: 'client_credentials' },
      error: 'unsupported_grant_type',
      text: 'grant_type must be urn:ietf:params:oauth:grant-type:token-exchange.',
    },
    {
      name: 'another subject token type',
      form: { subject_token_type: 'urn:ietf:params:oauth:token-type:jwt' },
      text: 'subject_token_type must be urn:ietf:params:oauth:token-type:id_token.',
    },
    {
      name: 'another requested token type',
      form: { requested_token_type: 'urn:ietf:params:oauth:token-type:jwt' },
      text: 'requested_token_type must be urn:ietf:params:oauth:token-type:access_token.',
    },
    {
      name: 'an unknown client',
      form: { client_id: 'cl_x' },
      status: 401,
      error: 'invalid_client',
      text: 'Unknown client_id cl_x.',
    },
    {
      name: 'another team',
      form: { team_id_or_slug: 'team_other' },
      text: 'team_id_or_slug team_other names no team.',
    },
    {
      name: 'a client without a policy',
      form: { client_id: TURBOREPO },
      error: 'invalid_grant',
      text: 'does not match any OIDC policy',
    },
    {
      name: 'an unknown policy',
      form: { policy_id: 'pol_x' },
      error: 'invalid_grant',
      text: 'does not match the OIDC policy pol_x',
    },
  ])('refuses $name', async ({ form, status = 400, error = 'invalid_request', text }) => {
    const sandbox = await createSandbox({ now });
    const reply = await exchange(sandbox, form);
    expect(reply.status).toBe(status);
    expect(reply.body).toEqual({ error, error_description: expect.stringContaining(text) });
    expect(sandbox.vercel.tokens.filter(({ kind }) => kind === 'app')).toHaveLength(0);
  });

  it.each<{ name: string; init: RequestInit; text: string }>([
    {
      name: 'a JSON body',
      init: { headers: { 'content-type': 'application/json' }, body: '{}' },
      text: 'Content-Type must be application/x-www-form-urlencoded, got "application/json".',
    },
    {
      name: 'client authentication',
      init: { headers: { authorization: 'Basic eDp5' }, body: new URLSearchParams() },
      text: 'sends no Authorization header',
    },
    {
      name: 'a field sent twice',
      init: {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'client_id=a&client_id=a',
      },
      text: 'Field client_id is sent twice.',
    },
  ])('refuses $name', async ({ init, text }) => {
    const reply = await ask(await createSandbox(), '/login/oauth/token', { method: 'POST', ...init });
    expect(reply.status).toBe(400);
    expect(reply.body).toEqual({ error: 'invalid_request', error_description: expect.stringContaining(text) });
  });

  it('refuses a client that is not enabled for the team', async () => {
    const reply = await exchange(await createSandbox({ exchange: { clientEnabled: false } }));
    expect(reply.status).toBe(400);
    expect(reply.body).toEqual({
      error: 'unauthorized_client',
      error_description: `The client ${CLI} is not enabled for this team.`,
    });
  });
});

describe('discovery', () => {
  it('names the endpoints that this Vercel serves', async () => {
    const sandbox = await createSandbox();
    const { body } = await ask(sandbox, 'https://vercel.com/.well-known/openid-configuration');
    expect(body.issuer).toBe('https://vercel.com/');
    const reply = await postForm(sandbox, new URL(body.introspection_endpoint as string).href, { token: 'x' });
    expect(reply.body).toEqual({ active: false });
  });
});
