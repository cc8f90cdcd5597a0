import { describe, expect, it } from '@jest/globals';
import { Unreadable } from '../../src/deploy/context-part.ts';
import { listVariables, variablesOf, type VariableList } from '../../src/deploy/context-variables.ts';
import { contextApi, PREVIEW, PRODUCTION, PROJECT, QA } from './support/context.ts';
import { NEVER, reply } from './support/fake-api.ts';

const item = (key: string, more: object = {}): object => ({
  ...{ key, id: `id-${key}`, type: 'encrypted', target: ['production'], createdAt: 1, updatedAt: 2, value: 'canary' },
  ...more,
});

interface Page {
  readonly envs?: unknown;
  readonly pagination?: unknown;
  readonly hiddenProductionEnvCount?: number;
}

/** Pages in their order, the last for ever. */
async function list(...pages: readonly Page[]): Promise<{ result: VariableList; asked: (number | undefined)[] }> {
  const asked: (number | undefined)[] = [];
  const { context } = contextApi({
    variables: (_, until) => {
      asked.push(until);
      return Promise.resolve(reply(200, pages[Math.min(asked.length, pages.length) - 1]));
    },
  });
  return { result: await listVariables(context, PROJECT, NEVER), asked };
}

describe('the list of variables', () => {
  it('is kept field by field', async () => {
    const { result } = await list({ envs: [item('A', { gitBranch: 'b', comment: 'canary', legacyValue: 'canary' })] });
    expect(JSON.stringify(result)).not.toContain('canary');
    expect(variablesOf(result, PRODUCTION, undefined)).toEqual([
      { name: 'A', id: 'id-A', type: 'encrypted', gitBranch: 'b', createdAt: 1, updatedAt: 2 },
    ]);
  });

  it('is read to its last page', async () => {
    const { result, asked } = await list(
      { envs: [item('A')], pagination: { next: 30 } },
      { envs: [item('B')], pagination: { next: 20 } },
      { envs: [item('C')], pagination: { next: null } },
    );
    expect(asked).toEqual([undefined, 30, 20]);
    expect(variablesOf(result, PRODUCTION, undefined).map(({ name }) => name)).toEqual(['A', 'B', 'C']);
  });

  it.each([
    { name: 'circle', next: () => 30, times: 2 },
    { name: 'well without a bottom', next: (page: number) => 99 - page, times: 10 },
  ])('that is a $name is left after $times replies', async ({ next, times }) => {
    let asked = 0;
    const { context } = contextApi({
      variables: () => Promise.resolve(reply(200, { envs: [], pagination: { next: next((asked += 1)) } })),
    });
    await expect(listVariables(context, PROJECT, NEVER)).rejects.toThrow('the list does not end');
    expect(asked).toBe(times);
  });

  it.each<{ name: string; pages: readonly Page[]; message: string }>([
    {
      name: 'has a nameless item',
      pages: [{ envs: [item('A'), { id: 'x' }] }],
      message: 'status 200, with an item that has no key',
    },
    { name: 'is none', pages: [{ envs: {} }], message: 'status 200, without envs' },
  ])('that $name is not half believed', async ({ pages, message }) => {
    const work = list(...pages);
    await expect(work).rejects.toThrow(message);
    await expect(work).rejects.toBeInstanceOf(Unreadable);
  });

  it('takes odd fields for none', async () => {
    const { result } = await list({
      envs: [{ key: 'A', target: 'production', createdAt: 'x', updatedAt: null, type: 3 }],
    });
    expect(variablesOf(result, PRODUCTION, undefined)).toEqual([
      { name: 'A', id: '', type: '', gitBranch: undefined, createdAt: undefined, updatedAt: undefined },
    ]);
  });
});

describe('the variables of a target', () => {
  const envs = [
    item('b'),
    item('B', { target: ['preview', 'production'] }),
    item('a', { id: '2', target: ['preview'] }),
    item('a', { id: '1', target: ['preview'], gitBranch: 'x' }),
    item('dev', { target: ['development'] }),
    item('qa', { target: [], customEnvironmentIds: ['env_qa'] }),
  ];

  it('are sorted by name, then id', async () => {
    const { result } = await list({ envs });
    const pick = (...args: [typeof PRODUCTION, string?]): string[] =>
      variablesOf(result, args[0], args[1]).map(({ name, id }) => `${name} ${id}`);
    expect(pick(PRODUCTION)).toEqual(['B id-B', 'b id-b']);
    expect(pick(PREVIEW)).toEqual(['B id-B', 'a 1', 'a 2']);
    expect(pick(QA, 'env_qa')).toEqual(['qa id-qa']);
    expect(pick(QA, 'env_other')).toEqual([]);
  });

  it('are not known where some are hidden', async () => {
    const { result } = await list({ envs, hiddenProductionEnvCount: 2 });
    expect(() => variablesOf(result, PRODUCTION, undefined)).toThrow('Vercel hides 2 of production');
    expect(variablesOf(result, PREVIEW, undefined)).toHaveLength(3);
  });
});
