import { describe, expect, it } from '@jest/globals';
import { searchTeam, type WantedDeployments } from '../../../src/audit/collect/index.ts';
import { bench, NEVER, SINCE, UNTIL, type Bench } from './support/bench.ts';

const LIST = /^\/v7\/deployments$/;
const MINUTE = 60_000;

function want(ids: Iterable<string>): WantedDeployments & { readonly found: string[] } {
  const open = new Set(ids);
  const found: string[] = [];
  return {
    found,
    hasOpen: () => open.size > 0,
    wantsDeployment: ({ id }) => open.has(id),
    answerWith: ({ id }) => {
      if (open.delete(id)) found.push(id);
    },
  };
}

function plant({ sandbox }: Bench, count: number, from: number): string[] {
  return Array.from(
    { length: count },
    (_, index) => sandbox.vercel.plantDeployment({ projectId: 'prj_web', createdAt: from - index * MINUTE }).id,
  );
}

async function search(b: Bench, wanted: WantedDeployments): Promise<number> {
  const before = b.asked(LIST).length;
  const spool = await b.open();
  try {
    await searchTeam(wanted, { ...b.scope, projectIds: ['prj_other'] }, b.vercel, spool, NEVER);
  } finally {
    await spool.settle();
  }
  return b.asked(LIST).length - before;
}

describe("a search of the team's deployments", () => {
  it('ends when nothing is open any more', async () => {
    const b = await bench();
    const ids = plant(b, 350, UNTIL - 1);
    const wanted = want([ids[3] ?? '', ids[150] ?? '']);
    expect(await search(b, wanted)).toBe(2);
    expect(wanted.found).toEqual([ids[3], ids[150]]);
    expect(await search(b, want([]))).toBe(0);
  });

  it('goes to the end of the period, and no more than fifty pages beyond', async () => {
    const b = await bench();
    plant(b, 300, UNTIL - 1);
    plant(b, 6000, SINCE - 1);
    const wanted = want(['dpl_none']);
    expect(await search(b, wanted)).toBeLessThanOrEqual(56);
    expect(wanted.hasOpen()).toBe(true);
  }, 60_000);

  it('goes on where an earlier run has stopped, with what that has found', async () => {
    const b = await bench();
    const ids = plant(b, 350, UNTIL - 1);
    const last = ids.at(-1) ?? '';
    const cut = want([ids[3] ?? '', last]);
    let mend = (): void => undefined;
    const cutOff: WantedDeployments = {
      ...cut,
      answerWith: (one) => {
        cut.answerWith(one);
        const rule = b.sandbox.misbehave({ match: { path: LIST }, times: 99, action: { kind: 'reset' } });
        mend = () => rule.end();
      },
    };
    await expect(search(b, cutOff)).rejects.toMatchObject({ code: 'NETWORK' });
    mend();
    const wanted = want([ids[3] ?? '', last]);
    expect(await search(b, wanted)).toBe(3);
    expect(wanted.found).toEqual([ids[3], last]);
  });

  it('is of no use to a credential that may not read the list, and no fault', async () => {
    const b = await bench();
    b.sandbox.misbehave({ match: { path: LIST }, times: 9, action: { kind: 'status', status: 403, body: {} } });
    const wanted = want(['dpl_none']);
    expect(await search(b, wanted)).toBe(1);
    expect(wanted.hasOpen()).toBe(true);
  });
});
