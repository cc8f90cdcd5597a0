import { show } from '../text.ts';
import { CONFIG } from './checks.ts';
import { AGAIN, listSome, type Findings } from './findings.ts';
import { isJson, readJson, type Json } from './json.ts';
import { joinInRoot, OUTPUT, resolveInRoot } from './paths.ts';
import type { Reader } from './reader.ts';
import { judgePath } from './secrets.ts';
import type { PlannedEntry } from './tree.ts';

const STATIC = `${OUTPUT}/static`;
const IMMUTABLE = `${OUTPUT}/immutable.json`;

/** What would be published for everyone to fetch. */
export function checkStatic(entries: readonly PlannedEntry[], { faults, warnings }: Findings): void {
  for (const { path } of entries) {
    if (!path.startsWith(`${STATIC}/`)) continue;
    const judgement = judgePath(path.slice(OUTPUT.length + 1));
    if (judgement === 'secret')
      faults.push(`${path}: looks like a secret, and would be public. Remove it before the build.`);
    if (judgement === 'suspect') warnings.push(`${path}: may hold secrets, and will be public.`);
  }
}

/** Each override is for a static file; Vercel passes over one that is for nothing. */
export async function checkOverrides(
  files: Reader,
  root: string,
  { overrides }: Json,
  { warnings }: Findings,
): Promise<void> {
  const names = isJson(overrides) ? Object.keys(overrides) : [];
  const missing = await keepMissing(files, root, names);
  if (missing.length === 0) return;
  warnings.push(
    `${CONFIG}: overrides for ${listSome(missing)}, and no such file is in ${STATIC}. Vercel ignores that.`,
  );
}

/** The full hashes of files that deployments share: a file that differs under a name that is taken fails on Vercel. */
export async function checkImmutable(files: Reader, root: string, { faults, warnings }: Findings): Promise<void> {
  const manifest = await readJson(files, root, IMMUTABLE);
  if (manifest === undefined) return;
  if (!isJson(manifest)) {
    faults.push(`${IMMUTABLE}: ${manifest}. ${AGAIN}`);
    return;
  }
  const { version, hashes } = manifest;
  if (version !== 1) {
    warnings.push(`${IMMUTABLE}: version ${show(version)}, and this pipe knows 1 alone; it is sent as it is.`);
    return;
  }
  if (!isJson(hashes) || !Object.values(hashes).every((hash) => typeof hash === 'string' && hash !== '')) {
    faults.push(`${IMMUTABLE}: hashes is no object of texts. ${AGAIN}`);
    return;
  }
  const missing = await keepMissing(files, root, Object.keys(hashes));
  if (missing.length === 0) return;
  warnings.push(`${IMMUTABLE}: hashes of ${listSome(missing)}, and no such file is in ${STATIC}. ${AGAIN}`);
}

/** Names, with or without a leading slash, that are no file in `static/`; links to files are files there. */
async function keepMissing(files: Reader, root: string, names: readonly string[]): Promise<string[]> {
  const missing: string[] = [];
  for (const name of names) {
    const path = joinInRoot(STATIC, name.replace(/^\/+/, ''));
    const inside = path?.startsWith(`${STATIC}/`) ? path : undefined;
    if (inside === undefined || (await resolveInRoot(files, root, inside)).kind !== 'file') missing.push(name);
  }
  return missing;
}
