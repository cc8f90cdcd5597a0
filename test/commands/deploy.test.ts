import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { readTrust, verifyRecord } from '../../src/record/index.ts';
import { makeStep, predicateOf, runStep, writesOf, type Step } from '../support/step.ts';

let sandbox: Sandbox;
let step: Step;

beforeEach(async () => {
  sandbox = await createSandbox();
  step = await makeStep(sandbox);
});
afterEach(() => step.remove());

describe('deploy', () => {
  it('takes a step from its token to a live deployment and a signed record', async () => {
    const { status, log } = await runStep(sandbox, step);
    expect(log.match(/^(?:error|warn) .*/gm)).toEqual([
      expect.stringMatching(/^warn Edge Functions are deprecated.*api\/edge/),
      expect.stringMatching(/^warn This production run's records stay in the step's artifacts alone.*Set RECORD_STORE/),
    ]);
    expect(status).toBe(0);

    const [deployment, ...others] = sandbox.vercel.deployments.filter(({ body }) => body !== undefined);
    expect(others).toEqual([]);
    expect(deployment).toMatchObject({
      projectId: 'prj_web',
      target: 'production',
      creator: { type: 'app' },
      prebuilt: true,
    });
    expect(log).toContain(`\n  Live:      https://${String(deployment?.url)}\n`);

    const trust = readTrust({ publicKey: step.clone.publicKeyPem });
    const [manifestText, intentText, resultText] = [
      '.manifest.json',
      '.intent.sigstore.json',
      '.result.sigstore.json',
    ].map((ending) => step.readOne(ending));
    const intent = verifyRecord(intentText ?? '', trust, { allowSandbox: false, now: 0, manifestText });
    const result = verifyRecord(resultText ?? '', trust, { allowSandbox: false, now: 0, manifestText, intentText });
    expect(deployment?.meta).toMatchObject({ oidcDeployIntent: intent.payloadDigest });
    expect(result.statement.predicate).toMatchObject({
      phase: 'result',
      outcome: { status: 'deployed', exitStatus: 0 },
      sandbox: false,
      oidc: { issuer: sandbox.issuer.url, issuerPinned: true, claims: { stepUuid: sandbox.issuer.step.stepUuid } },
      bitbucket: { asserted: { commit: sandbox.issuer.step.commit, branch: sandbox.issuer.step.branch } },
      policy: { grant: 'web-production' },
      vercel: {
        teamId: sandbox.vercel.team.id,
        projectId: 'prj_web',
        target: 'production',
        exchanges: [
          {
            ...{ hop: 'vercel', service: 'api.vercel.com' },
            ...{ tokenSha256: expect.stringMatching(/^[0-9a-f]{64}$/), expiresAt: expect.stringMatching(/Z$/) },
            // As the sandbox names its answers.
            requestId: expect.stringMatching(/^fra1::sndbx-/),
          },
        ],
        deployment: { id: deployment?.id, readyState: 'READY', aliasAssigned: true },
      },
      manifest: {
        functions: [
          { name: 'api/edge', runtime: 'edge', edge: true },
          { name: 'api/node', edge: false },
        ],
      },
    });
    expect(result.statement.predicate.intent?.digest.sha256).toBe(intent.payloadDigest);
  });

  it('revokes the token at the very end, when the record is written', async () => {
    await runStep(sandbox, step);
    const [token] = sandbox.vercel.tokens.filter(({ kind }) => kind === 'app');
    expect(token?.revokedAt).toBeDefined();
    expect(sandbox.journal.at(-1)?.path).toBe('/login/oauth/token/revoke');
  });

  it.each([
    { target: 'preview', change: {}, expected: { target: null, customEnvironment: undefined } },
    { target: 'qa', change: {}, expected: { target: null, customEnvironment: { slug: 'qa' } } },
  ])('deploys to $target', async ({ target, expected }) => {
    const policy = `${step.clone.directory}/deploy-policy.yml`;
    writeFileSync(
      policy,
      readFileSync(policy, 'utf8').replace('targets: [production]', `targets: [production, ${target}]`),
    );
    writeFileSync(
      `${step.clone.directory}/.vercel/output/builds.json`,
      JSON.stringify({ target: target === 'preview' ? 'preview' : target, builds: [] }),
    );
    const { status, log } = await runStep(sandbox, step, { environment: { TARGET: target } });
    expect(log).not.toMatch(/^error/m);
    expect(status).toBe(0);
    const made = sandbox.vercel.deployments.find(({ body }) => body !== undefined);
    expect(made).toMatchObject(expected);
  });

  it('sends the static token where the grant says so, and records it as static', async () => {
    rmSync(`${step.clone.directory}/deploy-policy.yml`);
    rmSync(`${step.clone.directory}/.vercel/output/builds.json`);
    const { status } = await runStep(sandbox, step, {
      environment: { TARGET: 'preview', EXCHANGE: 'static', VERCEL_TOKEN: sandbox.vercel.classicToken },
    });
    expect(status).toBe(0);
    expect(writesOf(sandbox).some((write) => write.includes('oauth'))).toBe(false);
    expect(predicateOf(step.readOne('.result.sigstore.json'))).toMatchObject({
      oidc: { issuerPinned: false },
      policy: { grant: 'built-in:preview' },
      vercel: { credential: { hop: 'static' } },
    });
  });
});

