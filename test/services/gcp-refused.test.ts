import { describe, expect, it } from '@jest/globals';
import type { HttpReply } from '../../src/http/index.ts';
import { Secret } from '../../src/secret.ts';
import { googleRefused, googleUnusable, type GoogleAsked } from '../../src/services/gcp-refused.ts';
import { stsRefused } from '../../src/services/gcp-sts-refused.ts';

const ASKED: GoogleAsked = {
  ...{ by: 'hop gcp', service: 'Secret Manager', api: 'secretmanager.googleapis.com', asked: 'give a secret' },
  fixes: { denied: 'fix: denied', missing: 'fix: missing', state: 'fix: state' },
};

function reply(status: number, body: unknown): HttpReply {
  return { status, headers: {}, text: JSON.stringify(body), body };
}

const status = (code: number, name: string, message: string, reason?: string): HttpReply =>
  reply(code, { error: { code, message, status: name, details: [null, { reason }] } });

describe('what an API of Google refuses', () => {
  it.each([
    {
      name: 'a permission',
      answer: status(403, 'PERMISSION_DENIED', 'denied on resource (or it may not exist).', 'IAM_PERMISSION_DENIED'),
      ...{ code: 'DENIED_BY_PROVIDER', fix: /^fix: denied$/ },
      got: 'status 403 PERMISSION_DENIED IAM_PERMISSION_DENIED denied on resource (or it may not exist).',
    },
    {
      name: 'an API that is off, by its reason',
      answer: status(403, 'PERMISSION_DENIED', 'no', 'SERVICE_DISABLED'),
      ...{ code: 'EXCHANGE_NOT_ENABLED', fix: /gcloud services enable secretmanager\.googleapis\.com$/ },
      got: 'status 403 PERMISSION_DENIED SERVICE_DISABLED no',
    },
    {
      name: 'an API that is off, by its words',
      answer: status(403, 'PERMISSION_DENIED', 'X API has not been used in project 1 before.'),
      ...{ code: 'EXCHANGE_NOT_ENABLED', fix: /gcloud services enable/ },
      got: 'status 403 PERMISSION_DENIED X API has not been used in project 1 before.',
    },
    {
      name: 'a perimeter',
      answer: status(403, 'PERMISSION_DENIED', "Request is prohibited by organization's policy."),
      ...{ code: 'DENIED_BY_PROVIDER', fix: /VPC Service Controls/ },
      got: "status 403 PERMISSION_DENIED Request is prohibited by organization's policy.",
    },
    {
      name: 'a token',
      answer: status(401, 'UNAUTHENTICATED', 'no'),
      ...{ code: 'CREDENTIAL_INVALID', fix: /Run the step again/, got: 'status 401 UNAUTHENTICATED no' },
    },
    {
      name: 'a name',
      answer: status(404, 'NOT_FOUND', 'no'),
      ...{ code: 'EXCHANGE_NOT_ENABLED', fix: /^fix: missing$/, got: 'status 404 NOT_FOUND no' },
    },
    {
      name: 'a state',
      answer: status(400, 'FAILED_PRECONDITION', 'DESTROYED'),
      ...{ code: 'CREDENTIAL_INVALID', fix: /^fix: state$/, got: 'status 400 FAILED_PRECONDITION DESTROYED' },
    },
    {
      name: 'an argument',
      answer: status(400, 'INVALID_ARGUMENT', 'no'),
      ...{ code: 'EXCHANGE_NOT_ENABLED', fix: /^fix: missing$/, got: 'status 400 INVALID_ARGUMENT no' },
    },
    {
      name: 'too many requests',
      answer: status(429, 'RESOURCE_EXHAUSTED', 'no'),
      ...{ code: 'RATE_LIMITED', fix: /quotas/, got: 'status 429 RESOURCE_EXHAUSTED no' },
    },
    {
      name: 'a broken service',
      answer: reply(503, undefined),
      ...{ code: 'SERVICE_FAILED', fix: /status\.cloud\.google\.com/, got: 'status 503' },
    },
    {
      name: 'another shape',
      answer: reply(400, { error: null }),
      ...{ code: 'EXCHANGE_NOT_ENABLED', fix: /^fix: missing$/, got: 'status 400' },
    },
  ])('is told apart: $name', ({ answer, code, fix, got }) => {
    const error = googleRefused(answer, ASKED);
    expect(error).toMatchObject({ code, got, message: 'Secret Manager did not give a secret (hop gcp).' });
    expect(error.fix).toMatch(fix);
  });

  it('is an identity that cannot be used where nothing came', () => {
    expect(googleUnusable(ASKED, 'nothing', 'a token')).toMatchObject({
      ...{ code: 'CREDENTIAL_INVALID', got: 'nothing', wanted: 'a token' },
      message: 'Secret Manager answered, and did not give a secret (hop gcp).',
    });
  });
});

describe('what the Security Token Service refuses', () => {
  it('shows no claims beside an outage, which they did not cause', () => {
    const token = new Secret(`eyJhbGciOiJub25lIn0.${Buffer.from('{"sub":"shown"}').toString('base64url')}.x`);
    const refused = (code: number, error: string): string =>
      stsRefused(reply(code, { error }), '//iam/providers/bb', token, 'hop gcp').describe();
    expect(refused(503, 'internal_failure')).not.toContain('shown');
    expect(refused(400, 'invalid_grant')).toContain('The token says: sub "shown"');
    expect(refused(400, 'invalid_grant')).toContain('did not take the token for the provider bb (hop gcp)');
  });
});
