import { describe, expect, it } from '@jest/globals';
import { validateRecord } from '../../build/validators.js';
import { buildStatement, verifyRecord } from '../../src/record/index.ts';
import { findSchemaFaults } from '../../src/record/schema-faults.ts';
import { SMOKE_AUDIENCE, type PathResult, type SmokeFacts } from '../../src/smoke/index.ts';
import { makeFacts } from './support/facts.ts';
import { changeBound, CLAIMS, KEYLESS_TRUST, startStep } from './support/keyless.ts';
import { NO_SANDBOX, refusal, SIGNER } from './support/records.ts';

const AT = Date.UTC(2026, 10, 23, 12, 0, 30);
const HOST = 'web.example';
const good: PathResult = {
  ...{
    path: '/',
    host: HOST,
    wantedStatus: 200,
    wantedText: 'Welcome',
    ok: true,
    status: 200,
    textFound: true,
    fault: undefined,
  },
  ...{ protected: false, tokenShown: false, attempts: 1, ms: 80.4 },
};
const bad: PathResult = {
  ...{
    path: '/api',
    host: HOST,
    wantedStatus: 204,
    wantedText: undefined,
    ok: false,
    status: undefined,
    textFound: undefined,
  },
  ...{ fault: 'no answer (ECONNRESET)', protected: true, tokenShown: true, attempts: 9, ms: -5 },
};
const facts: SmokeFacts = {
  checks: [
    {
      subject: 'production',
      report: { host: HOST, ok: false, results: [good, bad], startedAt: AT, ms: 90, refusal: undefined },
    },
  ],
  rollback: { outcome: 'done', deploymentId: 'dpl_before' },
};

describe('the record of a test', () => {
  it('has what was wanted and what came, and fits the schema', () => {
    const statement = buildStatement(makeFacts(SIGNER, { smoke: facts }));
    expect(findSchemaFaults(validateRecord, statement, 'it')).toEqual([]);
    expect(statement.predicate.smoke).toEqual({
      checks: [
        {
          ...{ subject: 'production', host: 'web.example', passed: false, startedAt: '2026-11-23T12:00:30.000Z' },
          paths: [
            {
              ...{ path: '/', wantedStatus: 200, wantedText: 'Welcome', ok: true, status: 200, textFound: true },
              ...{ attempts: 1, ms: 80 },
            },
            {
              ...{ path: '/api', wantedStatus: 204, ok: false, fault: 'no answer (ECONNRESET)' },
              ...{ protected: true, tokenShown: true, attempts: 9, ms: 0 },
            },
          ],
        },
      ],
      rollback: { outcome: 'done', deploymentId: 'dpl_before' },
    });
  });

  it('is left out where nothing was tested', () => {
    expect(buildStatement(makeFacts(SIGNER)).predicate).not.toHaveProperty('smoke');
  });
});

describe('a token that smoke tests show to deployments', () => {
  const BITBUCKETS = 'ari:cloud:bitbucket::workspace/acme';
  // Without the pipe's own look at what it signs.
  const signedWith = async (aud: readonly string[]): Promise<() => unknown> => {
    const bundleJson = await changeBound(() => undefined, startStep({ ...CLAIMS, aud }));
    return () => verifyRecord(bundleJson, KEYLESS_TRUST, NO_SANDBOX);
  };

  it.each([[[SMOKE_AUDIENCE]], [[BITBUCKETS, SMOKE_AUDIENCE]]])('signs no record: %j', async (aud) => {
    const { message } = refusal('RECORD_INVALID', await signedWith(aud));
    expect(message).toMatch(/^The record's token is one that smoke tests show to deployments/);
  });

  it.each([[[BITBUCKETS, SMOKE_AUDIENCE, 'https://vercel.com/api/login/oauth/token']], [[BITBUCKETS]]])(
    'is none that is never shown: %j',
    async (aud) => {
      expect(await signedWith(aud)).not.toThrow();
    },
  );
});
