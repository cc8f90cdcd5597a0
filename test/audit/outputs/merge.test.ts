import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeOutputs } from '../../../src/audit/outputs/index.ts';
import type { Row } from '../../../src/audit/types.ts';
import { sha256Hex } from '../../../src/digest.ts';
import { nodeFiles } from '../../../src/platform/files.ts';
import { makeAudits, merge, NOW, scopeOf, type Audits } from './support/audits.ts';
import { HEX, makeRow, readAll, SINCE, UNTIL, WHOLE_ROW } from './support/samples.ts';

let folder: Audits;
beforeEach(() => {
  folder = makeAudits();
});
afterEach(() => folder.end());

describe('audits of different projects in one period', () => {
  it('become one: rows by time, numbers added, the worst status', async () => {
    const a = await folder.audit('a', [makeRow(1, { projectId: 'prj_a' }), makeRow(3, { projectId: 'prj_a' })], {
      ...{ ...scopeOf(['prj_a']), projects: { prj_a: 'a' }, auditor: { repositoryUuid: 'r' } },
      populations: [{ name: 'deployments', seen: 2, missing: [] }],
    });
    const b = await folder.audit('b', [makeRow(2, { projectId: 'prj_b', class: 'UNEXPLAINED' })], {
      ...{ ...scopeOf(['prj_b']), status: 1, projects: { prj_b: 'b' }, auditor: { repositoryUuid: 'r' } },
      populations: [
        { name: 'deployments', seen: 1, missing: ['refused'], notes: ['n'] },
        { name: 'events', seen: 4, missing: [] },
      ],
    });
    const merged = await merge(a, b);
    expect((await readAll(merged)).map(({ id }) => id)).toEqual(['dpl_1', 'dpl_2', 'dpl_3']);
    expect(merged.count).toBe(3);
    expect(merged.summary).toMatchObject({
      ...{ status: 1, auditedAt: NOW, scope: { projectIds: ['prj_a', 'prj_b'], since: SINCE, until: UNTIL } },
      counts: {
        deployment: { seen: 3, classes: { VERIFIED: 2, UNEXPLAINED: 1 } },
        record: { seen: 4, classes: { VERIFIED: 4 } },
      },
      populations: [
        { name: 'deployments', seen: 3, missing: ['refused'], notes: ['n'] },
        { name: 'events', seen: 4, missing: [] },
      ],
      projects: { prj_a: 'a', prj_b: 'b' },
      auditor: { repositoryUuid: 'r' },
      merged: [
        { file: 'audit.json', digest: sha256Hex(folder.bytes('a/audit.json')), status: 0, ...scopeOf(['prj_a']) },
        { file: 'audit.json', digest: sha256Hex(folder.bytes('b/audit.json')), status: 1, ...scopeOf(['prj_b']) },
      ],
    });
    expect(merged.summary).not.toHaveProperty('checkpoint');
  });

  it('can be written, and merged again', async () => {
    const of = (project: string, number: number): Promise<string> =>
      folder.audit(project, [makeRow(number, { projectId: project })], scopeOf([project]));
    const first = await merge(await of('prj_a', 2), await of('prj_b', 1));
    await writeOutputs(first.summary, first, { files: nodeFiles, folder: `${folder.path}/ab` });
    const all = await merge(`${folder.path}/ab/audit.json`, await of('prj_c', 3));
    expect((await readAll(all)).map(({ id }) => id)).toEqual(['dpl_1', 'dpl_2', 'dpl_3']);
    expect(all.summary.merged?.map(({ scope }) => scope.projectIds.join())).toEqual([
      ...['prj_a,prj_b', 'prj_a', 'prj_b', 'prj_c'],
    ]);
    expect(await readAll(all)).toHaveLength(3);
  });

  it('have medians and shares that are made anew, from the rows of all', async () => {
    const lead = (number: number, minutes: number, projectId: string): Row =>
      makeRow(number, {
        ...{ projectId, target: 'production', production: true },
        deployment: { id: `dpl_${String(number)}`, readyState: 'READY' },
        record: { ...WHOLE_ROW.record, action: 'deploy', outcome: 'deployed', deployedAt: SINCE + minutes * 60_000 },
        build: { ...WHOLE_ROW.build, createdAt: SINCE },
      });
    const a = await folder.audit('a', [lead(1, 1, 'prj_a')], scopeOf(['prj_a']));
    const b = await folder.audit('b', [lead(2, 5, 'prj_b'), lead(3, 9, 'prj_b')], scopeOf(['prj_b']));
    const { dora, clocks } = (await merge(a, b)).summary;
    const figure = (id: string): unknown => dora.find((one) => one.id === id);
    expect(figure('lead-time')).toMatchObject({ value: 5 * 60_000, from: 3 });
    expect(figure('deployment-frequency')).toMatchObject({ value: 3 / 30, from: 3 });
    expect(clocks.find(({ against }) => against.startsWith('Bitbucket'))).toMatchObject({ pairs: 3, min: 0, max: 0 });
  });

  it('count a rollback whose project nobody knows once in these, however many tell of it', async () => {
    const production = { target: 'production', production: true } as const;
    const back = makeRow(9, {
      ...{ ...production, kind: 'change', id: 'uev_9', class: 'NOT_CHECKABLE', change: 'rollback', projectId: '' },
    });
    const of = (project: string, numbers: readonly number[]): Promise<string> => {
      const good = numbers.map((number) => {
        const deployment = { id: `dpl_${String(number)}`, readyState: 'READY' };
        return makeRow(number, { ...production, projectId: project, deployment });
      });
      return folder.audit(project, [...good, back], { ...scopeOf([project]), status: 3 });
    };
    const { summary } = await merge(await of('prj_a', [1]), await of('prj_b', [2]), await of('prj_c', [3, 4]));
    expect(summary.dora.find(({ id }) => id === 'change-failure')).toMatchObject({ value: 1 / 4, from: 4 });
    expect(summary.counts.change).toEqual({ seen: 1, classes: { NOT_CHECKABLE: 1 } });
  });

  it('keep once what several have said of one record in the same words, and count it once', async () => {
    const odd = makeRow(5, { kind: 'record', id: 'odd.json', class: 'UNVERIFIABLE', projectId: 'prj_x' });
    const status = { status: 4 } as const;
    const a = await folder.audit('a', [odd], { ...scopeOf(['prj_a']), ...status });
    const b = await folder.audit('b', [odd, makeRow(6, { ...odd, id: 'b.json' })], {
      ...scopeOf(['prj_b']),
      ...status,
    });
    const merged = await merge(a, b);
    expect((await readAll(merged)).map(({ id }) => id)).toEqual(['odd.json', 'b.json']);
    expect(merged).toMatchObject({ count: 2, summary: { counts: { record: { classes: { UNVERIFIABLE: 2 } } } } });
    await writeOutputs(merged.summary, merged, { files: nodeFiles, folder: `${folder.path}/ab` });
  });

  it('keep once what several have said of an event whose project nobody knows', async () => {
    const open = makeRow(5, { kind: 'change', id: 'uev_5', class: 'NOT_CHECKABLE', projectId: '', change: 'deletion' });
    const of = (project: string, more: readonly Row[] = []): Promise<string> =>
      folder.audit(project, [open, ...more], { ...scopeOf([project]), status: 3 });
    const own = makeRow(6, { ...open, id: 'uev_6', projectId: 'prj_b' });
    const merged = await merge(await of('prj_a'), await of('prj_b', [own]));
    expect((await readAll(merged)).map(({ id }) => id)).toEqual(['uev_5', 'uev_6']);
    expect(merged).toMatchObject({
      count: 2,
      summary: { status: 3, counts: { change: { seen: 2, classes: { NOT_CHECKABLE: 2 } } } },
    });
  });
});

