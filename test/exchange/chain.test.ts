import { describe, expect, it } from '@jest/globals';
import type { PipeError } from '../../src/errors.ts';
import { revokeAll } from '../../src/exchange/index.ts';
import { Secret } from '../../src/secret.ts';
import { NEVER } from '../http/support/bench.ts';
import { ACTIVE, API, CLIENT, INPUT, NOW, PROJECT, reply, runHop, TOKEN } from './support/run-hop.ts';

const STS = { url: 'https://sts.example.com/token', clientId: 'pipelines' };

describe('exchange', () => {
  it('sends what RFC 8693 and Vercel ask for, and proves the answer', async () => {
    const { outcome, made } = await runHop({}, { vercel: { policy: 'pol_1' } });
    expect(outcome).toMatchObject({
      hop: 'vercel',
      clientId: CLIENT,
      // Introspection names an earlier end than the exchange did.
      expiresAt: NOW + 1_800_000,
      project: { id: 'prj_web', name: 'web', teamId: 'team_acme', hasProductionDeployment: true },
    });
    const sent = (part: string): (typeof made.network.sent)[number] | undefined =>
      made.network.sent.find(({ url }) => url.endsWith(part));
    const first = sent('/login/oauth/token');
    expect(Object.fromEntries(new URLSearchParams(new TextDecoder().decode(first?.body as Uint8Array)))).toEqual({
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      client_id: CLIENT,
      subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
      requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      team_id_or_slug: 'team_acme',
      subject_token: 'step-token-canary',
      policy_id: 'pol_1',
    });
    expect(first?.url).toBe(`${API}/login/oauth/token`);
    expect(made.network.sent).toHaveLength(3);
    expect(sent('/introspect')?.url).toBe(`${API}/login/oauth/token/introspect`);
    expect(sent('/v9/projects/prj_web?teamId=team_acme')).toMatchObject({
      headers: { authorization: 'Bearer vca_canary1234' },
    });
  });

  it.each([
    { name: 'another client', said: { client_id: 'cl_other' }, got: 'client_id cl_other' },
    { name: 'another team', said: { team: { id: 'team_evil' } }, got: 'team team_evil' },
    { name: 'a token that is not active', said: { active: false }, got: 'active: false' },
    { name: 'a token that is not said to be active', said: { active: 'false' }, got: 'active: "false"' },
    { name: 'a token about to end', said: { exp: NOW / 1000 + 30 }, got: 'a token with 30 s to live' },
  ])('refuses $name, and still knows the token to revoke', async ({ said, got }) => {
    const { outcome, leases } = await runHop({ introspection: reply({ ...ACTIVE, ...said }) });
    expect(outcome).toMatchObject({ code: 'CREDENTIAL_INVALID', exitStatus: 4, got });
    expect(leases).toHaveLength(1);
  });

  it.each([
    { name: 'says no more than active', introspection: reply({ active: true }) },
    { name: 'is not there', introspection: reply({ error: 'not_found' }, 404) },
  ])('falls back on the read where introspection $name', async ({ introspection }) => {
    const { outcome } = await runHop({ introspection });
    expect(outcome).toMatchObject({ expiresAt: NOW + 3_600_000, project: { id: 'prj_web' } });
  });

  it.each([
    { name: 'another project', project: { ...PROJECT, id: 'prj_other' }, got: 'project prj_other' },
    { name: "another team's project", project: { ...PROJECT, accountId: 'team_evil' }, got: 'a project of team_evil' },
  ])('refuses $name', async ({ project, got }) => {
    const { outcome } = await runHop({ project: reply(project) });
    expect(outcome).toMatchObject({ code: 'CREDENTIAL_INVALID', got });
  });

  const unsaid = reply({ ...PROJECT, targets: undefined });
  it.each([
    { name: 'no production', answers: { project: reply({ ...PROJECT, targets: {} }) }, has: false },
    {
      name: 'production that was removed',
      answers: { project: reply({ ...PROJECT, targets: { production: null } }) },
      has: false,
    },
    { name: 'no targets, but a list', answers: { project: unsaid, list: reply({ deployments: [{}] }) }, has: true },
    { name: 'no targets, and an empty list', answers: { project: unsaid }, has: false },
  ])('sees a project with $name', async ({ answers, has }) => {
    const { outcome } = await runHop(answers);
    expect(outcome).toMatchObject({ project: { hasProductionDeployment: has } });
  });

  it('does not guess where the list cannot be read', async () => {
    const { outcome } = await runHop({ project: unsaid, list: reply({ error: { code: 'forbidden' } }, 403) });
    expect(outcome).toMatchObject({ code: 'DENIED_BY_VERCEL' });
  });

  it.each([
    { status: 401, code: 'CREDENTIAL_INVALID', exitStatus: 4 },
    { status: 403, code: 'DENIED_BY_VERCEL', exitStatus: 5 },
    { status: 404, code: 'DENIED_BY_VERCEL', exitStatus: 5 },
    { status: 400, code: 'SERVICE_FAILED', exitStatus: 3 },
  ])('judges a project read of $status', async ({ status, code, exitStatus }) => {
    const { outcome } = await runHop({ project: reply({ error: { code: 'x', message: 'why' } }, status) });
    expect(outcome).toMatchObject({ code, exitStatus, got: `status ${String(status)} x why` });
  });
});

