import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { makeStep, predicateOf, runStep, writesOf, type Step, type StepRun } from '../support/step.ts';

const SCHEDULE = { trigger: { type: 'pipeline_trigger_schedule', name: 'SCHEDULE' } };
const APP = { creator: { type: 'app_user' } };

let step: Step | undefined;
afterEach(() => step?.remove());

interface Setup {
  readonly pipeline?: Readonly<Record<string, unknown>>;
  /** What the grant lists; nothing: any actor. */
  readonly actors?: string;
  readonly token?: (sandbox: Sandbox) => string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly prepare?: (sandbox: Sandbox) => void;
}

async function deploy(setup: Setup): Promise<StepRun & { readonly sandbox: Sandbox; readonly step: Step }> {
  const sandbox = await createSandbox({ ...(setup.pipeline && { pipeline: setup.pipeline }) });
  setup.prepare?.(sandbox);
  step = await makeStep(sandbox);
  const policy = `${step.clone.directory}/deploy-policy.yml`;
  if (setup.actors !== undefined) {
    writeFileSync(policy, `${readFileSync(policy, 'utf8')}    require: { actors: [${setup.actors}] }\n`);
  }
  const token = setup.token?.(sandbox);
  const environment = { ...(token === undefined ? {} : { BITBUCKET_ACCESS_TOKEN: token }), ...setup.environment };
  return { ...(await runStep(sandbox, step, { environment })), sandbox, step };
}

const goodToken = ({ bitbucket }: Sandbox): string => bitbucket.accessToken;
const asksBitbucket = ({ journal }: Sandbox): number =>
  journal.filter(({ path }) => path.startsWith('/2.0/repositories/')).length;

