import { describe, expect, it } from '@jest/globals';
import { createSandbox, type SandboxOptions } from '../../../src/sandbox/index.ts';
import { exchange } from '../support/client.ts';

describe('policies', () => {
  const branch = (value: string, wildcards?: boolean): SandboxOptions => ({
    policies: [
      {
        policyId: 'pol_a',
        claims: [{ name: 'branchName', values: [{ value: 'x' }, { value, ...(wildcards ? { wildcards } : {}) }] }],
      },
    ],
  });
  it.each<{ name: string; options: SandboxOptions; claims?: Record<string, unknown>; status: number }>([
    { name: 'take any value of a claim', options: branch('main'), status: 200 },
    { name: 'compare exactly without wildcards', options: branch('ma*'), status: 400 },
    { name: 'take a wildcard where it is asked for', options: branch('ma*', true), status: 200 },
    { name: 'anchor a wildcard', options: branch('ai*', true), status: 400 },
    {
      name: 'take a wildcard as no regular expression',
      options: branch('m.*', true),
      status: 400,
    },
    { name: 'never match an absent claim', options: branch('*', true), claims: { branchName: undefined }, status: 400 },
    { name: 'may not match a list', options: { exchange: { matchAudienceLists: false } }, status: 400 },
    {
      name: 'match a text where lists do not',
      options: { exchange: { matchAudienceLists: false } },
      claims: { aud: 'https://vercel.com/api/login/oauth/token' },
      status: 200,
    },
  ])('$name', async ({ options, claims = {}, status }) => {
    const sandbox = await createSandbox(options);
    const reply = await exchange(sandbox, { subject_token: await sandbox.issuer.mintToken({ claims }) });
    expect(reply.status).toBe(status);
    if (status === 400) expect(reply.body.error).toBe('invalid_grant');
  });

  it('ask for policy_id where several match', async () => {
    const sandbox = await createSandbox({ policies: [{ policyId: 'pol_a' }, { policyId: 'pol_b' }] });
    const reply = await exchange(sandbox);
    expect(reply.status).toBe(400);
    expect(reply.body).toEqual({
      error: 'invalid_request',
      error_description: 'Multiple OIDC policies match (pol_a, pol_b): pass policy_id to choose one.',
    });
    expect((await exchange(sandbox, { policy_id: 'pol_b' })).status).toBe(200);
    expect(sandbox.vercel.tokens.at(-1)?.policyId).toBe('pol_b');
  });
});
