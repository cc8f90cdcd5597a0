import { mergeAudits, writeOutputs } from '../../../../src/audit/outputs/index.ts';
import type { Row, Summary } from '../../../../src/audit/types.ts';
import { nodeFiles } from '../../../../src/platform/files.ts';
import { makeFolder, type Folder } from './folder.ts';
import { makeSummary, SINCE, sourceOf, UNTIL } from './samples.ts';

export const DAY = 86_400_000;
export const NOW = UNTIL + DAY;

export interface Audits extends Folder {
  /** Writes an audit's files to a folder of that name; gives the path of its audit.json. */
  audit(name: string, rows: readonly Row[], more?: Partial<Summary>): Promise<string>;
  inside(path: string): string;
}

export function makeAudits(): Audits {
  const folder = makeFolder();
  return {
    ...folder,
    async audit(name, rows, more = {}) {
      const path = `${folder.path}/${name}`;
      await writeOutputs(makeSummary(rows, more), sourceOf(rows), { files: nodeFiles, folder: path });
      return `${path}/audit.json`;
    },
    inside: (path) => path.slice(folder.path.length + 1),
  };
}

export const scopeOf = (projectIds: readonly string[], since = SINCE, until = UNTIL): Pick<Summary, 'scope'> => ({
  scope: { teamId: 'team_abc', projectIds, since, until },
});

export const merge = (...paths: readonly string[]): ReturnType<typeof mergeAudits> =>
  mergeAudits({ files: nodeFiles, paths, now: NOW });