describe('refusals, before anything is created', () => {
  it('TARGET production without a policy is denied, and the denial is signed', async () => {
    rmSync(`${step.clone.directory}/deploy-policy.yml`);
    const { status, log } = await runStep(sandbox, step);
    expect(status).toBe(5);
    expect(log).toMatch(/DENIED_BY_POLICY/);
    // The grant to paste is filled from the verified claims.
    expect(log).toContain(sandbox.issuer.step.repositoryUuid);
    expect(log).toMatch(/targets:\n\s+- production/);
    expect(writesOf(sandbox)).toEqual([]);
    expect(predicateOf(step.readOne('.result.sigstore.json'))).toMatchObject({
      outcome: { status: 'denied', exitStatus: 5, code: 'DENIED_BY_POLICY' },
    });
  });

  it('a preview of a project without production, which Vercel would make production', async () => {
    rmSync(`${step.clone.directory}/deploy-policy.yml`);
    rmSync(`${step.clone.directory}/.vercel/output/builds.json`);
    const { status, log } = await runStep(sandbox, step, {
      environment: { TARGET: 'preview', VERCEL_PROJECT_ID: 'prj_new' },
    });
    expect(status).toBe(5);
    expect(log).toMatch(/FIRST_DEPLOYMENT_IS_PRODUCTION/);
    expect(writesOf(sandbox).filter((write) => write.includes('/deployments') || write.includes('/files'))).toEqual([]);
    expect(sandbox.vercel.tokens.filter(({ kind, revokedAt }) => kind === 'app' && revokedAt === undefined)).toEqual(
      [],
    );
  });

  it('wrong variables, all at once, and nothing is sent', async () => {
    const { status, log } = await runStep(sandbox, step, {
      environment: { TARGET: 'Production', VERCEL_PROJCT_ID: 'x' },
    });
    expect(status).toBe(2);
    expect(log).toMatch(/VARIABLES_INVALID: 2 variables/);
    expect(sandbox.journal).toEqual([]);
  });

  it('a wrong policy, key and output, all at once, and nothing is sent', async () => {
    writeFileSync(`${step.clone.directory}/deploy-policy.yml`, 'version: 2\n');
    rmSync(`${step.clone.directory}/.vercel`, { recursive: true });
    const { status, log } = await runStep(sandbox, step, {
      environment: { SIGNING_KEY: Buffer.from('no key at all. '.repeat(8)).toString('base64') },
    });
    expect(status).toBe(2);
    for (const code of ['POLICY_INVALID', 'SIGNING_KEY_INVALID', 'OUTPUT_INVALID']) expect(log).toContain(`${code}: `);
    expect(sandbox.journal).toEqual([]);
    expect(JSON.parse(step.read('diagnostic.json'))).toMatchObject({ code: 'POLICY_INVALID', exitStatus: 2 });
  });

  it('a policy or an output that a link brings in from outside the clone', async () => {
    const { directory } = step.clone;
    rmSync(`${directory}/deploy-policy.yml`);
    symlinkSync('/etc/passwd', `${directory}/deploy-policy.yml`);
    symlinkSync('../..', `${directory}/site`);
    const { status, log } = await runStep(sandbox, step, { environment: { DIRECTORY: 'site' } });
    expect(status).toBe(2);
    for (const name of ['POLICY', 'DIRECTORY']) expect(log).toContain(`${name} leads out of the clone through a link.`);
    expect(sandbox.journal).toEqual([]);
  });

  it('a step without a token, with the YAML to add', async () => {
    const { status, log } = await runStep(sandbox, step, { environment: { BITBUCKET_STEP_OIDC_TOKEN: undefined } });
    expect(status).toBe(4);
    expect(log).toMatch(/TOKEN_MISSING[^]*oidc:[^]*audiences/);
    expect(sandbox.journal).toEqual([]);
    expect(JSON.parse(step.read('diagnostic.json'))).toMatchObject({ code: 'TOKEN_MISSING' });
    expect(step.files()).toEqual(['deploy-outputs.env', 'deploy-outputs.json', 'diagnostic.json']);
  });
});
