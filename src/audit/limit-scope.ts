import { readProjectNames } from './collect/index.ts';
import type { AuditDeps, AuditInput } from './input.ts';
import type { Spool } from './spool/index.ts';

const MAX_NAMED = 10;

/**
 * Of a whole team, the projects that the auditing step may look into. One that was made since the grant was written is
 * not passed over: the audit is not whole without it.
 */
export async function limitScope(
  input: AuditInput,
  { vercel }: AuditDeps,
  spool: Spool,
  signal: AbortSignal,
): Promise<AuditInput> {
  const { scope, findUncovered } = input;
  if (scope.projectIds.length > 0 || !findUncovered) return input;
  const names = await readProjectNames(scope, vercel, spool, signal);
  const all = [...new Set([...Object.keys(names), input.ownProject])];
  const uncovered = new Set(findUncovered(all));
  const gaps = [...input.gaps];
  if (Object.keys(names).length === 0) gaps.push("Vercel does not list the team's projects to this step.");
  if (uncovered.size > 0) {
    const told = [...uncovered].slice(0, MAX_NAMED).map((id) => `${names[id] ?? ''} (${id})`.trim());
    const more = uncovered.size > MAX_NAMED ? ` and ${String(uncovered.size - MAX_NAMED)} more` : '';
    gaps.push(`The grant of this step does not list ${told.join(', ')}${more}: not audited.`);
  }
  const projectIds = all.filter((id) => !uncovered.has(id)).toSorted();
  return { ...input, scope: { ...scope, projectIds }, wholeTeam: true, gaps };
}
