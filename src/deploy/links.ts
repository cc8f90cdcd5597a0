import { addToArtifacts, quoteText, type Findings } from './findings.ts';
import { LOOKED_AT_ONCE } from './look.ts';
import { joinInRoot, OUTPUT, parentOf, resolveInRoot } from './paths.ts';
import type { Reader } from './reader.ts';
import type { PlannedEntry } from './tree.ts';

/** Where the links among some entries lead, told in the order of the entries. */
export async function checkLinks(
  files: Reader,
  root: string,
  entries: readonly PlannedEntry[],
  findings: Findings,
): Promise<void> {
  const links = entries.filter(({ kind }) => kind === 'symlink');
  for (let start = 0; start < links.length; start += LOOKED_AT_ONCE) {
    const batch = links.slice(start, start + LOOKED_AT_ONCE);
    const judged = await Promise.all(
      batch.map(async (link) => {
        const own: Findings = { faults: [], warnings: [] };
        await checkLink(files, root, link, own);
        return own;
      }),
    );
    findings.faults.push(...judged.flatMap(({ faults }) => faults));
    findings.warnings.push(...judged.flatMap(({ warnings }) => warnings));
  }
}

/** A link is sent as its text, so one that dangles may be meant; one that leads outside never works on Vercel. */
async function checkLink(
  files: Reader,
  root: string,
  { path, linkTarget = '' }: PlannedEntry,
  findings: Findings,
): Promise<void> {
  const link = `${path}: a link to ${quoteText(linkTarget)}`;
  const resolved = linkTarget.startsWith('/')
    ? ({ kind: 'outside' } as const)
    : await resolveInRoot(files, root, `${parentOf(path)}/${linkTarget}`);
  switch (resolved.kind) {
    case 'outside':
      findings.faults.push(`${link}, which leads out of the deployed folder. Make it relative, to a file inside.`);
      return;
    case 'loop':
      findings.faults.push(`${link}, which leads back to itself. Remove it.`);
      return;
    case 'missing': {
      // Where a whole top folder is missing, its name alone would be no glob for what should be in it.
      const there = resolved.path.includes('/') ? resolved.path : (joinInRoot(parentOf(path), linkTarget) ?? '');
      const hint = there.startsWith(`${OUTPUT}/`) ? '' : ` ${addToArtifacts(there)}`;
      findings.warnings.push(`${link}, and nothing is there.${hint}`);
      return;
    }
    case 'file':
    case 'directory':
    case 'other':
  }
}
