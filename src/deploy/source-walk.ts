import type { Findings } from './findings.ts';
import { tellForbidden } from './look.ts';
import type { Reader } from './reader.ts';
import type { SourceRules } from './source-rules.ts';
import { isPublicPem, judgeSource } from './source-secrets.ts';
import { planPath, type PlannedEntry } from './tree.ts';

/** An archive takes more entries than a list of files does, but no project has as many as this by intent. */
const MAX_SOURCE_ENTRIES = 200_000;

export interface SourceTree {
  readonly files: Reader;
  /** Absolute. */
  readonly root: string;
  readonly rules: SourceRules;
  /** Relative to the root, normalized; undefined where records lie elsewhere. */
  readonly recordDir: string | undefined;
  readonly findings: Findings;
}

export interface WalkedSource {
  readonly entries: readonly PlannedEntry[];
  /** What only our own rules kept out; folders with `/` at their end. */
  readonly kept: readonly string[];
}

interface Folder {
  /** Undefined for the root, which is no entry of its own. */
  readonly entry: PlannedEntry | undefined;
  /** Named by the user, so that our own rules do not hold below it. */
  readonly released: boolean;
}

/** Values of environment variables, as a pull leaves them for the build: nothing that a project says sends them. */
const PULLED = /(?:^|\/)\.vercel\/\.env[^/]*$/i;

type Verdict = 'send' | 'release' | 'keep';

/**
 * Everything that `vercel deploy` would send, but for what our own rules keep out. No ignored folder is ever listed:
 * `node_modules` is larger than all the rest.
 */
export async function walkSource(tree: SourceTree): Promise<WalkedSource> {
  const entries: PlannedEntry[] = [];
  const kept: string[] = [];
  const pending: Folder[] = [{ entry: undefined, released: false }];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    const children = await listFolder(tree, folder);
    // A folder of which nothing is left is a name of its own, also where the ignore rules emptied it.
    if (children.length === 0 && folder.entry) entries.push(folder.entry);
    const { released } = folder;
    for (const child of await Promise.all(children.map((path) => look(tree, path, released)))) {
      if (child.kept !== undefined) kept.push(child.kept);
      for (const entry of child.planned) {
        if (entry.kind === 'directory') pending.push({ entry, released: child.released });
        else entries.push(entry);
      }
    }
    if (entries.length > MAX_SOURCE_ENTRIES) {
      tree.findings.faults.push(
        `More than ${String(MAX_SOURCE_ENTRIES)} files. Keep out what Vercel does not need with .vercelignore.`,
      );
      break;
    }
  }
  return { entries, kept };
}

/** Paths of what is in a folder and not ignored. A pattern with `/` at its end lets the folder's own name through. */
async function listFolder({ files, root, rules, findings }: SourceTree, { entry }: Folder): Promise<string[]> {
  if (!entry) return (await files.list(root)).filter((name) => !rules.ignores(name));
  const { path } = entry;
  if (rules.ignores(`${path}/`)) return [];
  let names: readonly string[];
  try {
    names = await files.list(`${root}/${path}`);
  } catch (error) {
    findings.faults.push(tellForbidden(error, path));
    return [];
  }
  return names.map((name) => `${path}/${name}`).filter((child) => !rules.ignores(child));
}

interface Looked {
  readonly planned: readonly PlannedEntry[];
  readonly released: boolean;
  readonly kept?: string;
}

async function look(tree: SourceTree, path: string, released: boolean): Promise<Looked> {
  if (PULLED.test(path)) return { planned: [], released: false, kept: path };
  const { verdict, directory } = released ? { verdict: 'release' as const, directory: false } : await judge(tree, path);
  if (verdict === 'keep') return { planned: [], released: false, kept: directory ? `${path}/` : path };
  const planned = await planPath(tree.files, tree.root, path, tree.findings);
  return { planned, released: verdict === 'release' };
}

async function judge(
  { files, root, rules, recordDir }: SourceTree,
  path: string,
): Promise<{ readonly verdict: Verdict; readonly directory: boolean }> {
  const asFile = judgeSource(path, recordDir);
  const asFolder = judgeSource(`${path}/`, recordDir);
  if (!asFile && !asFolder) return { verdict: 'send', directory: false };

  const directory = (await files.lstat(`${root}/${path}`))?.kind === 'directory';
  const kind = directory ? asFolder : asFile;
  if (!kind || (kind === 'key' && (await isPublicPem(files, root, path)))) return { verdict: 'send', directory };
  if (rules.names(path)) return { verdict: 'release', directory };
  // Something in it is named: then each file in it is judged alone.
  return { verdict: directory && rules.mentions(path) ? 'send' : 'keep', directory };
}
