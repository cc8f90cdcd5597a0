import { PipeError } from '../errors.ts';
import { formatMegabytes, listSome, showPath, type Findings } from './findings.ts';
import { compareBytes, joinInRoot, parentOf, resolveInRoot, standIn } from './paths.ts';
import type { OutputPlan } from './plan.ts';
import { readInPlace, type Reader } from './reader.ts';
import { readSourceRules } from './source-rules.ts';
import { walkSource } from './source-walk.ts';
import { planPath, type PlannedEntry } from './tree.ts';
import { toUnreadable } from './unreadable.ts';

/** Sent whatever the rules say, as the Vercel CLI has it. */
const ROUTES = '.vercel/routes.json';
const HOBBY_LIMIT_BYTES = 100 * 1024 * 1024;
const PRO_LIMIT_BYTES = 1024 * 1024 * 1024;

/**
 * The files that Vercel builds from. The list is the one that `vercel deploy` would send, without the names that
 * secrets and earlier records have: these go only where a line with `!` in `.vercelignore` names them.
 * @param directory absolute, by a path without links
 * @param recordDir RECORD_DIR relative to `directory`; undefined where it is not inside
 * @throws {PipeError} `OUTPUT_INVALID` with every fault at once.
 */
export async function planSource(files: Reader, directory: string, recordDir: string | undefined): Promise<OutputPlan> {
  try {
    return await lookAt(readInPlace(files), directory, recordDir);
  } catch (error) {
    throw toUnreadable(error);
  }
}

async function lookAt(files: Reader, directory: string, recordDir: string | undefined): Promise<OutputPlan> {
  await requireFolder(files, directory);
  const findings: Findings = { faults: [], warnings: [] };
  const rules = await readSourceRules(files, directory, findings);
  const records = recordDir === undefined ? undefined : joinInRoot('', recordDir);
  const tree = { files, root: directory, rules, recordDir: records, findings };
  const { entries: walked, kept } = await walkSource(tree);

  const planned = new Map<string, PlannedEntry>();
  for (const entry of [...walked, ...(await planRoutes(files, directory, findings))]) planned.set(entry.path, entry);
  const entries = [...planned.values()].sort((a, b) => compareBytes(a.path, b.path));
  if (findings.faults.length > 0) throw invalidSource(directory, findings.faults);
  if (entries.every(({ kind }) => kind === 'directory')) throw emptySource(directory, kept);
  return {
    root: directory,
    entries,
    functions: [],
    warnings: [...findings.warnings, ...describeKept(kept), ...checkSize(entries)],
  };
}

async function planRoutes(files: Reader, root: string, findings: Findings): Promise<PlannedEntry[]> {
  const folder = await resolveInRoot(files, root, parentOf(ROUTES));
  const { kind } = await resolveInRoot(files, root, ROUTES);
  return kind === 'file' ? planPath(files, root, ROUTES, findings, standIn(folder.path, ROUTES)) : [];
}

async function requireFolder(files: Reader, directory: string): Promise<void> {
  const stat = await files.lstat(directory);
  if (stat?.kind === 'directory' || stat?.kind === 'symlink') return;
  throw new PipeError({
    code: 'OUTPUT_INVALID',
    message: 'There is no source to deploy. Nothing was sent.',
    got: `${stat ? 'no folder' : 'nothing'} at ${directory}`,
    wanted: 'the folder with the source files',
    fix: 'Set DIRECTORY to the folder that holds the project, relative to where the step stands.',
  });
}

function invalidSource(directory: string, faults: readonly string[]): PipeError {
  return new PipeError({
    code: 'OUTPUT_INVALID',
    message: 'The source cannot be deployed as it is. Nothing was sent.',
    faults: [...new Set(faults)],
    fix: `All paths are relative to ${directory}.`,
  });
}

function emptySource(directory: string, kept: readonly string[]): PipeError {
  return new PipeError({
    code: 'OUTPUT_INVALID',
    message: 'No file of the source is left to deploy. Nothing was sent.',
    faults: describeKept(kept),
    got: `no file in ${directory} that the ignore rules let through`,
    wanted: 'at least one file',
    fix: 'Correct DIRECTORY, or the patterns in .vercelignore.',
  });
}

/** In one line, so that nobody wonders where a file went. */
function describeKept(kept: readonly string[]): string[] {
  const names = [...kept].sort(compareBytes);
  const [first] = names;
  if (first === undefined) return [];
  const example = showPath(`!/${first.replace(/\/$/, '')}`);
  return [
    `Kept out: ${String(names.length)} with names that secrets or earlier records have (${listSome(names)}). To send one, name it in .vercelignore: ${example}`,
  ];
}

/** Vercel's documents name these limits, and say too that they were lifted: so a warning. */
function checkSize(entries: readonly PlannedEntry[]): string[] {
  const bytes = entries.reduce((sum, { kind, size }) => sum + (kind === 'directory' ? 0 : size), 0);
  if (bytes <= HOBBY_LIMIT_BYTES) return [];
  const limit = bytes > PRO_LIMIT_BYTES ? '1 GB on Pro, 100 MB on Hobby' : '100 MB on Hobby';
  return [
    `The source has ${formatMegabytes(bytes)}, and Vercel may refuse more than ${limit}. Keep out what it does not need with .vercelignore, or deploy a build (MODE: prebuilt).`,
  ];
}
