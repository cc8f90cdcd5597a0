import { addToArtifacts, isPlainName, showPath, type Findings, quoteText } from './findings.ts';
import { joinInRoot, parentOf, resolveInRoot } from './paths.ts';
import type { Reader } from './reader.ts';

export const OUTPUT = '.vercel/output';
/** Far beyond what any build makes on purpose: a tree as large as this is not worth walking to its end. */
export const MAX_NAMES = 100_000;
/** Enough to keep the system busy; what waits in line takes memory. */
const LOOKED_AT_ONCE = 64;

/** One name that will be sent, before its content is known. */
export interface PlannedEntry {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly kind: 'file' | 'symlink' | 'directory';
  /** Bytes; of a symlink those of its text. */
  readonly size: number;
  /** `st_mode`, type bits included. */
  readonly mode: number;
  /** Of a symlink: its text, which is its content for Vercel. */
  readonly linkTarget?: string;
}

/** An entry, or why there is none. */
export type Looked = PlannedEntry | { readonly kind: 'fault'; readonly fault: string } | { readonly kind: 'missing' };

interface Folder {
  readonly path: string;
  /** Undefined for the one that was asked for, which is no entry of its own. */
  readonly entry?: PlannedEntry;
}

/**
 * Everything below a folder: files, links (as links, never followed), and folders that are empty, because those are
 * names of their own for Vercel. Breaks off past {@link MAX_NAMES}.
 */
export async function walk(files: Reader, root: string, folder: string, findings: Findings): Promise<PlannedEntry[]> {
  const found: PlannedEntry[] = [];
  const pending: Folder[] = [{ path: folder }];
  while (pending.length > 0 && found.length <= MAX_NAMES) {
    const paths = await listFolders(files, root, pending.splice(-LOOKED_AT_ONCE), found);
    for (const [index, looked] of (await lookAtAll(files, root, paths)).entries()) {
      if (looked.kind === 'directory') pending.push({ path: looked.path, entry: looked });
      else found.push(...keepEntry(looked, paths[index] ?? '', findings));
    }
  }
  await checkLinks(files, root, found, findings);
  return found;
}

/** The paths of all that is in some folders; a folder with nothing in it is `found` itself. */
async function listFolders(
  files: Reader,
  root: string,
  folders: readonly Folder[],
  found: PlannedEntry[],
): Promise<string[]> {
  const listed = await Promise.all(folders.map(({ path }) => files.list(`${root}/${path}`)));
  return folders.flatMap(({ path, entry }, index) => {
    const names = listed[index] ?? [];
    if (names.length === 0 && entry) found.push(entry);
    return names.map((name) => `${path}/${name}`);
  });
}

/** One name as it will be sent; none where it cannot be. Its folder must be known to lie in the root. */
export async function planPath(files: Reader, root: string, path: string, findings: Findings): Promise<PlannedEntry[]> {
  const found = keepEntry(await lookAt(files, root, path), path, findings);
  await checkLinks(files, root, found, findings);
  return found;
}

function keepEntry(looked: Looked, path: string, { faults }: Findings): PlannedEntry[] {
  switch (looked.kind) {
    case 'file':
    case 'directory':
    case 'symlink':
      return [looked];
    case 'fault':
      faults.push(looked.fault);
      return [];
    case 'missing':
      faults.push(
        `${path}: vanished while it was looked at. Let the pipe be the only line of its step, then run it again.`,
      );
      return [];
  }
}

/** In the order of the paths. */
export async function lookAtAll(files: Reader, root: string, paths: readonly string[]): Promise<Looked[]> {
  const looked: Looked[] = [];
  for (let start = 0; start < paths.length; start += LOOKED_AT_ONCE) {
    const batch = paths.slice(start, start + LOOKED_AT_ONCE);
    looked.push(...(await Promise.all(batch.map((path) => lookAt(files, root, path)))));
  }
  return looked;
}

/** What stands at a path, judged by itself. Its folder must be known to lie in the root. */
async function lookAt(files: Reader, root: string, path: string): Promise<Looked> {
  if (!isPlainName(path)) {
    const why = 'a name with a backslash, a control character or bytes that are not UTF-8. Rename it.';
    return { kind: 'fault', fault: `${showPath(path)}: ${why}` };
  }
  const stat = await files.lstat(`${root}/${path}`);
  switch (stat?.kind) {
    case 'file':
    case 'directory':
      return { path, kind: stat.kind, size: stat.size, mode: stat.mode };
    case 'symlink': {
      const linkTarget = await files.readLink(`${root}/${path}`);
      return { path, kind: 'symlink', size: Buffer.byteLength(linkTarget), mode: stat.mode, linkTarget };
    }
    case 'other':
      return { kind: 'fault', fault: `${path}: neither a file, a folder nor a link. Remove it.` };
    case undefined:
      return { kind: 'missing' };
  }
}

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
