import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeOutputs } from '../../../src/audit/outputs/index.ts';
import type { Scope } from '../../../src/audit/types.ts';
import { nodeFiles } from '../../../src/platform/files.ts';
import { DAY, makeAudits, merge, scopeOf, type Audits } from './support/audits.ts';
import { makeRow, SINCE } from './support/samples.ts';

let folder: Audits;
beforeEach(() => {
  folder = makeAudits();
});
afterEach(() => folder.end());

describe('periods', () => {
  const rest = (from: number, to: number): Pick<Scope, 'since' | 'until'> => ({
    since: SINCE + from * DAY,
    until: SINCE + to * DAY,
  });
  const audit = (
    name: string,
    projectIds: readonly string[],
    from: number,
    to: number,
    teamId = 'team_abc',
  ): Promise<string> => folder.audit(name, [], { scope: { teamId, projectIds, ...rest(from, to) } });
  const faultsOf = async (...paths: readonly string[]): Promise<readonly string[]> => {
    const error: unknown = await merge(...paths).catch((one: unknown) => one);
    expect(error).toMatchObject({ code: 'USAGE', message: 'These audits cannot be merged.' });
    return (error as { faults: string[] }).faults.map((fault) => fault.replaceAll(`${folder.path}/`, ''));
  };

  it('may follow each other, of a whole team too, and of several projects at once', async () => {
    const days = [await audit('2', [], 1, 2), await audit('1', [], 0, 1), await audit('3', [], 2, 3)];
    expect((await merge(...days)).summary.scope).toEqual({ teamId: 'team_abc', projectIds: [], ...rest(0, 3) });
    const grid = [await audit('a1', ['a'], 0, 1), await audit('b', ['b', 'c'], 0, 2), await audit('a2', ['a'], 1, 2)];
    expect((await merge(...grid)).summary.scope).toEqual({
      teamId: 'team_abc',
      projectIds: ['a', 'b', 'c'],
      ...rest(0, 2),
    });
  });

  it('may not overlap, leave a gap, or be others for other projects', async () => {
    expect(await faultsOf(await audit('1', ['a'], 0, 2), await audit('2', ['a'], 1, 3))).toEqual([
      '2/audit.json: begins 2026-11-02T00:00:00.000Z, which overlaps 1/audit.json, which ends 2026-11-03T00:00:00.000Z',
    ]);
    expect(await faultsOf(await audit('3', ['a'], 0, 1), await audit('4', ['a'], 2, 3))).toEqual([
      '4/audit.json: begins 2026-11-03T00:00:00.000Z, which leaves a gap after 3/audit.json, which ends 2026-11-02T00:00:00.000Z',
    ]);
    expect(await faultsOf(await audit('5', ['a'], 0, 1), await audit('6', ['b'], 1, 2))).toEqual([
      '6/audit.json: its projects were audited from 2026-11-02T00:00:00.000Z until 2026-11-03T00:00:00.000Z, those of 5/audit.json from 2026-11-01T00:00:00.000Z until 2026-11-02T00:00:00.000Z',
    ]);
  });

  it('may not have a project twice, a team beside its projects, another team, or one file twice: all faults at once', async () => {
    const one = await audit('1', ['a'], 0, 1);
    expect(
      await faultsOf(
        one,
        one,
        await audit('2', ['a', 'b'], 0, 1),
        await audit('3', [], 0, 1),
        await audit('4', ['d'], 0, 1, 'team_x'),
      ),
    ).toEqual([
      '4/audit.json: of the team team_x, 1/audit.json of team_abc',
      '2/audit.json: has the project a, as 1/audit.json has among others',
      "3/audit.json: of the whole team, so every other audit's projects are in it too",
      '1/audit.json: begins 2026-11-01T00:00:00.000Z, which overlaps 1/audit.json, which ends 2026-11-02T00:00:00.000Z',
    ]);
  });
});

describe('a file that is not as an audit wrote it', () => {
  const ROWS = [makeRow(1), makeRow(2)];
  it.each<[string, (text: string) => string, string]>([
    ['cut off', (text) => text.slice(0, -4), 'it is cut off'],
    ['without a row', (text) => text.replace(/^\{"kind".*,\n/m, ''), 'deployment VERIFIED: 2 counted, 1 rows'],
    [
      'with a class changed',
      (text) => text.replace('"class":"VERIFIED"', '"class":"MISMATCH"'),
      'deployment VERIFIED: 2 counted, 1 rows',
    ],
    [
      'with a class that is none',
      (text) => text.replace('"class":"VERIFIED"', '"class":"toString"'),
      'line 3 is no row that this version of the pipe knows',
    ],
    [
      'of another version',
      (text) => text.replace('"auditVersion":"1"', '"auditVersion":"2"'),
      'auditVersion "2"; this version of the pipe reads "1"',
    ],
    [
      'without a version',
      (text) => text.replace('"auditVersion":"1",', ''),
      'auditVersion nothing; this version of the pipe reads "1"',
    ],
    [
      'printed anew',
      (text) => JSON.stringify(JSON.parse(text), undefined, 2),
      'line 1 is not as an audit writes it; give the file as it was written',
    ],
    ['that goes on after its end', (text) => `${text}x\n`, 'line 6 comes after its end'],
    [
      'with a summary that is none',
      (text) => text.replace('"populations":[', '"populations":1,"x":['),
      'the summary is not one that an audit writes',
    ],
    [
      'whose status is better than its rows',
      (text) => text.replaceAll('VERIFIED', 'FORGED_LINK'),
      'status 0, and it has trust failures',
    ],
    [
      'whose status hides a gap',
      (text) => text.replace('"missing":[]', '"missing":["x"]'),
      'status 0, and something could not be read',
    ],
    [
      'with a row without a project',
      (text) => text.replace('"projectId":"prj_web",', ''),
      'line 3 is no row that this version of the pipe knows',
    ],
    ['that is empty', () => '', 'it is cut off'],
  ])('%s', async (_, change, fault) => {
    const path = await folder.audit('a', ROWS, scopeOf(['prj_a']));
    const before = folder.read(folder.inside(path));
    const after = change(before);
    expect(after).not.toBe(before);
    folder.write(folder.inside(path), after);
    const other = await folder.audit('b', [], scopeOf(['prj_b']));
    await expect(merge(path, other)).rejects.toMatchObject({
      code: 'USAGE',
      faults: expect.arrayContaining([`${path}: ${fault}`]),
    });
  });

  it('is told of with all others', async () => {
    const one = folder.write('one.json', '[]');
    await expect(merge(one, `${folder.path}/none`, folder.path)).rejects.toMatchObject({
      faults: [
        `${one}: line 1 is not as an audit writes it; give the file as it was written`,
        `${folder.path}/none: not there; wanted an audit.json`,
        `${folder.path}: a directory; wanted an audit.json`,
      ],
    });
  });

  it('keeps members that this version does not know', async () => {
    const path = await folder.audit('a', ROWS, scopeOf(['prj_a']));
    folder.write(
      folder.inside(path),
      folder.read(folder.inside(path)).replace('"checks":[]', '"checks":[],"later":{"a":1}'),
    );
    const merged = await merge(path, await folder.audit('b', [], scopeOf(['prj_b'])));
    await writeOutputs(merged.summary, merged, { files: nodeFiles, folder: `${folder.path}/ab` });
    expect(folder.read('ab/audit.json')).toContain('"later":{"a":1}}');
  });
});
