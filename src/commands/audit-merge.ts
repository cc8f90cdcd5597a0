import { mergeAudits, statusOf, writeOutputs } from '../audit/index.ts';
import { PipeError, type ExitStatus } from '../errors.ts';
import type { Files } from '../platform/types.ts';
import type { AuditInvocation } from './audit.ts';
import type { MergeArguments } from './audit-options.ts';
import { tellSummary } from './audit-tell.ts';
import { requirePlainFolder } from './plain-folder.ts';

/** `audit merge`: audits of parts of a team, made side by side, as one. Offline; what they say was signed with each of them. */
export async function runMerge(
  { files: paths, out, failOn }: MergeArguments,
  { platform, workingDir }: AuditInvocation,
): Promise<ExitStatus> {
  const { files, clock } = platform;
  await requirePlainFolder(files, workingDir, out);
  await refuseOwnInput(files, paths, `${out}/audit.json`);
  const merged = await mergeAudits({ files, paths, now: clock.now() });
  const { counts, populations } = merged.summary;
  const summary = { ...merged.summary, status: statusOf(counts, populations, failOn) };
  const { files: written, worst } = await writeOutputs(summary, merged, { files, folder: out });
  const names = written.map(({ name }) => name);
  return tellSummary(platform, { summary, worst, written: names }, out);
}

/** The audits are read while the merged one is written, so one in its place would be gone before it was read. */
async function refuseOwnInput(files: Files, paths: readonly string[], target: string): Promise<void> {
  const there = await files.realPath(target);
  if (there === undefined) return;
  for (const path of paths) {
    if ((await files.realPath(path)) !== there) continue;
    throw new PipeError({
      code: 'USAGE',
      message: 'The merged audit would be written over one of those that it is made from.',
      got: `${path}, and --out with ${target}`,
      wanted: 'a folder that holds none of them',
      fix: 'Name another folder with --out: without it the folder is audit.',
    });
  }
}
