import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { serveSandbox, type ServedSandbox } from '../../src/sandbox/index.ts';
import { predicateOf } from '../support/step.ts';
import { runContainer, type Ended } from './support/container.ts';
import { giveTo, makeBitbucketStep, type BitbucketStep } from './support/step.ts';

const NO_POWER = ['--cap-drop=all', '--security-opt=no-new-privileges'];
const READ_ONLY = ['--read-only', '--read-only-tmpfs=false'];
const USER = 1234;

let served: ServedSandbox;
let step: BitbucketStep;

beforeEach(async () => {
  served = await serveSandbox();
  step = await makeBitbucketStep(served);
});
afterEach(async () => {
  step.remove();
  await served.close();
});

function expectDeployed({ status, output }: Ended): void {
  expect(output).toMatch(/Live: +https:\/\//);
  expect(status).toBe(0);
  const { tokens, deployments } = served.sandbox.vercel;
  expect(deployments.at(-1)?.prebuilt).toBe(true);
  expect(predicateOf(step.readRecord('.result.sigstore.json'))).toMatchObject({ outcome: { status: 'deployed' } });
  expect(tokens.filter(({ kind, revokedAt }) => kind === 'app' && revokedAt === undefined)).toEqual([]);
}

describe('the pipe, run as Bitbucket runs it', () => {
  it('deploys without an argument and without a stored key, and shows none of the step’s tokens', async () => {
    const ended = await runContainer({ step });
    expectDeployed(ended);
    expect(predicateOf(step.readRecord('.result.sigstore.json'))).toMatchObject({ signer: { mode: 'keyless' } });
    const { BITBUCKET_STEP_OIDC_TOKEN: token = '', PIPELINES_JWT_TOKEN: internal = '' } = step.environment;
    expect(token.length).toBeGreaterThan(100);
    for (const secret of [token, internal]) expect(ended.output).not.toContain(secret);
  });

  it('signs with the key of a secured variable, which reaches it through the shell alone', async () => {
    const ended = await runContainer({ step, variables: { SIGNING_KEY: '$SIGNING_KEY' } });
    expectDeployed(ended);
    expect(predicateOf(step.readRecord('.result.sigstore.json'))).toMatchObject({ signer: { mode: 'key' } });
    expect(ended.output).not.toContain(step.clone.signingKey.slice(0, 40));
  });

  it('takes lists, quotes and dollars as the step’s shell leaves them', async () => {
    const variables = {
      ALIASES: ['one.example.com', '{branch}.example.com'],
      META: [
        'said=\\"it\'s 5 \\$\\"',
        'built=$BITBUCKET_BUILD_NUMBER',
        'path=C:\\\\new',
        'tick=\\`id\\`',
        'glob=*  two',
        'run=$(echo ran)',
      ],
    };
    const ended = await runContainer({ step, variables });
    expectDeployed(ended);
    expect(served.sandbox.vercel.deployments.at(-1)?.meta).toMatchObject({
      said: '"it\'s 5 $"',
      built: step.environment['BITBUCKET_BUILD_NUMBER'],
      path: 'C:\\new',
      tick: '`id`',
      glob: '*  two',
      // The step's shell ran it, before there was a container: what was written so is the step's own.
      run: 'ran',
    });
    for (const name of ['one.example.com', 'main.example.com']) expect(ended.output).toContain(name);
  });

  it.each(['TARGET', 'SIGNING_KEY', 'POLICY', 'MODE'])(
    'refuses a misspelt $NAME that arrives empty: %s',
    async (name) => {
      const { status, output } = await runContainer({ step, variables: { [name]: '$MISSPELT' } });
      expect(output).toMatch(
        new RegExp(`VARIABLES_INVALID[^]*${name}: there, but empty; most often a typo in a \\$NAME`),
      );
      expect(status).toBe(2);
      expect(served.sandbox.journal).toEqual([]);
    },
  );

  it('works in the folder where the step stands', async () => {
    const { status, output } = await runContainer({ step, workingDir: '/api' });
    expect(output).toContain(`${step.cloneDir}/api`);
    expect(status).toBe(2);
    expectDeployed(await runContainer({ step, workingDir: '/api', variables: { DIRECTORY: '..' } }));
  });
});

describe('the container', () => {
  it.each([
    { name: 'without capabilities', options: NO_POWER },
    { name: 'read-only, with no place of its own to write', options: READ_ONLY },
    { name: 'with neither', options: [...NO_POWER, ...READ_ONLY] },
  ])('deploys $name', async ({ options }) => {
    expectDeployed(await runContainer({ step, options, variables: { UPLOAD: 'files' } }));
  });

  it('deploys as another user, whose records are that user’s', async () => {
    giveTo(step.clone.directory, USER);
    const options = [`--user=${String(USER)}:${String(USER)}`, ...NO_POWER, ...READ_ONLY];
    expectDeployed(await runContainer({ step, options }));
    expect(new Set(step.owners('deploy-records'))).toEqual(new Set([USER]));
  });

  it('says what to do where its user may not write records', async () => {
    const { status, output } = await runContainer({ step, options: [`--user=${String(USER)}`, ...NO_POWER] });
    expect(output).toMatch(/RECORD_DIR[^]*EACCES|EACCES[^]*RECORD_DIR/);
    expect(status).toBe(3);
    expect(served.sandbox.vercel.deployments.filter(({ prebuilt }) => prebuilt)).toEqual([]);
  });

  it.each([
    { name: 'read-only, by the folder that Bitbucket gives to the pipe', options: READ_ONLY, user: 0 },
    { name: 'as another user', options: [`--user=${String(USER)}:${String(USER)}`], user: USER },
  ])('packs an archive $name', async ({ options, user }) => {
    giveTo(step.clone.directory, user);
    expectDeployed(await runContainer({ step, options, variables: { UPLOAD: 'archive' } }));
    expect(served.sandbox.vercel.deployments.at(-1)?.unpacked?.length).toBeGreaterThan(3);
    // Nothing of it stays behind.
    expect(step.list('.bitbucket').at(-1)).toBe('pipelines/generated/pipeline/pipes/docker/pipe');
  });
});

describe('an auditor', () => {
  it('verifies records in the container, without network and variables', async () => {
    const key = 'signing-key.pub.pem';
    expectDeployed(await runContainer({ step, variables: { SIGNING_KEY: '$SIGNING_KEY' } }));
    writeFileSync(`${step.clone.directory}/${key}`, step.clone.publicKeyPem);
    const auditor = { ...step, environment: {}, variables: {}, mounts: step.mounts.slice(0, 1) };
    const verify = (...words: string[]): Promise<Ended> =>
      runContainer({ step: auditor, args: ['verify', ...words], network: 'none', options: READ_ONLY });
    const valid = await verify('--key', key, '--allow-sandbox', 'deploy-records');
    expect(valid.output).toMatch(/^2 records: 2 OK\.$/m);
    expect(valid.status).toBe(0);
    // Without the word for it, nobody takes what was made in a sandbox for a deployment.
    expect((await verify('--key', key, 'deploy-records')).status).toBe(1);
  });

  it('sees by doctor what a deploy would do, and nothing is deployed', async () => {
    const known = served.sandbox.vercel.deployments.length;
    const { status, output } = await runContainer({ step, variables: { COMMAND: 'doctor' } });
    expect(output).toMatch(/web-production/);
    expect(status).toBe(0);
    expect(served.sandbox.vercel.deployments).toHaveLength(known);
  });
});
