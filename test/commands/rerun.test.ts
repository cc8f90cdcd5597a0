import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Network } from '../../src/platform/types.ts';
import { createSandbox, type Sandbox, type SandboxDeployment } from '../../src/sandbox/index.ts';
import { makeStep, predicateOf, runStep, type Step, type StepRun } from '../support/step.ts';

let sandbox: Sandbox;
let step: Step;

beforeEach(async () => {
  sandbox = await createSandbox({ deployment: { polls: 1 } });
  step = await makeStep(sandbox);
});
afterEach(() => step.remove());

const again = (changes: Readonly<Record<string, string>> = {}): Promise<StepRun> =>
  runStep(sandbox, step, { environment: { BITBUCKET_STEP_RUN_NUMBER: '2', ...changes } });
const ours = (): SandboxDeployment[] =>
  sandbox.vercel.deployments.filter(({ meta, body }) => body !== undefined && meta['oidcDeployKey'] !== undefined);
/** The last result, by its file's time and name. */
function lastPredicate(before: readonly string[]): Record<string, unknown> {
  const [name] = step.files().filter((file) => file.endsWith('.result.sigstore.json') && !before.includes(file));
  return predicateOf(step.read(name ?? ''));
}

/** Lists have another state for what was deleted: empty for their own. */
function listAs(network: Network, state: string): Network {
  return {
    ...network,
    async send(request) {
      const reply = await network.send(request);
      if (state === '' || !request.url.includes('/v7/deployments?')) return reply;
      const text = Buffer.concat(await Array.fromAsync(reply.body)).toString();
      return { ...reply, body: Readable.from([Buffer.from(text.replaceAll('"DELETED"', `"${state}"`))]) };
    },
  };
}

describe('a first run', () => {
  it('looks for nothing of its own', async () => {
    await runStep(sandbox, step);
    expect(sandbox.journal.filter(({ query }) => query.includes('meta-'))).toEqual([]);
  });

  it('marks its deployment by at most eight values of 64 characters under one prefix', async () => {
    await runStep(sandbox, step, { environment: { META: 'team=web' } });
    const [{ meta }] = ours() as [SandboxDeployment];
    const own = Object.entries(meta).filter(([key]) => key.startsWith('oidcDeploy'));
    expect(own).toHaveLength(8);
    for (const [, value] of own) expect(value).toMatch(/^.{1,64}$/);
    expect(meta).toMatchObject({
      team: 'web',
      oidcDeployBuild: expect.stringMatching(/^42\/1\/[\w-]{43}$/),
      oidcDeployStep: step.environment['BITBUCKET_STEP_UUID'],
    });
  });
});

