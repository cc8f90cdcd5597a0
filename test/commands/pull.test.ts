import {
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
  existsSync,
  rmSync,
  mkdtempSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../src/sandbox/index.ts';
import { readDotenv4 } from '../deploy/support/dotenv.ts';
import { makeStep, predicateOf, runStep, type Step, type StepRun } from '../support/step.ts';

const steps: Step[] = [];
afterEach(() => steps.splice(0).forEach((step) => step.remove()));

const PREVIEW = { TARGET: 'preview', COMMAND: 'pull' };
const WITH_VALUES = { ...PREVIEW, PULL_ENVIRONMENT: 'true' };

async function ready(
  changes: Readonly<Record<string, string>>,
  options: SandboxOptions = {},
): Promise<{ sandbox: Sandbox; step: Step; project: string; values: string }> {
  const sandbox = await createSandbox(options);
  const step = await makeStep(sandbox, changes);
  steps.push(step);
  const folder = `${step.clone.directory}/.vercel`;
  rmSync(`${folder}/project.json`, { force: true });
  // The built-in rule allows previews.
  rmSync(`${step.clone.directory}/deploy-policy.yml`);
  return {
    sandbox,
    step,
    project: `${folder}/project.json`,
    values: `${folder}/.env.${changes['TARGET'] ?? ''}.local`,
  };
}

/** Neither the log nor anything that is left but the file itself may hold a value. */
function expectNoValue({ log, printed }: StepRun, step: Step, sandbox: Sandbox): void {
  const records = step.files().map((name) => {
    const text = step.read(name);
    return name.endsWith('.sigstore.json') ? JSON.stringify(predicateOf(text)) : text;
  });
  for (const text of [log, printed, ...records]) expect(text).not.toMatch(/canary-value|s3cret/);
  expect(sandbox.journal.filter(({ known }) => !known)).toEqual([]);
}

describe('pull', () => {
  it('writes the settings as the Vercel CLI does, reads no value, and leaves a record', async () => {
    const settings = { framework: 'nextjs', buildCommand: 'npm run build', nodeVersion: '24.x' };
    const { sandbox, step, project, values } = await ready(PREVIEW, {
      projects: [{ id: 'prj_web', name: 'web', settings }],
    });
    const { status, log } = await runStep(sandbox, step);
    expect({ status, log }).toMatchObject({ status: 0, log: expect.stringContaining('Written: .vercel/project.json') });
    const { createdAt } = sandbox.vercel.projects[0] ?? {};
    expect(readFileSync(project, 'utf8')).toBe(
      `${JSON.stringify(
        {
          projectId: 'prj_web',
          orgId: 'team_acme',
          projectName: 'web',
          settings: {
            createdAt,
            framework: 'nextjs',
            devCommand: null,
            installCommand: null,
            buildCommand: 'npm run build',
            outputDirectory: null,
            rootDirectory: null,
            directoryListing: false,
            nodeVersion: '24.x',
          },
        },
        undefined,
        2,
      )}\n`,
    );
    expect(existsSync(values)).toBe(false);
    expect(sandbox.journal.map(({ path }) => path)).not.toContainEqual(expect.stringContaining('/env/pull/'));
    const result = predicateOf(step.readOne('.result.sigstore.json'));
    expect(result).toMatchObject({
      action: 'pull',
      outcome: { status: 'done', exitStatus: 0 },
      policy: { grant: 'built-in:preview' },
      vercel: { pulled: { files: ['.vercel/project.json'] } },
    });
    expect(result).not.toHaveProperty('deployedAt');
  });

  it('writes the values of the target where asked by name, for the owner alone, and no value anywhere else', async () => {
    const { sandbox, step, values } = await ready(WITH_VALUES);
    const key = '-----BEGIN KEY-----\ns3cret\n-----END KEY-----';
    sandbox.vercel.setVariable('prj_web', { key: 'PEM', value: key });
    sandbox.vercel.setVariable('prj_web', { key: 'PADDED', value: ' s3cret ' });
    // Empty, and no secret; secret, and another branch's.
    sandbox.vercel.setVariable('prj_web', { key: 'EMPTY', value: '' });
    sandbox.vercel.setVariable('prj_web', { key: 'OTHERS', type: 'sensitive', target: ['preview'], gitBranch: 'x' });
    const run = await runStep(sandbox, step);
    expect({ status: run.status, log: run.log }).toMatchObject({ status: 0 });
    expect(readDotenv4(readFileSync(values, 'utf8'))).toEqual({
      API_URL: 'canary-value-API_URL',
      EMPTY: '',
      PADDED: 's3cret',
      PEM: key,
      VERCEL: '1',
      VERCEL_ENV: 'preview',
    });
    expect(statSync(values).mode & 0o777).toBe(0o600);
    expect(run.log).toMatch(/warn Not in it: SESSION_KEY; Vercel gives the values of sensitive variables/);
    expect(run.log).toMatch(/warn `vercel build` will read these otherwise .*: PADDED\./);
    expect(run.log).toMatch(/holds secrets\. Pass it to the build step alone/);
    const files = ['.vercel/project.json', '.vercel/.env.preview.local'];
    const names = ['API_URL', 'EMPTY', 'PADDED', 'PEM', 'VERCEL', 'VERCEL_ENV'];
    const { branch } = sandbox.issuer.step;
    expect(predicateOf(step.readOne('.intent.sigstore.json'))['vercel']).toMatchObject({ pulled: { files, branch } });
    expect(predicateOf(step.readOne('.result.sigstore.json'))['vercel']).toMatchObject({
      pulled: { files, branch, variables: names },
    });
    expectNoValue(run, step, sandbox);
  });

  it("asks for the branch of the token, whatever the step's variables say", async () => {
    const { sandbox, step, values } = await ready(WITH_VALUES, { step: { branch: 'feature/one' } });
    const { status } = await runStep(sandbox, step, {
      environment: { BITBUCKET_BRANCH: 'main', BITBUCKET_PR_ID: '1' },
    });
    expect(status).toBe(0);
    expect(readDotenv4(readFileSync(values, 'utf8'))).toHaveProperty('FLAG');
    expect(sandbox.journal.map(({ path }) => path)).toContain('/v3/env/pull/prj_web/preview/feature%2Fone');
  });

  it('takes the place of what an earlier pull wrote, and closes it', async () => {
    const { sandbox, step, project, values } = await ready(WITH_VALUES);
    writeFileSync(project, '{}');
    writeFileSync(values, 'OLD="1"\n', { mode: 0o644 });
    expect((await runStep(sandbox, step)).status).toBe(0);
    expect(readFileSync(values, 'utf8')).not.toContain('OLD');
    expect(statSync(values).mode & 0o777).toBe(0o600);
    expect(readFileSync(project, 'utf8')).toContain('"projectId": "prj_web"');
  });
});

describe('a pull that may not be', () => {
  it('is one for production without a grant to deploy there', async () => {
    const { sandbox, step, project } = await ready({ ...WITH_VALUES, TARGET: 'production' });
    const { status, log } = await runStep(sandbox, step);
    expect(status).toBe(5);
    expect(log).toContain('DENIED_BY_POLICY');
    expect(existsSync(project)).toBe(false);
    expect(predicateOf(step.readOne('.result.sigstore.json'))).toMatchObject({
      action: 'pull',
      outcome: { status: 'denied' },
    });
    expect(sandbox.vercel.tokens.filter(({ kind }) => kind === 'app')).toEqual([]);
  });

  it.each(['challenge_required', 'challenge_required_email_otp', 'user_auth_required'])(
    'is one where Vercel wants a person (%s): said so, and nothing is written',
    async (pullChallenge) => {
      const options = { projects: [{ id: 'prj_web', name: 'web', pullChallenge }] };
      const { sandbox, step, project, values } = await ready(WITH_VALUES, options);
      const { status, log } = await runStep(sandbox, step);
      expect(status).toBe(5);
      expect(log).toMatch(/DENIED_BY_VERCEL: Vercel wants a person to confirm[^]*Leave PULL_ENVIRONMENT out/);
      expect(log).toContain(`status 403 ${pullChallenge}`);
      expect([project, values].map((path) => existsSync(path))).toEqual([false, false]);
    },
  );

  it.each<{ name: string; plant: (clone: string, outside: string) => void }>([
    {
      name: '.vercel',
      plant: (clone, outside) => {
        rmSync(`${clone}/.vercel`, { recursive: true });
        symlinkSync(outside, `${clone}/.vercel`);
      },
    },
    { name: 'project.json', plant: (clone, outside) => symlinkSync(`${outside}/x`, `${clone}/.vercel/project.json`) },
    {
      name: '.env.preview.local',
      plant: (clone, outside) => symlinkSync(`${outside}/x`, `${clone}/.vercel/.env.preview.local`),
    },
    { name: 'project.json', plant: (clone) => mkdirSync(`${clone}/.vercel/project.json`) },
  ])('is one through $name that is no plain file or folder', async ({ name, plant }) => {
    const { sandbox, step } = await ready(WITH_VALUES);
    const outside = mkdtempSync(`${tmpdir()}/outside-`);
    plant(step.clone.directory, outside);
    const { status, log } = await runStep(sandbox, step);
    const left = existsSync(`${outside}/x`) || existsSync(`${outside}/project.json`);
    rmSync(outside, { recursive: true });
    expect({ status, left }).toEqual({ status: 2, left: false });
    expect(log).toMatch(new RegExp(`VARIABLES_INVALID[^]*Nothing was pulled[^]*${name} is a (?:symlink|directory)`));
    expect(sandbox.journal.map(({ path }) => path)).not.toContainEqual(expect.stringContaining('/env/pull/'));
  });
});
