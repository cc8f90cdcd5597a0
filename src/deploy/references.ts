import type { Files } from '../platform/types.ts';
import { addToArtifacts, type Findings } from './findings.ts';
import { readIgnoreRules } from './ignore-rules.ts';
import { joinInRoot, parentOf, resolveInRoot } from './paths.ts';
import { judgePath } from './secrets.ts';
import { planPath, type PlannedEntry } from './tree.ts';

/**
 * The files outside the build output that functions need (`filePathMap`), each once. `.vercelignore` is obeyed, so that
 * a tampered artifact cannot bring back what the project keeps out.
 */
export async function planReferences(
  files: Files,
  root: string,
  references: readonly string[],
  planned: ReadonlySet<string>,
  findings: Findings,
): Promise<PlannedEntry[]> {
  const rules = references.length === 0 ? undefined : await readIgnoreRules(files, root, findings);
  const found: PlannedEntry[] = [];
  for (const path of normalize(references, findings)) {
    if (planned.has(path)) continue;
    if (rules?.ignores(path)) {
      findings.warnings.push(
        `${path}: a function needs it, but ${rules.file} keeps it out. Take it out of ${rules.file}.`,
      );
      continue;
    }
    if (refuseSecret(path, findings)) continue;
    found.push(...(await planReference(files, root, path, findings)));
  }
  return found;
}

/** One file at a path relative to the root; none, and a fault, where it is missing or outside. */
export async function planReference(
  files: Files,
  root: string,
  path: string,
  findings: Findings,
): Promise<PlannedEntry[]> {
  const folder = await resolveInRoot(files, root, parentOf(path));
  if (folder.kind === 'outside' || folder.kind === 'loop') {
    findings.faults.push(`${path}: a function needs it, but it leads out of the deployed folder through a link.`);
    return [];
  }
  if (folder.kind === 'directory' && (await files.lstat(`${root}/${path}`))) {
    return planPath(files, root, path, findings);
  }
  findings.faults.push(`${path}: a function needs it, but it is missing. ${addToArtifacts(path)}`);
  return [];
}

function normalize(references: readonly string[], findings: Findings): Set<string> {
  const paths = new Set<string>();
  const outside = new Set<string>();
  for (const reference of references) {
    const path = joinInRoot('', reference.replace(/^\/+/, ''));
    if (path === undefined || path === '') outside.add(reference);
    else paths.add(path);
  }
  for (const reference of outside) {
    findings.warnings.push(
      `${reference}: a function needs it, but it is outside the deployed folder, so it is not sent.`,
    );
  }
  return paths;
}

function refuseSecret(path: string, findings: Findings): boolean {
  const judgement = judgePath(path);
  if (judgement === 'suspect') {
    findings.warnings.push(`${path}: a function needs it; it is sent, and may hold secrets.`);
  }
  if (judgement !== 'secret') return false;
  findings.faults.push(
    `${path}: looks like a secret, and a function would take it along. Remove it before the build, or exclude it from tracing.`,
  );
  return true;
}
