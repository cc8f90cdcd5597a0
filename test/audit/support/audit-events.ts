import { mkdtempSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { audit, type AuditDeps } from '../../../src/audit/index.ts';
import type { Row, Summary } from '../../../src/audit/types.ts';
import { nodeFiles } from '../../../src/platform/files.ts';
import { NEVER, UNTIL, type Bench } from '../collect/support/bench.ts';
import { HISTORY_TRUST } from './audit-wire.ts';

export interface EventsAudit {
  readonly summary: Summary;
  readonly rows: readonly Row[];
  /** Paths of what was asked of single deployments. */
  readonly singly: readonly string[];
}

/** The whole audit of a day of which there is no record, against what was planted. @param projectIds empty: the team */
export async function auditEvents(
  { platform, sandbox, scope, vercel, bitbucket, folder }: Bench,
  projectIds: readonly string[] = ['prj_web'],
  { out = mkdtempSync(`${folder}/audit-`), threads }: Pick<AuditDeps, 'threads'> & { readonly out?: string } = {},
): Promise<EventsAudit> {
  const asked = sandbox.journal.length;
  const clock = { ...platform.clock, now: () => UNTIL };
  const input = {
    ...{ scope: { ...scope, projectIds }, recordFolders: [folder], trust: HISTORY_TRUST, allowSandbox: false },
    // No record lies there.
    findRecords: async function* () {},
    ...{ previous: undefined, acceptRemoved: false, exceptions: undefined, policies: undefined, repositories: [] },
    ...{ ownProject: 'prj_web', findUncovered: undefined, gaps: [], recordGaps: [], failOn: undefined },
    ...{ out, fresh: false, configuration: [], issuerKeys: undefined, pack: undefined },
  };
  const deps = { files: nodeFiles, clock, log: platform.log, vercel, bitbucket: { ...bitbucket, clock } };
  const more = { signer: undefined, identity: undefined, timestamp: undefined, pipeVersion: '0.1.0' };
  await audit(input, { ...deps, ...more, ...(threads && { threads, threadsFrom: 0 }) }, NEVER);
  const told = JSON.parse(await readFile(`${out}/audit.json`, 'utf8')) as Pick<EventsAudit, 'summary' | 'rows'>;
  const paths = sandbox.journal.slice(asked).map(({ path }) => path);
  return { ...told, singly: paths.filter((path) => path.startsWith('/v13/deployments/')) };
}
