import type { Files, FileStat } from '../platform/types.ts';
import { addToArtifacts, type Findings } from './findings.ts';
import { parentOf, resolveInRoot } from './paths.ts';

export const OUTPUT = '.vercel/output';
/** Far beyond what Vercel takes: a tree as large as this is not worth walking to its end. */
const MAX_WALKED = 100_000;

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

/**
 * Everything below a folder: files, links (as links, never followed), and folders that are empty, because those are
 * names of their own for Vercel.
 */
export async function walk(files: Files, root: string, folder: string, findings: Findings): Promise<PlannedEntry[]> {
  const found: PlannedEntry[] = [];
  const pending = [folder];
  for (let path = pending.pop(); path !== undefined && found.length < MAX_WALKED; path = pending.pop()) {
    const names = await files.list(`${root}/${path}`);
    if (names.length === 0) found.push(...(await planPath(files, root, path, findings)));
    const children = await Promise.all(names.map((name) => planPath(files, root, `${path}/${name}`, findings)));
    for (const child of children.flat()) {
      if (child.kind === 'directory') pending.push(child.path);
      else found.push(child);
    }
  }
  return found;
}

/** One name as it will be sent; none where it cannot be. */
export async function planPath(files: Files, root: string, path: string, findings: Findings): Promise<PlannedEntry[]> {
  const stat = await files.lstat(`${root}/${path}`);

  if (!stat || /[\\\u0000-\u001f\u007f\ufffd]/.test(path)) {
    findings.faults.push(
      `${JSON.stringify(path)}: a name with a backslash, a control character or bytes that are not UTF-8. Rename it.`,
    );
    return [];
  }
  return planEntry(files, root, path, stat, findings);
}

async function planEntry(
  files: Files,
  root: string,
  path: string,
  { kind, size, mode }: FileStat,
  findings: Findings,
): Promise<PlannedEntry[]> {
  switch (kind) {
    case 'file':
    case 'directory':
      return [{ path, kind, size, mode }];
    case 'symlink': {
      const linkTarget = await files.readLink(`${root}/${path}`);
      await checkLink(files, root, path, linkTarget, findings);
      return [{ path, kind, size: Buffer.byteLength(linkTarget), mode, linkTarget }];
    }
    case 'other':
      findings.faults.push(`${path}: neither a file, a folder nor a link. Remove it.`);
      return [];
  }
}

/** A link is sent as its text, so one that dangles may be meant; one that leads outside never works on Vercel. */
async function checkLink(files: Files, root: string, path: string, target: string, findings: Findings): Promise<void> {
  const link = `${path}: a link to ${JSON.stringify(target)}`;
  const resolved = target.startsWith('/')
    ? ({ kind: 'outside' } as const)
    : await resolveInRoot(files, root, `${parentOf(path)}/${target}`);
  switch (resolved.kind) {
    case 'outside':
      findings.faults.push(`${link}, which leads out of the deployed folder. Make it relative, to a file inside.`);
      return;
    case 'loop':
      findings.faults.push(`${link}, which leads back to itself. Remove it.`);
      return;
    case 'missing': {
      const hint = resolved.path.startsWith(`${OUTPUT}/`) ? '' : ` ${addToArtifacts(resolved.path)}`;
      findings.warnings.push(`${link}, and nothing is there.${hint}`);
      return;
    }
    case 'file':
    case 'directory':
    case 'other':
  }
}
