import { artifactGlob, listSome, showPath, type Findings } from './findings.ts';
import { readIgnoreRules } from './ignore-rules.ts';
import { checkLinks } from './links.ts';
import { lookAtAll } from './look.ts';
import { parentOf, resolveInRoot, standIn, type Resolved } from './paths.ts';
import type { Reader } from './reader.ts';
import { judgePath } from './secrets.ts';
import type { PlannedEntry } from './tree.ts';

/**
 * The files outside the build output that functions need (`filePathMap`), each once. `.vercelignore` is obeyed, so that
 * a tampered artifact cannot bring back what the project keeps out.
 * @param paths relative to the root, normalized
 */
export async function planReferences(
  files: Reader,
  root: string,
  paths: readonly string[],
  findings: Findings,
): Promise<PlannedEntry[]> {
  if (paths.length === 0) return [];
  const wanted = refuseSecrets(await obeyRules(files, root, paths, findings), findings);
  const folders = await resolveAll(files, root, new Set(wanted.map(parentOf)));
  const inside = wanted.filter((path) => folders.get(parentOf(path))?.kind === 'directory');
  const locate = (path: string): string => standIn(folders.get(parentOf(path))?.path ?? '', path);
  const looked = await lookAtAll(files, root, inside, locate);
  const byPath = new Map(inside.map((path, index) => [path, looked[index]]));

  const missing: string[] = [];
  const found: PlannedEntry[] = [];
  for (const path of wanted) {
    const entry = byPath.get(path);
    const folder = folders.get(parentOf(path))?.kind;
    if (entry?.kind === 'fault') findings.faults.push(entry.fault);
    else if (entry && entry.kind !== 'missing') found.push(entry);
    else if (folder === 'outside' || folder === 'loop') {
      findings.faults.push(
        `${showPath(path)}: a function needs it, but it leads out of the deployed folder through a link.`,
      );
    } else missing.push(path);
  }
  await checkLinks(files, root, found, findings);
  findings.faults.push(...describeMissing(missing));
  return found;
}

/** Once for each folder: thousands of files share a few. */
async function resolveAll(
  files: Reader,
  root: string,
  folders: ReadonlySet<string>,
): Promise<ReadonlyMap<string, Resolved>> {
  return new Map(
    await Promise.all([...folders].map(async (folder) => [folder, await resolveInRoot(files, root, folder)] as const)),
  );
}

async function obeyRules(
  files: Reader,
  root: string,
  paths: readonly string[],
  findings: Findings,
): Promise<readonly string[]> {
  const rules = await readIgnoreRules(files, root, findings);
  if (!rules) return paths;
  const kept = paths.filter((path) => !rules.ignores(path));
  const dropped = paths.filter((path) => rules.ignores(path));
  if (dropped.length > 0) {
    const names = listSome(dropped, 20);
    const verb = dropped.length === 1 ? 'a function needs it' : 'functions need them';
    findings.warnings.push(`${names}: ${verb}, but ${rules.file} keeps that out. Take it out of ${rules.file}.`);
  }
  return kept;
}

function refuseSecrets(paths: readonly string[], { faults, warnings }: Findings): string[] {
  return paths.filter((path) => {
    const judgement = judgePath(path);
    if (judgement === 'suspect') {
      warnings.push(`${showPath(path)}: a function needs it; it is sent, and may hold secrets.`);
    }
    if (judgement !== 'secret') return true;
    faults.push(
      `${showPath(path)}: looks like a secret, and a function would take it along. Remove it before the build, or exclude it from tracing.`,
    );
    return false;
  });
}

/** One fault for each line that is missing in `artifacts`, not one for each of thousands of files. */
function describeMissing(paths: readonly string[]): string[] {
  return [...Map.groupBy(paths, artifactGlob)].map(([glob, missing]) => {
    const [needs, are] = missing.length === 1 ? ['a function needs it', 'it is'] : ['functions need them', 'they are'];
    const cause = `If the Build step made ${missing.length === 1 ? 'it' : 'them'}`;
    return `${listSome(missing)}: ${needs}, but ${are} missing. ${cause}, add '${showPath(glob)}' to the artifacts of that step.`;
  });
}
