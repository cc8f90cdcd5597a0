import { describe, expect, it } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { api, exchange, postForm } from '../support/client.ts';

const CLI = 'cl_HYyOPBNtFMfHhaUn9L4QPfTZz6TP47bp';
const TURBOREPO = 'cl_kyUx2zVvA4MGptBohkmtYHJly2XltXzD';
const REVOKE = '/login/oauth/token/revoke';
const INTROSPECT = '/login/oauth/token/introspect';

async function obtain(sandbox: Sandbox): Promise<string> {
  return (await exchange(sandbox)).body.access_token as string;
}

describe('revocation', () => {
  it('ends the token, and answers 200 again', async () => {
    const sandbox = await createSandbox();
    const token = await obtain(sandbox);
    const form = { client_id: CLI, token, token_type_hint: 'access_token' };
    expect((await postForm(sandbox, REVOKE, form)).status).toBe(200);
    expect((await postForm(sandbox, REVOKE, form)).status).toBe(200);
    expect(sandbox.vercel.tokens.at(-1)?.revokedAt).toBeGreaterThan(0);
    expect((await postForm(sandbox, INTROSPECT, { token })).body).toEqual({ active: false });
    const read = await api(sandbox, 'GET', '/v9/projects/prj_web', { token });
    expect(read.status).toBe(403);
    expect(read.body.error).toMatchObject({ message: 'Not authorized: the token was revoked', invalidToken: true });
  });

  it('answers 200 for a token that nobody knows', async () => {
    const reply = await postForm(await createSandbox(), REVOKE, { client_id: CLI, token: 'vca_unknown' });
    expect(reply.status).toBe(200);
  });

  it.each<{ name: string; form: Record<string, string>; status?: number; error: string; text: string }>([
    {
      name: 'another client',
      form: { client_id: TURBOREPO },
      error: 'invalid_grant',
      text: 'The token was not issued to this client.',
    },
    {
      name: 'an unknown client',
      form: { client_id: 'cl_x' },
      status: 401,
      error: 'invalid_client',
      text: 'Unknown client_id cl_x.',
    },
    {
      name: 'another hint',
      form: { client_id: CLI, token_type_hint: 'id_token' },
      error: 'unsupported_token_type',
      text: 'token_type_hint id_token is not supported.',
    },
    { name: 'a missing client', form: {}, error: 'invalid_request', text: 'Missing field: client_id.' },
  ])('refuses $name', async ({ form, status = 400, error, text }) => {
    const sandbox = await createSandbox();
    const reply = await postForm(sandbox, REVOKE, { token: await obtain(sandbox), ...form });
    expect(reply.status).toBe(status);
    expect(reply.body).toEqual({ error, error_description: text });
    expect(sandbox.vercel.tokens.at(-1)?.revokedAt).toBeUndefined();
  });
});

describe('introspection', () => {
  it('tells team, client and end of a live token', async () => {
    let time = 1_800_000_000_000;
    const sandbox = await createSandbox({ now: () => time });
    const token = await obtain(sandbox);
    expect((await postForm(sandbox, INTROSPECT, { token })).body).toMatchObject({
      active: true,
      client_id: CLI,
      client_name: 'Vercel CLI',
      team: { id: 'team_acme', slug: 'acme' },
      iat: 1_800_000_000,
      exp: 1_800_003_600,
    });
    time += 3_600_000;
    expect((await postForm(sandbox, INTROSPECT, { token })).body).toEqual({ active: false });
  });

  it('leaves out or falsifies what it is told to', async () => {
    const sandbox = await createSandbox({
      exchange: { introspectionOmit: ['exp', 'iat'], introspectionOverride: { team: { id: 'team_other' } } },
    });
    const { body } = await postForm(sandbox, INTROSPECT, { token: await obtain(sandbox) });
    expect(body.team).toEqual({ id: 'team_other' });
    expect(body).not.toHaveProperty('exp');
  });

  it('refuses unknown fields', async () => {
    const reply = await postForm(await createSandbox(), INTROSPECT, { token: 'x', client_id: CLI });
    expect(reply.body).toEqual({ error: 'invalid_request', error_description: 'Unknown field client_id.' });
  });
});
