import { expect, it } from '@jest/globals';
import { findNewestCheckpoint } from '../../../src/audit/records/index.ts';
import { nodeFiles } from '../../../src/platform/files.ts';
import { makeFolder } from './support/folder.ts';

const SCOPE = { teamId: 'team_abc', projectIds: ['prj_a'], since: 0, until: 1 };

async function newest(names: readonly string[], projectIds = SCOPE.projectIds): Promise<string | undefined> {
  const folder = makeFolder(Object.fromEntries(names.map((name) => [name, ''])));
  const path = await findNewestCheckpoint(nodeFiles, folder, { ...SCOPE, projectIds });
  return path?.slice(folder.length + 1);
}

it('is the last one of the same second, and of names from before they told milliseconds', async () => {
  const name = (at: string): string => `${at}-team_abc-prj_a.checkpoint.sigstore.json`;
  const [old, first, second] = [name('20261101T120000Z'), name('20261101T120001.001Z'), name('20261101T120001.020Z')];
  expect(await newest([second, old, first])).toBe(second);
  expect(await newest([old])).toBe(old);
});

it('is of that team and that project, or of several, whatever their number', async () => {
  const name = (scope: string): string => `20261101T120000.000Z-${scope}.checkpoint.sigstore.json`;
  const others = ['team_abc-prj_b', 'team_xyz-prj_a', 'team_abc-all'].map(name);
  expect(await newest(others)).toBeUndefined();
  expect(await newest(others, [])).toBe(name('team_abc-all'));
  expect(await newest([name('team_abc-2-projects')], ['prj_a', 'prj_b', 'prj_c'])).toBe(name('team_abc-2-projects'));
  expect(await newest(['notes.txt', '20261101T120000.000Z-team_abc-prj_a.checkpoint.list'])).toBeUndefined();
});
