import { describe, expect, it } from '@jest/globals';
import { decideAccess, type AccessRequest } from '../../src/policy/index.ts';
import { identityWith, outcome, requestFor } from './support/policy.ts';

const PRODUCTION = { target: 'production' } as const;

describe('without a policy', () => {
  const builtIn = (request: Partial<AccessRequest>) => decideAccess(undefined, identityWith({}), requestFor(request));

  it.each([
    { exchange: undefined, exchangeName: 'vercel', chain: [{ vercel: {} }] },
    { exchange: 'vercel', exchangeName: 'vercel', chain: [{ vercel: {} }] },
    { exchange: 'static', exchangeName: 'static', chain: [{ static: {} }] },
  ])('a preview is allowed by $exchangeName', ({ exchange, exchangeName, chain }) => {
    expect(builtIn({ exchange })).toMatchObject({
      grant: {
        id: 'built-in:preview',
        policyDigest: undefined,
        expiredPolicy: false,
        exchangeName,
        exchange: chain,
        require: {},
        signer: 'key',
      },
    });
  });

  it('is signed by what the step can sign with best', () => {
    expect(builtIn({ signers: ['vault', 'keyless'] })).toMatchObject({ grant: { signer: 'vault' } });
    expect(builtIn({ signers: [] })).not.toHaveProperty('grant');
  });

  it.each<{ request: Partial<AccessRequest>; says: string }>([
    {
      request: PRODUCTION,
      says: 'Without a policy only deploy to preview is allowed; this is deploy of "prj_abc" to "production".',
    },
    { request: { target: 'staging' }, says: 'deploy of "prj_abc" to "staging"' },
    { request: { target: 'Preview' }, says: 'deploy of "prj_abc" to "Preview"' },
    { request: { action: 'rollback', target: 'preview' }, says: 'this is rollback of' },
    { request: { action: 'promote' }, says: 'this is promote of' },
    { request: { exchange: 'entra' }, says: 'Without a policy EXCHANGE is vercel or static, and this is "entra".' },
    { request: { exchange: 'constructor' }, says: 'and this is "constructor".' },
  ])('nothing else: $says', ({ request, says }) => {
    const decision = builtIn(request);
    expect(decision).not.toHaveProperty('grant');
    expect(outcome(decision)).toContain(says);
    const fix = 'Write a policy with a grant for this.';
    expect(decision).toMatchObject({ denial: { fix, suggest: true, details: [], nearestGrant: undefined } });
  });
});