describe('a step that is run again', () => {
  it('takes what its earlier run made, and the record says so', async () => {
    await runStep(sandbox, step);
    const before = step.files();
    const first = predicateOf(step.readOne('.result.sigstore.json'));
    const { status, log } = await again();
    expect(status).toBe(0);
    expect(log).toMatch(/Taking dpl_\w+, which an earlier run of this step made\. FORCE: true makes a new one\./);
    expect(ours()).toHaveLength(1);
    expect(lastPredicate(before)).toMatchObject({
      outcome: { status: 'adopted', exitStatus: 0 },
      vercel: {
        deployment: {
          id: ours()[0]?.id,
          ending: 'live',
          origin: {
            kind: 'adopted',
            recordId: first['recordId'],
            intentDigest: (first['intent'] as { digest: object }).digest,
          },
        },
        upload: { form: 'none', files: 0 },
      },
    });
  });

  it('makes a new one with FORCE', async () => {
    await runStep(sandbox, step);
    const { status } = await again({ FORCE: 'true' });
    expect(status).toBe(0);
    expect(ours()).toHaveLength(2);
    expect(ours()[1]?.query).toMatchObject({ forceNew: '1' });
  });

  it.each([
    ['which lists still have', ''],
    ['which no list tells yet', 'READY'],
  ])('makes a new one where the earlier one was deleted, %s', async (_, state) => {
    await runStep(sandbox, step);
    const [{ id }] = ours() as [SandboxDeployment];
    const deleted = await sandbox.handle(
      new Request(`${sandbox.vercelUrl}/v13/deployments/${id}?teamId=team_acme`, {
        method: 'DELETE',
        headers: { authorization: `Bearer ${sandbox.vercel.classicToken}` },
      }),
    );
    expect(deleted.status).toBe(200);
    const { status, log } = await runStep(sandbox, step, {
      environment: { BITBUCKET_STEP_RUN_NUMBER: '2' },
      network: (network) => listAs(network, state),
    });
    expect(status).toBe(0);
    expect(log).toMatch(new RegExp(`An earlier run made ${id}; it is not taken: it was deleted\\.`));
  });

  it('makes a new one where the earlier one is no longer what production serves', async () => {
    await runStep(sandbox, step);
    sandbox.vercel.plantDeployment({ projectId: 'prj_web', target: 'production' });
    const { status, log } = await again();
    expect(status).toBe(0);
    expect(log).toMatch(/it is not taken: it is no longer the one that serves production\./);
    expect(ours()).toHaveLength(2);
  });

  it('does not take a look-alike', async () => {
    await runStep(sandbox, step);
    const [{ meta }] = ours() as [SandboxDeployment];
    // Everything of it can be copied but its maker, and the proof does not fit another intent.
    sandbox.vercel.plantDeployment({ projectId: 'prj_web', target: 'production', meta });
    const { log, status } = await again();
    expect(status).toBe(0);
    expect(log).toMatch(/it is not taken: made by usr_someone/);
    expect(ours()).toHaveLength(2);
  });

  it('does not take one that another key vouches for', async () => {
    await runStep(sandbox, step);
    const other = await makeStep(sandbox);
    const { log } = await again({ SIGNING_KEY: other.clone.signingKey });
    other.remove();
    expect(log).toMatch(/it is not taken: its proof is not signed with the key of this step\./);
    expect(ours()).toHaveLength(2);
  });
});

describe("Vercel's own de-duplication", () => {
  it('is told as what it is, and recorded with the record that the deployment came from', async () => {
    sandbox = await createSandbox({ deduplicate: true, deployment: { polls: 1 } });
    step.remove();
    step = await makeStep(sandbox);
    await runStep(sandbox, step);
    const before = step.files();
    const first = predicateOf(step.readOne('.result.sigstore.json'));
    const { status, log } = await runStep(sandbox, step);
    expect(status).toBe(0);
    expect(log).toMatch(/warn Vercel made nothing new: it has the same files as dpl_\w+ already/);
    expect(ours()).toHaveLength(1);
    expect(lastPredicate(before)).toMatchObject({
      outcome: { status: 'adopted' },
      vercel: { deployment: { origin: { kind: 'deduplicated', recordId: first['recordId'] } } },
    });
  });

  it('is not enough for production that serves another deployment since', async () => {
    sandbox = await createSandbox({ deduplicate: true, deployment: { polls: 1 } });
    step.remove();
    step = await makeStep(sandbox);
    await runStep(sandbox, step);
    sandbox.vercel.plantDeployment({ projectId: 'prj_web', target: 'production' });
    const before = step.files();
    const first = predicateOf(step.readOne('.result.sigstore.json'));
    const { status, log } = await runStep(sandbox, step);
    expect(status).toBe(1);
    expect(log).toMatch(/DOMAINS_NOT_ASSIGNED[^]*production serves dpl_\w+[^]*FORCE: true/);
    // Its record does not pass for that of who made it.
    expect(lastPredicate(before)).toMatchObject({
      outcome: { status: 'failed' },
      vercel: { deployment: { origin: { kind: 'deduplicated', recordId: first['recordId'] } } },
    });
  });

  it('is what was asked for where production was only to be staged', async () => {
    sandbox = await createSandbox({ deduplicate: true, deployment: { polls: 1 } });
    step.remove();
    step = await makeStep(sandbox);
    const environment = { AUTO_ASSIGN_DOMAINS: 'false' };
    await runStep(sandbox, step, { environment });
    sandbox.vercel.plantDeployment({ projectId: 'prj_web', target: 'production' });
    const { status, log } = await runStep(sandbox, step, { environment });
    expect(log).toMatch(/warn Vercel made nothing new: it has the same files as dpl_\w+ already/);
    expect(log).toMatch(/is staged, nothing sent, deduplicated/);
    expect(status).toBe(0);
  });
});
