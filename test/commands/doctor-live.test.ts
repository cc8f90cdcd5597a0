import { afterEach, describe, expect, it } from '@jest/globals';
import type { Machine } from '../../src/platform/types.ts';
import { namesOf, shapeOf } from '../../src/commands/doctor-shapes.ts';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { makeStep, runStep, type Step } from '../support/step.ts';

let step: Step;
afterEach(() => step.remove());

const MACHINE: Machine = {
  user: '0:0',
  runtime: 'node v24.0.0, linux x64',
  variableNames: () => ['BITBUCKET_BRANCH', 'CI', 'HOME', 'SECRET_OF_THE_TEAM'],
  placeOf: (name) => (name === 'BITBUCKET_CLONE_DIR' ? '0:0, mode 40755' : undefined),
};

async function examine(sandbox: Sandbox, changes: Record<string, string> = {}): Promise<string> {
  step = await makeStep(sandbox, { BITBUCKET_ACCESS_TOKEN: sandbox.bitbucket.accessToken });
  const environment = { COMMAND: 'doctor', DOCTOR_LIVE: 'true', ...changes };
  const { log } = await runStep(sandbox, step, { environment, proxy: true, machine: MACHINE });
  return /^info Live: .*\n(?: {2}.*\n?)*/m.exec(log)?.[0] ?? '';
}

describe('DOCTOR_LIVE', () => {
  it('tells names and kinds of what documentation leaves open', async () => {
    const live = await examine(await createSandbox());
    expect(live).toContain('container: user 0:0, node v24.0.0, linux x64');
    expect(live).toContain('BITBUCKET_CLONE_DIR: 0:0, mode 40755');
    expect(live).toContain('BITBUCKET_PIPE_STORAGE_DIR: not set');
    expect(live).toContain('variables: BITBUCKET_BRANCH, CI\n');
    expect(live).toMatch(/token: lives 3600 s, -?\d+ s old at the start; of a branch/);
    expect(live).toContain('stepUuid a UUID in braces');
    expect(live).toContain('aud a list of an ari, an https address');
    expect(live).toContain('BITBUCKET_PIPELINE_UUID is the claim pipelineUuid');
    expect(live).toMatch(/the issuer's keys: 200; keys; 1 in it, the first of alg, e, kid, kty, n, use/);
    expect(live).toMatch(/the pipeline: 200; build_number, /);
    expect(live).toMatch(/the step's proxy, for a report that is not there: \d+/);
    expect(live).toMatch(/Vercel's introspection: 200; active, /);
    expect(live).toMatch(/the event history: 200; events; \d in it/);
  });

  it('has no value in it that could be pasted away', async () => {
    const sandbox = await createSandbox();
    const live = await examine(sandbox);
    const { step: facts } = sandbox.issuer;
    const secrets = [
      ...sandbox.vercel.tokens.map(({ value }) => value),
      ...[sandbox.bitbucket.accessToken, facts.workspace, facts.workspaceUuid, facts.repositoryUuid, facts.commit],
      ...[facts.branch, facts.pipelineUuid, sandbox.vercel.team.id, 'prj_web', step.clone.directory],
    ];
    expect(live.length).toBeGreaterThan(500);
    // As words: `main` stands in `domains`, too.
    const words = live.split(/[^\w./-]+/);
    expect(secrets.filter((value) => words.includes(value.replace(/[{}]/g, '')))).toEqual([]);
    expect(live).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
  });

  it('is not told unasked', async () => {
    expect(await examine(await createSandbox(), { DOCTOR_LIVE: 'false' })).toBe('');
  });

  it('goes on where nobody answers', async () => {
    const sandbox = await createSandbox();
    sandbox.misbehave({ match: { path: /^\/v3\/events$/ }, action: { kind: 'reset' } });
    expect(await examine(sandbox)).toContain('the event history: no answer (NETWORK)');
  });
});

describe('a shape', () => {
  it.each([
    ['{1de489be-5a3c-4a0e-9d1f-2f4c8a1b6e70}', 'a UUID in braces'],
    [
      '{1de489be-5a3c-4a0e-9d1f-2f4c8a1b6e70}:{1de489be-5a3c-4a0e-9d1f-2f4c8a1b6e70}',
      'UUIDs in braces with colons between them',
    ],
    ['main', 'a text'],
    ['', 'an empty text'],
    [17, 'a whole number'],
    [null, 'null'],
    [[], 'an empty list'],
    [{ b: 1, a: 'x' }, 'a map of a, b'],
  ])('of %j', (value, shape) => {
    expect(shapeOf(value)).toBe(shape);
  });

  it('shows no name that could be a value', () => {
    expect(namesOf({ ok: 1, 'a name with spaces': 1, ['x'.repeat(61)]: 1 })).toBe('ok, 2 more');
  });
});
