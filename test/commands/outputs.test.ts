import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { makeStep, predicateOf, runStep, type RunOptions, type Step, type StepRun } from '../support/step.ts';

const NAMES = [
  ...['DEPLOY_STATUS', 'VERCEL_URL', 'VERCEL_DEPLOYMENT_ID', 'VERCEL_INSPECTOR_URL', 'VERCEL_ALIASES'],
  ...['DEPLOY_RECORD', 'DEPLOY_RECORD_SHA256'],
];
let sandbox: Sandbox;
let step: Step;

beforeEach(async () => {
  sandbox = await createSandbox();
  step = await makeStep(sandbox);
});
afterEach(() => step.remove());

/** What a shell has after it has sourced the file. */
function source(folder = 'deploy-records'): Record<string, string> {
  const script = `. "$1" && for name in ${NAMES.join(' ')}; do eval "printf '%s\\0' \\"\\$$name\\""; done`;
  const values = execFileSync('/bin/sh', ['-c', script, 'sh', `${step.clone.directory}/${folder}/deploy-outputs.env`], {
    cwd: step.clone.directory,
  });
  const texts = values.toString().split('\0');
  return Object.fromEntries(NAMES.map((name, index) => [name, texts[index] ?? 'missing']));
}

const readJson = (): Record<string, unknown> => JSON.parse(step.read('deploy-outputs.json')) as Record<string, unknown>;
const run = (environment: Record<string, string> = {}, rest: RunOptions = {}): Promise<StepRun> =>
  runStep(sandbox, step, { environment, ...rest });

describe('outputs for later steps', () => {
  it('are what a shell can source, and the same as JSON', async () => {
    expect((await run()).status).toBe(0);
    const [deployment] = sandbox.vercel.deployments.filter(({ prebuilt }) => prebuilt);
    const record = step.files().find((name) => name.endsWith('.result.sigstore.json')) ?? '';
    const payload = (JSON.parse(step.read(record)) as { dsseEnvelope: { payload: string } }).dsseEnvelope.payload;
    const digest = execFileSync('sha256sum', { input: Buffer.from(payload, 'base64') })
      .toString()
      .slice(0, 64);
    const wanted = {
      DEPLOY_STATUS: 'deployed',
      VERCEL_URL: `https://${String(deployment?.url)}`,
      VERCEL_DEPLOYMENT_ID: deployment?.id,
      VERCEL_INSPECTOR_URL: `https://vercel.com/acme/web/${String(deployment?.id.slice('dpl_'.length))}`,
      VERCEL_ALIASES: deployment?.aliases.map((alias) => `https://${alias}`).join(','),
      DEPLOY_RECORD: `deploy-records/${record}`,
      DEPLOY_RECORD_SHA256: digest,
    };
    expect(source()).toEqual(wanted);
    expect(wanted.VERCEL_ALIASES).toMatch(/^https:.+,https:/);
    expect(readJson()).toEqual({
      version: '1',
      ...{ action: 'deploy', status: 'deployed', exitStatus: 0 },
      recordId: predicateOf(step.read(record))['recordId'],
      ...{ projectId: 'prj_web', target: 'production' },
      ...{ url: wanted.VERCEL_URL, deploymentId: deployment?.id, inspectorUrl: wanted.VERCEL_INSPECTOR_URL },
      aliases: wanted.VERCEL_ALIASES?.split(','),
      ...{ record: wanted.DEPLOY_RECORD, recordSha256: digest },
    });
  });

  it('of a denial are not those of the run before', async () => {
    await run();
    expect((await run({ BITBUCKET_BRANCH: 'x', TARGET: 'qa' })).status).toBeGreaterThan(0);
    const { DEPLOY_STATUS, DEPLOY_RECORD, ...rest } = source();
    expect([DEPLOY_STATUS, DEPLOY_RECORD]).toEqual([expect.stringMatching(/^(?:denied|failed)$/), expect.any(String)]);
    expect(rest).toMatchObject({ VERCEL_URL: '', VERCEL_DEPLOYMENT_ID: '', VERCEL_ALIASES: '' });
    expect(readJson()).toMatchObject({ status: DEPLOY_STATUS, aliases: [] });
    expect(readJson()).not.toHaveProperty('url');
  });

  it('hold hostile text as text', async () => {
    const hostile = `https://vercel.com/'; touch pwned; '$(touch pwned)\`touch pwned\`"\n$HOME`;
    const network: RunOptions['network'] = (inner) => ({
      ...inner,
      async send(request) {
        const reply = await inner.send(request);
        if (!new URL(request.url).pathname.startsWith('/v13/deployments')) return reply;
        const body = JSON.parse(Buffer.concat(await Array.fromAsync(reply.body)).toString()) as object;
        const changed = Buffer.from(JSON.stringify({ ...body, inspectorUrl: hostile }));
        return { ...reply, body: Readable.from([changed]) };
      },
    });
    const variables = `${step.clone.directory}/variables`;
    expect((await run({ BITBUCKET_PIPELINES_VARIABLES_PATH: variables }, { network })).status).toBe(0);
    // A line break would begin a variable of its own in Bitbucket's file, so none comes so far.
    const told = hostile.replace('\n', ' ');
    expect(source()['VERCEL_INSPECTOR_URL']).toBe(told);
    expect(existsSync(`${step.clone.directory}/pwned`)).toBe(false);
    const lines = readFileSync(variables, 'utf8').split('\n');
    expect(lines).toContain(`VERCEL_INSPECTOR_URL=${told}`);
    expect(lines.slice(0, -1).map((line) => line.split('=')[0])).toEqual(NAMES);
  });

  it('are left by no command that moves no deployment', async () => {
    await run({ COMMAND: 'doctor' });
    await run({ COMMAND: 'cleanup', TARGET: 'preview' });
    expect(step.files().filter((name) => name.startsWith('deploy-outputs'))).toEqual([]);
  });

  it('that cannot be written are a warning', async () => {
    mkdirSync(`${step.clone.directory}/deploy-records/deploy-outputs.env/in-the-way`, { recursive: true });
    const { status, log } = await run();
    expect(log).toMatch(/warn Not written for later steps: deploy-outputs\.env and \.json\. .*E[A-Z]+ for/);
    expect(status).toBe(0);
  });
});

