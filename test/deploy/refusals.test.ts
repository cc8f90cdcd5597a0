import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { toRefusal, toUncertain, type Asked } from '../../src/deploy/refusals.ts';
import { refusal, reply } from './support/scripted-api.ts';

const ASKED: Asked = {
  did: 'create the deployment',
  wanted: 'a new deployment',
  aftermath: 'One may have been made. ',
};

describe('a success that brings something else', () => {
  it('is told by its names, bounded and without its values', () => {
    const body = { 'a\n\u001b[2J': 'value', ['b'.repeat(1000)]: 1, c: 2, d: 3, e: 4, f: 5 };
    const { got } = toRefusal(reply(body), ASKED);
    expect(got).toBe(`status 200, and an object that has a [2J, ${'b'.repeat(40)}, c, d, e, …`);
  });

  it('is told as the web page that it is', () => {
    const page = { ...reply('x'), headers: { 'content-type': 'text/html' }, text: '<html>Sign in</html>' };
    expect(toRefusal(page, ASKED).got).toBe('status 200, and a web page: <html>Sign in</html>');
  });
});

interface Row {
  readonly status: number;
  readonly word: string;
  readonly message?: string;
  readonly code: string;
  readonly exitStatus: number;
  readonly fix: RegExp;
}

const ROWS: readonly Row[] = [
  { status: 400, word: 'bad_request', code: 'REQUEST_REJECTED', exitStatus: 1, fix: /^Vercel's words above/ },
  { status: 400, word: 'constructor', code: 'REQUEST_REJECTED', exitStatus: 1, fix: /^Vercel's words above/ },
  { status: 400, word: 'missing_files', code: 'REQUEST_REJECTED', exitStatus: 1, fix: /Run the step again/ },
  {
    status: 400,
    word: 'too_many_files',
    code: 'REQUEST_REJECTED',
    exitStatus: 1,
    fix: /15,000 files\. Set UPLOAD: archive/,
  },
  {
    status: 400,
    word: 'missing_project_settings',
    code: 'REQUEST_REJECTED',
    exitStatus: 1,
    fix: /once from the dashboard/,
  },
  {
    status: 400,
    word: 'missing_build_script',
    code: 'REQUEST_REJECTED',
    exitStatus: 1,
    fix: /build script to package\.json/,
  },
  { status: 400, word: 'conflicting_file_path', code: 'REQUEST_REJECTED', exitStatus: 1, fix: /claim one path/ },
  { status: 400, word: 'conflicting_path_segment', code: 'REQUEST_REJECTED', exitStatus: 1, fix: /claim one path/ },
  { status: 400, word: 'env_value_invalid_type', code: 'REQUEST_REJECTED', exitStatus: 1, fix: /must be a text/ },
  { status: 400, word: 'cert_missing', code: 'REQUEST_REJECTED', exitStatus: 1, fix: /has no certificate yet/ },
  {
    status: 400,
    word: 'domain_missing',
    code: 'REQUEST_REJECTED',
    exitStatus: 1,
    fix: /does not know the domain\. Add the domain/,
  },
  {
    status: 400,
    word: 'bad_request',
    message: 'Git author a@b.c must have access to the team',
    code: 'REQUEST_REJECTED',
    exitStatus: 1,
    fix: /GIT_AUTHOR: true/,
  },
  { status: 401, word: 'forbidden', code: 'CREDENTIAL_INVALID', exitStatus: 4, fix: /expired or was revoked/ },
  { status: 402, word: 'payment_required', code: 'REQUEST_REJECTED', exitStatus: 1, fix: /billing page/ },
  { status: 402, word: '', code: 'REQUEST_REJECTED', exitStatus: 1, fix: /billing page/ },
  { status: 403, word: 'forbidden', code: 'DENIED_BY_VERCEL', exitStatus: 5, fix: /OIDC policy lists this project/ },
  { status: 403, word: 'team_unauthorized', code: 'DENIED_BY_VERCEL', exitStatus: 5, fix: /token is for one project/ },
  { status: 403, word: 'not_domain_owner', code: 'DENIED_BY_VERCEL', exitStatus: 5, fix: /does not own the domain/ },
  {
    status: 403,
    word: 'deployment_policy_blocked',
    code: 'DENIED_BY_VERCEL',
    exitStatus: 5,
    fix: /Deployment Policy .*allow the source `rest-api`, and `cli`/,
  },
  {
    status: 403,
    word: 'forbidden',
    message: 'Blocked by the deployment policy of the team',
    code: 'DENIED_BY_VERCEL',
    exitStatus: 5,
    fix: /Deployment Policy .*`rest-api`/,
  },
  {
    status: 403,
    word: 'forbidden',
    message: 'Git author a@b.c must have access to the team acme',
    code: 'DENIED_BY_VERCEL',
    exitStatus: 5,
    fix: /GIT_AUTHOR: true/,
  },
  {
    status: 404,
    word: 'not_found',
    code: 'REQUEST_REJECTED',
    exitStatus: 1,
    fix: /VERCEL_PROJECT_ID.*TARGET is its slug/,
  },
  { status: 404, word: '', code: 'REQUEST_REJECTED', exitStatus: 1, fix: /VERCEL_PROJECT_ID/ },
  {
    status: 408,
    word: '',
    code: 'SERVICE_FAILED',
    exitStatus: 3,
    fix: /^One may have been made\. See vercel-status\.com/,
  },
  { status: 409, word: 'conflict', code: 'REQUEST_REJECTED', exitStatus: 1, fix: /at the same moment/ },
  { status: 410, word: 'gone', code: 'REQUEST_REJECTED', exitStatus: 1, fix: /newer version of this pipe/ },
  {
    status: 413,
    word: '',
    code: 'REQUEST_REJECTED',
    exitStatus: 1,
    fix: /larger than Vercel takes at once\. Set UPLOAD: archive/,
  },
  { status: 425, word: '', code: 'SERVICE_FAILED', exitStatus: 3, fix: /vercel-status\.com/ },
  { status: 426, word: '', code: 'REQUEST_REJECTED', exitStatus: 1, fix: /newer client/ },
  { status: 429, word: 'rate_limited', code: 'RATE_LIMITED', exitStatus: 3, fix: /^The limit is the team's/ },
  { status: 429, word: 'builds_rate_limited', code: 'RATE_LIMITED', exitStatus: 3, fix: /builds are used up/ },
  {
    status: 500,
    word: 'internal_server_error',
    code: 'SERVICE_FAILED',
    exitStatus: 3,
    fix: /^One may have been made\./,
  },
  {
    status: 503,
    word: 'service_unavailable',
    code: 'SERVICE_FAILED',
    exitStatus: 3,
    fix: /then run the step again\.$/,
  },
  { status: 200, word: '', code: 'SERVICE_FAILED', exitStatus: 3, fix: /^One may have been made\./ },
];

describe('a refusal', () => {
  it.each(ROWS)('of $status $word $message is $code', ({ status, word, message, code, exitStatus, fix }) => {
    const error = toRefusal(refusal(status, word, message), ASKED);
    expect(error).toMatchObject({ code, exitStatus, wanted: 'a new deployment' });
    expect(error.message).toBe('Vercel did not create the deployment.');
    expect(error.got).toContain(`status ${String(status)}`);
    expect(error.fix).toMatch(fix);
  });

  it('says when to come back where the service says it', () => {
    const error = toRefusal(reply({}, 503, { 'retry-after': '30' }), { ...ASKED, aftermath: '' });
    expect(error.fix).toBe('See vercel-status.com, then run the step again in 30 s.');
  });

  it('begins with what holds whatever the answer is', () => {
    const asked = { ...ASKED, standing: 'It was created. ' };
    expect(toRefusal(refusal(403, 'forbidden'), asked).fix).toMatch(/^It was created\. The token may not/);
    expect(toRefusal(refusal(500, 'x'), asked).fix).toMatch(/^It was created\. One may have been made\. /);
  });

  it('says of a refusal that nothing can have happened', () => {
    expect(toRefusal(refusal(400, 'bad_request'), ASKED).fix).not.toContain('may have been made');
  });
});

describe('no answer', () => {
  it('says what may have happened', () => {
    const network = new PipeError({ code: 'NETWORK', message: 'x', got: 'ECONNRESET', fix: 'Check the network.' });
    const error = toUncertain(network, { ...ASKED, standing: 'It was created. ' });
    expect(error).toMatchObject({
      code: 'NETWORK',
      message: 'Vercel gave no answer when it was asked to create the deployment.',
      got: 'ECONNRESET',
      fix: 'It was created. One may have been made. Check the network.',
    });
  });

  it.each([new Error('x'), new PipeError({ code: 'TIMEOUT', message: 'x' })])('leaves %s as it is', (error) => {
    expect(toUncertain(error, ASKED)).toBe(error);
  });
});