describe('a grant that lists actors', () => {
  it.each([
    { actors: 'human', pipeline: {} },
    { actors: 'schedule', pipeline: SCHEDULE },
    { actors: 'agent', pipeline: APP },
    { actors: 'human, schedule', pipeline: SCHEDULE },
  ])('of $actors allows one, as Bitbucket tells', async ({ actors, pipeline }) => {
    const { status, sandbox, log } = await deploy({ actors, pipeline, token: goodToken });
    expect({ status, errors: log.match(/^error .*/gm) }).toEqual({ status: 0, errors: null });
    // The read, and two states of the build.
    expect(asksBitbucket(sandbox)).toBe(3);
  });

  it.each([
    { actors: 'human', pipeline: SCHEDULE, got: 'schedule' },
    { actors: 'human', pipeline: APP, got: 'agent' },
    { actors: 'schedule', pipeline: {}, got: 'human' },
    { actors: 'human', pipeline: { trigger: { type: 'pipeline_trigger_parent_pipeline' } }, got: 'unknown' },
    { actors: 'human', pipeline: { creator: null }, got: 'unknown' },
  ])('of $actors denies $got', async ({ actors, pipeline, got }) => {
    const run = await deploy({ actors, pipeline, token: goodToken });
    expect(run.status).toBe(5);
    expect(run.log).toContain(`actor: wanted "${actors}", got "${got}"`);
    expect(writesOf(run.sandbox)).toEqual([]);
    expect(predicateOf(run.step.readOne('.result.sigstore.json'))).toMatchObject({
      outcome: { status: 'denied' },
      bitbucket: { pipeline: { actor: got } },
    });
  });

  it('denies without an access token, and says what to pass', async () => {
    const { status, log, sandbox } = await deploy({ actors: 'human' });
    expect(status).toBe(5);
    expect(log).toMatch(/actor: wanted "human", got "unknown"[^]*pass BITBUCKET_ACCESS_TOKEN/);
    expect(asksBitbucket(sandbox)).toBe(0);
  });

  it.each<{ name: string; setup: Setup; text: RegExp }>([
    {
      name: 'refuses the token',
      setup: { token: () => 'ATCTT3xFfGN0unknown' },
      text: /Bitbucket's API refused to tell: status 401/,
    },
    {
      name: 'misses a scope of it',
      setup: { token: ({ bitbucket }) => bitbucket.weakAccessToken },
      text: /status 403 .*wanted scope read:pipeline:bitbucket/,
    },
    {
      name: 'cannot be reached',
      setup: {
        token: goodToken,
        prepare: (sandbox) =>
          sandbox.misbehave({ match: { path: /\/pipelines\// }, times: 9, action: { kind: 'reset' } }),
      },
      text: /Bitbucket's API could not be reached/,
    },
    {
      name: 'is not the one that issued the token',
      setup: { token: goodToken, environment: { BITBUCKET_API_URL: 'https://api.evil.example' } },
      text: /BITBUCKET_API_URL is at https:\/\/api\.evil\.example, and the token was issued by/,
    },
    {
      name: 'tells of another pipeline',
      setup: { token: goodToken, pipeline: { uuid: '{00000000-0000-4000-8000-000000000000}' } },
      text: /told of pipeline "\{00000000/,
    },
  ])('denies where Bitbucket $name, and says so in the denial', async ({ setup, text }) => {
    const { status, log } = await deploy({ actors: 'human', ...setup });
    expect(status).toBe(5);
    const denial = log.slice(log.indexOf('error DENIED_BY_POLICY'));
    expect(denial).toMatch(/got "unknown"/);
    expect(denial).toMatch(text);
  });
});

describe('a deploy that may ask Bitbucket', () => {
  it('records what it said apart from what the step said, in intent and result', async () => {
    const { status, step: done, sandbox } = await deploy({ token: goodToken });
    expect(status).toBe(0);
    const { commit, triggererUuid, pipelineUuid } = sandbox.issuer.step;
    for (const ending of ['.intent.sigstore.json', '.result.sigstore.json']) {
      expect(predicateOf(done.readOne(ending))['bitbucket']).toMatchObject({
        pipeline: {
          ...{ actor: 'human', uuid: pipelineUuid, buildNumber: 42, commit, trigger: 'push' },
          ref: { kind: 'branch', name: 'main' },
          creator: { kind: 'user', uuid: triggererUuid },
        },
      });
    }
  });

  it('waits for a slow answer before it signs the intent', async () => {
    const slow = { match: { path: /\/pipelines\// }, action: { kind: 'delay', ms: 300 } } as const;
    const { step: done } = await deploy({ token: goodToken, prepare: (sandbox) => sandbox.misbehave(slow) });
    expect(predicateOf(done.readOne('.intent.sigstore.json'))['bitbucket']).toMatchObject({
      pipeline: { actor: 'human' },
    });
  });

  it('goes on without an answer where no grant lists actors, with a warning and a record of it', async () => {
    const { status, step: done, log } = await deploy({ token: ({ bitbucket }) => bitbucket.weakAccessToken });
    expect(status).toBe(0);
    expect(log).toMatch(/^warn Who started this pipeline is not known.*status 403/m);
    expect(predicateOf(done.readOne('.result.sigstore.json'))['bitbucket']).toMatchObject({
      pipeline: { actor: 'unknown', refusal: expect.stringContaining('status 403') },
    });
  });

  it('warns where a variable was overridden, and records both', async () => {
    const other = '1'.repeat(40);
    const {
      status,
      step: done,
      log,
      sandbox,
    } = await deploy({
      token: goodToken,
      environment: { BITBUCKET_COMMIT: other, BITBUCKET_BUILD_NUMBER: '41' },
    });
    expect(status).toBe(0);
    expect(log).toMatch(/^warn BITBUCKET_COMMIT is "1{40}", and Bitbucket's API says "6f1d.*someone overrode/m);
    expect(log).toMatch(/^warn BITBUCKET_BUILD_NUMBER is "41"/m);
    expect(predicateOf(done.readOne('.result.sigstore.json'))).toMatchObject({
      bitbucket: {
        pipeline: { commit: sandbox.issuer.step.commit, buildNumber: 42 },
        asserted: { commit: other, buildNumber: '41' },
      },
    });
  });

  it('asks for the pipeline of the token, whatever the environment says', async () => {
    const environment = { BITBUCKET_PIPELINE_UUID: undefined, BITBUCKET_REPO_UUID: undefined };
    const { status, sandbox } = await deploy({ token: goodToken, environment });
    expect(status).toBe(0);
    const asked = sandbox.journal.find(({ path }) => path.includes('/pipelines/'));
    expect(decodeURIComponent(asked?.path ?? '')).toContain(sandbox.issuer.step.pipelineUuid);
  });

  it('asks nothing before the token is verified', async () => {
    const sandbox = await createSandbox();
    step = await makeStep(sandbox, { BITBUCKET_ACCESS_TOKEN: sandbox.bitbucket.accessToken });
    const token = await sandbox.issuer.mintToken({ claims: { aud: 'https://other.example' } });
    const { status } = await runStep(sandbox, step, { environment: { BITBUCKET_STEP_OIDC_TOKEN: token } });
    expect(status).toBe(4);
    expect(asksBitbucket(sandbox)).toBe(0);
  });

  it('waits for the answer beside the exchange', async () => {
    const sandbox = await createSandbox({ latencyMs: 60 });
    step = await makeStep(sandbox, { BITBUCKET_ACCESS_TOKEN: sandbox.bitbucket.accessToken });
    expect((await runStep(sandbox, step)).status).toBe(0);
    const find = (part: RegExp): { startedAt: number; endedAt: number } => {
      const entry = sandbox.journal.find(({ path }) => part.test(path));
      if (!entry) throw new Error(`nobody asked ${String(part)}`);
      return entry;
    };
    expect(find(/\/pipelines\//).startedAt).toBeLessThan(find(/oauth\/token$/).endedAt);
    expect(find(/oauth\/token$/).startedAt).toBeLessThan(find(/\/pipelines\//).endedAt);
  });
});
