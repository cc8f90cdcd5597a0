import { describe, expect, it } from '@jest/globals';
import { createLocalJWKSet, jwtVerify } from 'jose';
import type { EntraOptions } from '../../../src/sandbox/entra/entra.ts';
import { API, askToken, CLIENT, NOW, open, STABLE, type Asking } from '../support/entra.ts';

describe('the token endpoint of Entra', () => {
  it.each([undefined, 'ACME.onmicrosoft.com'])(
    'gives a token that verifies with the keys it publishes (%s)',
    async (tenant) => {
      const { entra, status, headers, body } = await askToken(tenant === undefined ? {} : { tenant });
      expect(status).toBe(200);
      expect(headers).toMatchObject({ 'cache-control': 'no-store, no-cache', 'x-ms-request-id': expect.any(String) });
      expect(body).toEqual({
        ...{ token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599 },
        access_token: expect.any(String),
      });
      const { payload } = await jwtVerify(body.access_token as string, createLocalJWKSet(entra.keys()), {
        issuer: entra.issuer,
        audience: API.clientId,
        currentDate: new Date(NOW),
      });
      expect(payload).toMatchObject({ sub: 'sp-1', oid: 'sp-1', azp: CLIENT, roles: ['deploy'], ver: '2.0' });
    },
  );

  it('gives an API that never chose a version tokens of version 1', async () => {
    const { entra, body } = await askToken({ options: { apis: [{ ...API, tokenVersion: null }] } });
    const { payload } = await jwtVerify(body.access_token as string, createLocalJWKSet(entra.keys()), {
      issuer: `https://sts.windows.net/${entra.tenantId}/`,
      audience: 'api://deploy',
      currentDate: new Date(NOW),
    });
    expect(payload).toMatchObject({ appid: CLIENT, ver: '1.0' });
  });

  const other = { issuer: 'https://other.example', subject: STABLE.sub };
  const withCredentials = (credentials: readonly (typeof other)[]): EntraOptions => ({
    applications: [{ clientId: CLIENT, credentials }],
  });
  it.each<Asking & { name: string; status?: number; error: string; code: number; text: string }>([
    { name: 'another tenant', tenant: 'other.example', error: 'invalid_request', code: 90002, text: "'other.example'" },
    { name: 'a missing field', form: { scope: undefined }, error: 'invalid_request', code: 900144, text: "'scope'" },
    {
      ...{ name: 'another grant', form: { grant_type: 'password' } },
      ...{ error: 'unsupported_grant_type', code: 70003, text: "'password'" },
    },
    {
      ...{ name: 'an unknown application', form: { client_id: 'x' } },
      ...{ error: 'unauthorized_client', code: 700016, text: "identifier 'x'" },
    },
    {
      ...{ name: 'no assertion', form: { client_assertion: undefined } },
      ...{ status: 401, error: 'invalid_client', code: 7000218, text: 'client_assertion' },
    },
    {
      ...{ name: 'a scope of users', form: { scope: 'api://deploy/deploy' } },
      ...{ error: 'invalid_scope', code: 1002012, text: '/.default suffixed' },
    },
    {
      ...{ name: 'an unknown API', form: { scope: 'api://x/.default' } },
      ...{ error: 'invalid_resource', code: 500011, text: 'named api://x was' },
    },
    {
      ...{ name: 'what is no JWT', form: { client_assertion: 'abc' } },
      ...{ error: 'invalid_request', code: 50027, text: 'malformed' },
    },
    {
      ...{ name: 'no signature', mint: { header: { alg: 'none' } } },
      ...{ error: 'invalid_request', code: 50027, text: 'malformed' },
    },
    {
      ...{ name: 'no federated credential', options: withCredentials([]), status: 401 },
      ...{ error: 'invalid_client', code: 70025, text: 'no configured federated' },
    },
    {
      ...{ name: 'another issuer', options: withCredentials([other]), status: 401 },
      ...{ error: 'invalid_client', code: 700211, text: "issuer 'https://api.bitbucket.org" },
    },
    {
      ...{ name: 'another subject', mint: { claims: { sub: 'Repo-api' } }, status: 401 },
      ...{ error: 'invalid_client', code: 700213, text: "subject 'Repo-api'" },
    },
    {
      ...{ name: 'a subject in another case', mint: { claims: { sub: 'repo-web' } }, status: 401 },
      ...{ error: 'invalid_client', code: 7002138, text: 'not with case-sensitive' },
    },
    {
      ...{ name: 'another audience', mint: { claims: { aud: ['a', 'b'] } }, status: 401 },
      ...{ error: 'invalid_client', code: 700212, text: "audience 'a, b'" },
    },
    {
      ...{ name: 'keys out of reach', reachable: false },
      ...{ error: 'invalid_request', code: 501661, text: 'External OIDC endpoint' },
    },
    {
      ...{ name: 'a foreign key', mint: { header: { kid: 'x' } }, status: 401 },
      ...{ error: 'invalid_client', code: 700027, text: 'signature validation' },
    },
    {
      ...{ name: 'a token that has expired', mint: { claims: { exp: NOW / 1000 - 301 } }, status: 401 },
      ...{ error: 'invalid_client', code: 700024, text: 'valid time range' },
    },
    {
      ...{ name: 'an application without a role', error: 'invalid_request', code: 501051, text: 'not assigned' },
      options: {
        applications: [
          {
            ...{ clientId: CLIENT, roles: {} },
            credentials: [
              {
                issuer: 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc',
                subject: STABLE.sub,
              },
            ],
          },
        ],
        apis: [{ ...API, assignmentRequired: true }],
      },
    },
  ])('refuses $name', async ({ status: wanted = 400, error, code, text, ...asking }) => {
    const { status, body } = await askToken(asking);
    expect({ status, error: body.error, codes: body.error_codes }).toEqual({ status: wanted, error, codes: [code] });
    expect(body.error_description).toMatch(new RegExp(`^AADSTS${String(code)}: .* Trace ID: .* Timestamp: 20`));
    expect(body.error_description).toContain(text);
  });

  it('refuses a token of its own', async () => {
    const { entra, issuer, ask } = await open();
    const assertion = await issuer.mintToken({ claims: { iss: entra.issuer } });
    const body = new URLSearchParams({
      ...{ grant_type: 'client_credentials', client_id: CLIENT, scope: 'api://deploy/.default' },
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: assertion,
    });
    expect((await ask(entra.tokenUrl, { method: 'POST', body })).body.error_codes).toEqual([700222]);
  });

  it('says which endpoints and keys it has, for its own tenant', async () => {
    const { entra, ask } = await open({ authority: 'https://login.microsoftonline.us' });
    const { body } = await ask(`${entra.issuer}/.well-known/openid-configuration`);
    expect(body).toMatchObject({ issuer: entra.issuer, token_endpoint: entra.tokenUrl });
    expect((await ask(body.jwks_uri as string)).body).toEqual(entra.keys());
    expect((await ask(entra.issuer.replace(entra.tenantId, 'x') + '/.well-known/openid-configuration')).status).toBe(
      400,
    );
  });
});
