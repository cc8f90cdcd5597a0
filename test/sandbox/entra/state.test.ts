import { describe, expect, it } from '@jest/globals';
import { AUDIENCE, CLIENT, NOW, open, STABLE } from '../support/entra.ts';

describe('federated credentials', () => {
  it('are unknown for a while after they were made', async () => {
    let time = NOW;
    const { entra, issuer, ask } = await open({ propagationMs: 10_000 }, true, () => time);
    entra.addCredential(CLIENT, { issuer: issuer.url, subject: 'new' });
    const body = {
      ...{ grant_type: 'client_credentials', client_id: CLIENT, scope: 'api://deploy/.default' },
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: await issuer.mintToken({ claims: { sub: 'new', aud: AUDIENCE } }),
    };
    const once = () => ask(entra.tokenUrl, { method: 'POST', body: new URLSearchParams(body) });
    expect((await once()).body.error_codes).toEqual([70021]);
    time += 10_000;
    expect((await once()).status).toBe(200);
  });

  it('are at most twenty, each with another issuer or subject', async () => {
    const { entra, issuer } = await open();
    expect(() => entra.addCredential(CLIENT, { issuer: issuer.url, subject: STABLE.sub })).toThrow('has a credential');
    expect(() => entra.addCredential(CLIENT, { ...other, audience: 'a'.repeat(601) })).toThrow('600 characters');
    for (let count = 1; count < 20; count += 1) entra.addCredential(CLIENT, { ...other, subject: String(count) });
    expect(() => entra.addCredential(CLIENT, other)).toThrow('20 credentials');
    expect(() => entra.addCredential('x', other)).toThrow('no application x');
  });

  const other = { issuer: 'https://other.example', subject: 's' };
});