describe("Bitbucket's file of output variables", () => {
  let path: string;
  const write = (text: string): void => writeFileSync(path, text);
  beforeEach(() => {
    path = `${step.clone.directory}/variables`;
  });

  it('gets a line for each that is known', async () => {
    write('OTHER=1\n');
    await run({ BITBUCKET_PIPELINES_VARIABLES_PATH: path });
    const { VERCEL_URL = '', DEPLOY_RECORD_SHA256 = '' } = source();
    const lines = readFileSync(path, 'utf8').split('\n');
    expect(lines[0]).toBe('OTHER=1');
    expect(lines).toEqual(expect.arrayContaining([`VERCEL_URL=${VERCEL_URL}`]));
    expect(lines).toEqual(expect.arrayContaining([`DEPLOY_RECORD_SHA256=${DEPLOY_RECORD_SHA256}`]));
    expect(lines.slice(1, -1).map((line) => line.split('=')[0])).toEqual(NAMES);
  });

  it('is made where its folder is there, and missed by nobody where it is not', async () => {
    await run({ BITBUCKET_PIPELINES_VARIABLES_PATH: path });
    expect(readFileSync(path, 'utf8')).toContain('VERCEL_DEPLOYMENT_ID=dpl_');
    const { status, log } = await run({ BITBUCKET_PIPELINES_VARIABLES_PATH: '/nowhere/at/all', FORCE: 'true' });
    expect(status).toBe(0);
    expect(log.match(/^warn .*variables.*/gm)).toBeNull();
  });

  it.each([
    { name: 'a link', make: () => symlinkSync(`${step.clone.directory}/target`, path) },
    { name: 'a pipe that nobody reads', make: () => execFileSync('mkfifo', [path]) },
    { name: 'a folder', make: () => mkdirSync(path) },
  ])('is not followed where it is $name', async ({ make }) => {
    const target = `${step.clone.directory}/target`;
    writeFileSync(target, 'as it was');
    make();
    const { status } = await run({ BITBUCKET_PIPELINES_VARIABLES_PATH: path });
    expect(status).toBe(0);
    expect(readFileSync(target, 'utf8')).toBe('as it was');
    expect(statSync(target).size).toBe(9);
  });
});
