import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { Secret } from '../../src/secret.ts';
import { openProvider, RESOURCE, type OpenProvider } from './support/provider.ts';
import { given, runExchange } from './support/run-exchange.ts';

describe('delegation at a server that is real', () => {
  let server: OpenProvider;
  beforeAll(async () => {
    server = await openProvider([{ client_id: 'public', token_endpoint_auth_method: 'none' }]);
  });
  afterAll(() => server.close());

  it('lets the step act for whom the token of the hop before names', async () => {
    const { token } = given(await runExchange(server, { resource: RESOURCE }));
    const stepToken = new Secret(await server.issuer.mintToken({ claims: { sub: '{the-actor}' } }));
    const input = { token, stepToken };
    const { token: delegated } = given(await runExchange(server, { actor: true, resource: RESOURCE }, { input }));
    expect(decodeJwt(delegated.reveal())['act']).toEqual({ sub: '{the-actor}' });
    // That token of the server's own names no branch: alone it opens nothing here.
    const alone = await runExchange(server, { resource: RESOURCE }, { input });
    expect(alone.outcome).toMatchObject({ code: 'DENIED_BY_PROVIDER' });
  });

  it.each([
    { name: 'that has expired', claims: { exp: 1_000_000_000 }, code: 'CREDENTIAL_INVALID', fix: /2001-09-09T01:46/ },
    {
      name: 'of nobody',
      claims: { sub: 'nobody', aud: 'x' },
      code: 'CREDENTIAL_INVALID',
      fix: /sub "nobody", aud "x"/,
    },
    {
      name: 'of another branch',
      claims: { sub: 'somebody', branchName: 'x' },
      code: 'DENIED_BY_PROVIDER',
      fix: /sub "somebody"/,
    },
  ])('refuses an actor $name, and the hop says who that is', async ({ claims, code, fix }) => {
    const stepToken = new Secret(await server.issuer.mintToken({ claims }));
    const { outcome } = await runExchange(server, { actor: true }, { input: { stepToken } });
    expect(outcome).toMatchObject({ code, fix: expect.stringMatching(/It must also admit the actor, the step's own/) });
    expect(outcome).toMatchObject({ fix: expect.stringMatching(fix) });
  });
});
