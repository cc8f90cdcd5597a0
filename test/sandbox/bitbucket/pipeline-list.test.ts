import { describe, expect, it } from '@jest/globals';
import { createSandbox, type BitbucketOptions, type Sandbox } from '../../../src/sandbox/index.ts';
import { bitbucket, uuid } from '../support/bitbucket.ts';
import type { Answer } from '../support/client.ts';

const T0 = 1_700_000_000_000;

/** Twelve pipelines, of which the last has begun before all others, and the step's own. */
async function filled(options: BitbucketOptions = {}): Promise<Sandbox> {
  const sandbox = await createSandbox({ bitbucket: options });
  for (let number = 0; number < 12; number += 1) {
    const createdAt = number === 11 ? T0 - 1 : T0 + number * 1000;
    sandbox.bitbucket.plantPipeline({ uuid: uuid(number), buildNumber: number, createdAt });
  }
  return sandbox;
}

const uuidsOf = ({ body }: Answer): string[] => (body as { values: { uuid: string }[] }).values.map((one) => one.uuid);

async function readAll(sandbox: Sandbox, query: string): Promise<string[][]> {
  const pages: string[][] = [];
  for (let path: string | undefined = `/pipelines${query}`; path !== undefined;) {
    const answer: Answer = await bitbucket(sandbox, path);
    pages.push(uuidsOf(answer));
    path = answer.body.next as string | undefined;
  }
  return pages;
}