describe("Vercel's refusals", () => {
  it.each([
    {
      name: 'no policy matches',
      status: 400,
      body: { error: 'invalid_grant', error_description: 'No policy matches' },
      code: 'DENIED_BY_VERCEL',
      fix: /Add an OIDC policy to team team_acme/,
    },
    {
      name: 'several policies match',
      status: 400,
      body: { error: 'invalid_request', error_description: 'Multiple policies match' },
      code: 'DENIED_BY_VERCEL',
      fix: /VERCEL_POLICY_ID/,
    },
    {
      name: 'the client is not enabled',
      status: 400,
      body: { error: 'unauthorized_client' },
      code: 'EXCHANGE_NOT_ENABLED',
      fix: /EXCHANGE: static/,
    },
    { name: 'no such endpoint', status: 404, body: {}, code: 'EXCHANGE_NOT_ENABLED', fix: /not enabled/ },
    {
      name: 'a token without its type',
      status: 200,
      body: { access_token: 'vca_canary1234' },
      code: 'CREDENTIAL_INVALID',
      fix: /VERCEL_API_URL/,
    },
    {
      name: 'a token that no header can carry',
      status: 200,
      body: { access_token: 'vca_canary1234\r\nx: y', token_type: 'Bearer' },
      code: 'CREDENTIAL_INVALID',
      fix: /VERCEL_API_URL/,
    },
    {
      name: 'no token at all',
      status: 200,
      body: { token_type: 'Bearer' },
      code: 'CREDENTIAL_INVALID',
      fix: /VERCEL_API_URL/,
    },
  ])('$name: $code', async ({ status, body, code, fix }) => {
    const { outcome } = await runHop({ token: reply(body, status) });
    expect(outcome).toMatchObject({ code, fix: expect.stringMatching(fix) });
    expect(JSON.stringify(outcome)).not.toContain('canary');
  });

  it('sends nobody from a policy to a variable that the policy forbids', async () => {
    const token = reply({ error: 'unauthorized_client' }, 400);
    const { outcome } = await runHop({ token }, { vercel: {} }, INPUT, 'abc');
    const { fix } = outcome as PipeError;
    expect(fix).toContain('let the grant name (`exchange: stored`) a chain `stored: [{ static: {} }]`');
    expect(fix).not.toContain('EXCHANGE: static');
  });

  it.each([
    { hop: { vercel: {} }, fix: "check that the team's OIDC policy lists the project." },
    { hop: { static: {} }, fix: 'VERCEL_TOKEN may have expired, been revoked, or be of somebody who does not see' },
  ])('to show the project say what may be wrong with a token of $hop', async ({ hop, fix }) => {
    const input = { ...INPUT, vercelToken: new Secret('vcp_canary123456') };
    const { outcome } = await runHop({ project: reply({ error: { code: 'forbidden' } }, 403) }, hop, input);
    expect(outcome).toMatchObject({ code: 'DENIED_BY_VERCEL', got: 'status 403 forbidden' });
    expect((outcome as PipeError).fix).toContain(fix);
    expect((outcome as PipeError).fix?.includes('OIDC')).toBe('vercel' in hop);
  });

  it('never echoes a token or a forged line that the server sent back', async () => {
    const error_description = 'bad eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0.c2ln\nERROR forged';
    const { outcome } = await runHop({ token: reply({ error: 'invalid_grant', error_description }, 400) });
    expect((outcome as PipeError).got).toBe('status 400 invalid_grant bad [redacted] ERROR forged');
  });
});

describe('the secret of a client', () => {
  it('reaches the hop that wants it, and nobody else', async () => {
    const input = { ...INPUT, clientSecret: new Secret('client-secret-canary') };
    const token = reply({ ...TOKEN, issued_token_type: 'urn:ietf:params:oauth:token-type:access_token' });
    const hop = { 'token-exchange': { ...STS, url: `${API}/login/oauth/token`, clientAuth: 'basic' } } as const;
    const { made } = await runHop({ token }, hop, input);
    const shown = made.network.sent.map(({ headers }) => headers['authorization']?.split(' ')[0]);
    expect(shown[0]).toBe('Basic');
    expect(shown.slice(1)).not.toContain('Basic');
  });
});

describe('the hop static', () => {
  it('uses VERCEL_TOKEN as it is, without introspection, and revokes nothing', async () => {
    const input = { ...INPUT, vercelToken: new Secret('vcp_canary123456') };
    const { outcome, leases, made } = await runHop({}, { static: {} }, input);
    expect(outcome).toMatchObject({ hop: 'static', expiresAt: undefined });
    await revokeAll(leases, made.log, NEVER);
    expect(made.network.sent).toHaveLength(1);
  });
});
