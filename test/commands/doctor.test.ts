import { existsSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { makeStep, runStep, writesOf, type RunOptions, type Step, type StepRun } from '../support/step.ts';
import { countLiving, editPolicy, examineStep } from './support/examine.ts';

let sandbox: Sandbox;
let step: Step;

beforeEach(async () => {
  sandbox = await createSandbox();
  step = await makeStep(sandbox);
});
afterEach(() => step.remove());

const examine = (...rest: Rest): Promise<StepRun> => examineStep(sandbox, step, ...rest);
type Rest = Parameters<typeof examineStep> extends [unknown, unknown, ...infer Others] ? Others : never;

describe('doctor, where all is well', () => {
  it('tells the claims, the grant, the token and the plan, deploys nothing and gives the token back', async () => {
    const { status, log } = await examine();
    expect({ status, errors: log.match(/^error .*/gm) }).toEqual({ status: 0, errors: null });
    expect(log).toContain('Policy:  deploy-policy.yml (clone), 1 grant, sha256 ');
    expect(log).toMatch(new RegExp(`repositoryUuid +"${sandbox.issuer.step.repositoryUuid}"`));
    expect(log).toMatch(
      /aud +\["ari:cloud:bitbucket::workspace\/[^"]+","https:\/\/vercel\.com\/api\/login\/oauth\/token"\]/,
    );
    expect(log).toMatch(/Claims: {2}verified by key \S+ \(fetched\); the token lives for (?:59|60) min more/);
    expect(log).toMatch(
      /^done policy grant web-production allows deploy of "prj_web" to "production", by the exchange direct$/m,
    );
    expect(log).toMatch(
      /Token: {3}by hop vercel, for team team_acme and project web \(prj_web\), (?:59|60) min to live, client cl_/,
    );
    expect(log).toMatch(
      /Would: {3}deploy \d+ files, \d+ bytes \(manifest sha256 [0-9a-f]{64}\), to production of web \(prj_web\)/,
    );
    expect(log).toContain('2 functions: api/edge (EDGE');
    expect(log).toContain('Signer:  keyless');
    expect(log).toMatch(/^done signer an ephemeral key, bound to the step's token$/m);
    expect(log).toMatch(/^ {2}records: in deploy-records, signed by keyless$/m);
    expect(log).toContain('Doctor: all is well.');
    expect(writesOf(sandbox)).toEqual([
      'POST /login/oauth/token',
      'POST /login/oauth/token/introspect',
      'POST /login/oauth/token/revoke',
    ]);
    expect(countLiving(sandbox)).toBe(0);
    expect(step.files()).toEqual([]);
  });

  it('is the first argument, too', async () => {
    const { status, log } = await runStep(sandbox, step, { args: ['doctor'] });
    expect(status).toBe(0);
    expect(log).toContain('Doctor: all is well.');
    expect(log).toMatch(/^ {2}records: in deploy-records, signed by key SHA256:\S{43}$/m);
  });

  it('shows no value of a claim that Bitbucket does not document', async () => {
    const token = await sandbox.issuer.mintToken({ claims: { futureClaim: 'canary-of-the-future' } });
    const { status, log } = await examine({ BITBUCKET_STEP_OIDC_TOKEN: token });
    expect(status).toBe(0);
    expect(log).toMatch(/futureClaim +\(there; value not shown\)/);
    expect(log).not.toContain('canary-of-the-future');
  });

  it('says what Bitbucket tells of the pipeline, where it may ask', async () => {
    const { status, log } = await examine({ BITBUCKET_ACCESS_TOKEN: sandbox.bitbucket.accessToken });
    expect(status).toBe(0);
    expect(log).toContain('done bitbucket build 42 by push, started by: human');
  });

  it('warns where previews and production share a project, and only there', async () => {
    expect((await examine()).log).not.toContain('bounds projects, not targets');
    editPolicy(step, (text) => text.replace('targets: [production]', 'targets: [production, preview]'));
    const { log } = await examine();
    expect(log).toMatch(/^warn .*bounds projects, not targets.*a project \(or a team\) of its own/m);
  });
});

describe('doctor, where something is wrong', () => {
  it('goes on after a denial with its table, and ends as a deploy would', async () => {
    rmSync(`${step.clone.directory}/.vercel/output/builds.json`);
    const { status, log } = await examine({ TARGET: 'preview' });
    expect(status).toBe(5);
    expect(log).toMatch(
      /DENIED_BY_POLICY[^]*grant web-production \(nearest\)[^]*NOT target +wanted "production", got "preview"/,
    );
    expect(log).toContain('under grants: in the policy');
    expect(log).toContain('warn Not looked at: exchange, because no grant allows it.');
    expect(log).toContain('A deploy would end with status 5, and so does this.\n  - ');
    expect(writesOf(sandbox)).toEqual([]);
  });

  it('tells the claims of a token that is refused, as not verified', async () => {
    const token = await sandbox.issuer.mintToken({ claims: { aud: 'https://other.example' } });
    const { status, log } = await examine({ BITBUCKET_STEP_OIDC_TOKEN: token });
    expect(status).toBe(4);
    expect(log).toMatch(/Claims: {2}NOT verified[^]*aud +"https:\/\/other\.example"/);
    expect(log).toContain('warn Not looked at: policy and exchange, because the identity is not proved.');
    expect(log).not.toContain(token);
    expect(existsSync(`${step.clone.directory}/issuer-keys.json`)).toBe(true);
  });

  it('tells everything that is wrong with the inputs, and still who the step is', async () => {
    rmSync(`${step.clone.directory}/.vercel`, { recursive: true });
    const { status, log } = await examine({ SIGNING_KEY: Buffer.from('no key at all. '.repeat(8)).toString('base64') });
    expect(status).toBe(2);
    for (const code of ['OUTPUT_INVALID', 'SIGNING_KEY_INVALID']) expect(log).toContain(`error ${code}: `);
    expect(log).toMatch(
      /Doctor: 2 things stand in the way of a deploy[^]*\n {2}- SIGNING_KEY_INVALID: [^]*\n {2}- OUTPUT_INVALID: /,
    );
    expect(log).toContain('Token:   by hop vercel');
    expect(countLiving(sandbox)).toBe(0);
  });

  it('ends with the status of what a deploy would meet first', async () => {
    // The output is of a build for production, which is found before the policy is asked.
    const { status, log } = await examine({ TARGET: 'preview' });
    expect(log).toMatch(/Doctor: 2 things[^]*- OUTPUT_INVALID: [^]*- DENIED_BY_POLICY: /);
    expect(status).toBe(2);
  });

  it('cannot judge by a policy that cannot be read, and says so', async () => {
    editPolicy(step, () => 'version: 2\n');
    const { status, log } = await examine();
    expect(status).toBe(2);
    expect(log).toContain('error POLICY_INVALID: ');
    expect(log).toContain('Not looked at: identity, because it is not known which issuer to expect.');
    expect(log).toMatch(/Claims: {2}NOT verified/);
    expect(sandbox.journal).toEqual([]);
  });

  it.each([
    {
      name: 'an exchange that is refused',
      options: { exchange: { clientEnabled: false } },
      status: 3,
      code: 'EXCHANGE_NOT_ENABLED',
    },
    {
      name: 'a token for another team',
      options: { exchange: { introspectionOverride: { team: { id: 'team_x' } } } },
      status: 4,
      code: 'CREDENTIAL_INVALID',
    },
  ])('has the status of a deploy for $name, and leaves no token', async ({ options, status, code }) => {
    step.remove();
    sandbox = await createSandbox(options);
    step = await makeStep(sandbox);
    const examined = await examine();
    const deployed = await runStep(sandbox, step);
    expect({ doctor: examined.status, deploy: deployed.status }).toEqual({ doctor: status, deploy: status });
    expect(examined.log).toContain(`error ${code}: `);
    expect(examined.log).toContain('Would:   deploy');
    expect(countLiving(sandbox)).toBe(0);
  });

  it('tells of the token too where a preview would become production', async () => {
    rmSync(`${step.clone.directory}/deploy-policy.yml`);
    rmSync(`${step.clone.directory}/.vercel/output/builds.json`);
    const { status, log } = await examine({ TARGET: 'preview', VERCEL_PROJECT_ID: 'prj_new' });
    expect(status).toBe(5);
    expect(log).toContain('Policy:  none, so deploy to preview alone is allowed.');
    expect(log).toMatch(/FIRST_DEPLOYMENT_IS_PRODUCTION[^]*Token: {3}by hop vercel/);
    expect(countLiving(sandbox)).toBe(0);
  });

  it('tells once of keys that cannot be fetched, though identity and file both want them', async () => {
    sandbox.misbehave({ match: { path: /keys\.json/ }, times: 99, action: { kind: 'status', status: 503 } });
    const { status, log } = await examine();
    expect(status).toBe(3);
    expect(log.match(/^error (?:ISSUER_KEYS_UNAVAILABLE|Doctor: one thing)/gm)).toHaveLength(2);
  });

  it('wrong variables end it before anything is asked', async () => {
    const { status, log } = await examine({ TARGET: 'Production' });
    expect(status).toBe(2);
    expect(log).toContain('VARIABLES_INVALID');
    expect(sandbox.journal).toEqual([]);
  });

  it('ends when it is stopped, and gives the token back', async () => {
    const stop = new AbortController();
    const stopped = new PipeError({ code: 'TERMINATED', message: 'Stopped.' });
    const network: RunOptions['network'] = (honest) => ({
      ...honest,
      async send(request) {
        const answer = await honest.send(request);
        if (request.url.endsWith('/oauth/token')) stop.abort(stopped);
        return answer;
      },
    });
    const { status, log } = await examine({}, { stop: stop.signal, network });
    expect(status).toBe(143);
    expect(log).toContain('error TERMINATED: Stopped.');
    expect(countLiving(sandbox)).toBe(0);
  });
});