describe('the list of pipelines', () => {
  it('comes ten by ten, the oldest first, with the address of the next page', async () => {
    const sandbox = await filled();
    const { body } = await bitbucket(sandbox, '/pipelines');
    expect(body).toMatchObject({ page: 1, pagelen: 10, size: 13 });
    expect(body.next).toBe(`${sandbox.bitbucketUrl}/2.0/repositories/acme/web/pipelines?pagelen=10&page=2`);
    const oldestFirst = [11, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map(uuid);
    expect((await readAll(sandbox, '')).flat()).toEqual([...oldestFirst, sandbox.issuer.step.pipelineUuid]);
  });

  it('comes the newest first', async () => {
    const sandbox = await filled();
    const pages = await readAll(sandbox, '?sort=-created_on&pagelen=5');
    expect(pages).toEqual([
      [sandbox.issuer.step.pipelineUuid, uuid(10), uuid(9), uuid(8), uuid(7)],
      [uuid(6), uuid(5), uuid(4), uuid(3), uuid(2)],
      [uuid(1), uuid(0), uuid(11)],
    ]);
    expect(uuidsOf(await bitbucket(sandbox, '/pipelines?page=9'))).toEqual([]);
  });

  it.each([
    { options: { omitSize: true }, missing: 'size', kept: 'next' },
    { options: { omitNext: true }, missing: 'next', kept: 'size' },
  ])('may lack $missing', async ({ options, missing, kept }) => {
    const { body } = await bitbucket(await filled(options), '/pipelines');
    expect(body).not.toHaveProperty(missing);
    expect(body).toHaveProperty(kept);
  });

  it.each([
    { query: '?pagelen=101', text: 'Invalid pagelen' },
    { query: '?page=0', text: 'Invalid page' },
    { query: '?sort=uuid', text: 'Invalid sort: uuid' },
  ])('refuses $query', async ({ query, text }) => {
    const { status, body } = await bitbucket(await filled(), `/pipelines${query}`);
    expect(status).toBe(400);
    expect(body.error.message).toBe(text);
  });
});

describe('a planted pipeline', () => {
  it('is all that the test says', async () => {
    const sandbox = await createSandbox();
    const commit = 'c'.repeat(40);
    sandbox.bitbucket.plantPipeline({
      ...{ uuid: uuid(1), buildNumber: 7, commit, trigger: 'SCHEDULE', creator: null, result: 'FAILED' },
      ...{ createdAt: T0, completedAt: T0 + 60_000, ref: { type: 'tag', name: 'v1' } },
      configuration: [{ source: 'dynamic', uri: 'app' }],
    });
    const { body } = await bitbucket(sandbox, `/pipelines/${encodeURIComponent(uuid(1))}`);
    expect(body).toMatchObject({
      ...{ build_number: 7, creator: null, trigger: { name: 'SCHEDULE' } },
      state: { name: 'COMPLETED', result: { name: 'FAILED' } },
      target: { ref_type: 'tag', ref_name: 'v1', commit: { hash: commit }, selector: { type: 'tags' } },
      ...{ created_on: '2023-11-14T22:13:20.000Z', completed_on: '2023-11-14T22:14:20.000Z' },
      configuration_sources: [{ source: 'dynamic', uri: 'app' }],
    });
  });

  it('can be told anew, and stays in its place', async () => {
    const sandbox = await createSandbox();
    sandbox.bitbucket.plantPipeline({ uuid: uuid(1), running: true, createdAt: T0 });
    sandbox.bitbucket.plantPipeline({ uuid: uuid(1), ref: null });
    const { body } = await bitbucket(sandbox, '/pipelines');
    expect(body.values).toHaveLength(2);
    expect(body.values[0]).toMatchObject({
      ...{ uuid: uuid(1), created_on: '2023-11-14T22:13:20.000Z', state: { name: 'COMPLETED' } },
      target: { type: 'pipeline_commit_target' },
    });
  });
});

describe('the steps of a pipeline', () => {
  const steps = (number: number): string => `/pipelines/${encodeURIComponent(uuid(number))}/steps`;

  it("are the step's own where nobody says otherwise", async () => {
    const sandbox = await createSandbox({ bitbucket: { stepStartedAt: T0 } });
    const { stepUuid, pipelineUuid } = sandbox.issuer.step;
    const { body } = await bitbucket(sandbox, `/pipelines/${encodeURIComponent(pipelineUuid)}/steps`);
    expect(body).toMatchObject({ size: 1, values: [{ uuid: stepUuid, started_on: '2023-11-14T22:13:20.000Z' }] });
    expect(body.values[0]).not.toHaveProperty('completed_on');
    expect(body.values[0].state.name).toBe('IN_PROGRESS');
  });

  it('have their times, and come by pages', async () => {
    const sandbox = await filled();
    sandbox.bitbucket.plantStep({ pipeline: uuid(1), uuid: uuid(100) });
    sandbox.bitbucket.plantStep({ pipeline: uuid(1), uuid: uuid(101), startedAt: T0 });
    sandbox.bitbucket.plantStep({ pipeline: uuid(1), uuid: uuid(100), startedAt: T0, completedAt: T0 + 1000 });
    sandbox.bitbucket.plantStep({ pipeline: uuid(1), uuid: uuid(102) });
    const first = await bitbucket(sandbox, `${steps(1)}?pagelen=2`);
    expect(first.body.values).toMatchObject([
      { uuid: uuid(100), completed_on: '2023-11-14T22:13:21.000Z', state: { result: { name: 'SUCCESSFUL' } } },
      { uuid: uuid(101), state: { name: 'IN_PROGRESS' } },
    ]);
    const second = await bitbucket(sandbox, first.body.next as string);
    expect(second.body.values).toMatchObject([{ uuid: uuid(102), state: { name: 'PENDING' } }]);
    expect(second.body).not.toHaveProperty('next');
  });

  it('are asked for one by one, too', async () => {
    const sandbox = await filled();
    sandbox.bitbucket.plantStep({ pipeline: uuid(1), uuid: uuid(100) });
    expect((await bitbucket(sandbox, `${steps(1)}/${encodeURIComponent(uuid(100))}`)).body.uuid).toBe(uuid(100));
    const missing = await bitbucket(sandbox, `${steps(1)}/${encodeURIComponent(uuid(9))}`);
    expect(missing.status).toBe(404);
    expect(missing.body.error.message).toBe(`Step ${uuid(9)} not found`);
  });

  it('are none of a pipeline without any, and not found of no pipeline', async () => {
    const sandbox = await filled();
    expect((await bitbucket(sandbox, steps(2))).body).toMatchObject({ size: 0, values: [] });
    const { status, body } = await bitbucket(sandbox, steps(99));
    expect(status).toBe(404);
    expect(body.error.message).toBe(`Pipeline ${uuid(99)} not found`);
  });
});