it('joins what is in use, exceptions and checkpoints', async () => {
  const exception = { id: 'e', reason: 'r', approver: 'p', ticket: 't', expires: UNTIL } as const;
  const checkpoint = { written: 'c', records: 5, added: 1, removed: 0, carried: 4 };
  const policy = { digest: HEX, records: 1, lastUsedAt: SINCE };
  const [one, two] = await Promise.all([
    folder.audit('a', [], {
      ...{ ...scopeOf(['prj_a']), checkpoint, exceptions: [{ ...exception, state: 'unused', uses: 0 }] },
      inventory: {
        versions: [{ version: '1', repositories: ['b', 'a'], records: 2 }],
        policies: [{ ...policy, allowed: true, expires: UNTIL }],
        statics: [{ kind: 'signer', repositoryUuid: 'a', records: 1, lastUsedAt: 5 }],
      },
    }),
    folder.audit('b', [], {
      ...{ ...scopeOf(['prj_b']), checkpoint, exceptions: [{ ...exception, state: 'used', uses: 2 }] },
      inventory: {
        versions: [{ version: '1', repositories: ['a'], records: 3 }],
        policies: [{ ...policy, lastUsedAt: UNTIL, allowed: false }],
        statics: [{ kind: 'credential', repositoryUuid: 'a', records: 1, lastUsedAt: 5 }],
      },
    }),
  ]);
  const { summary } = await merge(one, two);
  expect(summary.inventory).toMatchObject({
    versions: [{ version: '1', repositories: ['a', 'b'], records: 5 }],
    policies: [{ records: 2, lastUsedAt: UNTIL, allowed: false, expires: UNTIL }],
    statics: [{ kind: 'signer' }, { kind: 'credential' }],
  });
  expect(summary.exceptions).toEqual([{ ...exception, state: 'used', uses: 2 }]);
  expect(summary.checkpoint).toEqual({ records: 10, added: 2, removed: 0, carried: 8 });
});
