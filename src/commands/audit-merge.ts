import { mergeAudits, renderPage, statusOf, writeOutputs, writeText } from '../audit/index.ts';
import type { ExitStatus } from '../errors.ts';
import type { AuditInvocation } from './audit.ts';
import type { MergeArguments } from './audit-options.ts';
import { tellSummary } from './audit-tell.ts';
import { requirePlainFolder } from './plain-folder.ts';

/** `audit merge`: audits of parts of a team, made side by side, as one. Offline; what they say was signed with each of them. */
export async function runMerge(
  { files: paths, out, failOn }: MergeArguments,
  { platform }: AuditInvocation,
): Promise<ExitStatus> {
  const { files, clock } = platform;
  await requirePlainFolder(files, out);
  const merged = await mergeAudits({ files, paths, now: clock.now() });
  const { counts, populations } = merged.summary;
  const summary = { ...merged.summary, status: statusOf(counts, populations, failOn) };
  const { files: written, worst } = await writeOutputs(summary, merged, { files, folder: out });
  const page = await writeText(files, out, 'audit.html', renderPage(summary, merged.read()));
  const names = [...written, page].map(({ name }) => name);
  return tellSummary(platform, { summary, worst, written: names }, out);
}
