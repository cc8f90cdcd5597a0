import type { Findings } from './findings.ts';
import { parentOf, resolveInRoot } from './paths.ts';
import type { Reader } from './reader.ts';
import { addLines, createRules, isUsable, readRulesFile, type Rules } from './rules-file.ts';

/** The Vercel CLI's own list, in its order: a pattern that comes twice is compiled as it came first. */
const DEFAULTS: readonly string[] = [
  '.hg',
  '.git',
  '.gitmodules',
  '.svn',
  '.cache',
  '.next',
  '.now',
  '.vercel',
  '.npmignore',
  '.dockerignore',
  '.gitignore',
  '.*.swp',
  '.DS_Store',
  '.wafpicke-*',
  '.lock-wscript',
  '.env.local',
  '.env.*.local',
  '.venv',
  '.yarn/cache',
  '.pnp*',
  'npm-debug.log',
  'config.gypi',
  'node_modules',
  '__pycache__',
  'venv',
  'CVS',
];

/** What the project says about its source files. Paths are relative to the root. */
export interface SourceRules {
  /** Whether the Vercel CLI keeps the path out; of a folder's path with `/` at its end, whether all that is in it. */
  ignores(path: string): boolean;
  /** Whether a line with `!` asks for this very path, and not only for a folder around it. */
  names(path: string): boolean;
  /** Whether a line with `!` may ask for something inside a folder. */
  mentions(folder: string): boolean;
}

/** The CLI's rules and the project's, as `vercel deploy` reads them. */
export async function readSourceRules(files: Reader, root: string, findings: Findings): Promise<SourceRules> {
  const [file, cargo] = await Promise.all([
    readRulesFile(files, root, findings),
    resolveInRoot(files, root, 'Cargo.toml'),
  ]);
  const rust = cargo.kind === 'file' || cargo.kind === 'directory';
  const rules = createRules().add([...DEFAULTS, ...(rust ? ['/target'] : [])]);
  if (file) addLines(rules, file, findings);

  const named = file?.lines.flatMap(toNamed) ?? [];
  return {
    ignores: (path) => rules.ignores(path),
    names: (path) => named.some(({ only }) => only.ignores(path) && !isInside(only, path)),
    mentions: (folder) => named.some(({ text }) => text.includes(`${baseOf(folder).toLowerCase()}/`)),
  };
}

interface Named {
  /** In lower case, as rules know no case. */
  readonly text: string;
  /** This pattern alone. */
  readonly only: Rules;
}

/**
 * What a line with `!` names. `!api/**` is no more than `api`: whoever lets a whole folder through has not said that a
 * secret in it is meant. Neither has `!*`.
 */
function toNamed(line: string): Named[] {
  if (!line.startsWith('!')) return [];
  const pattern = line
    .slice(1)
    .trimEnd()
    .replace(/^\.\//, '')
    .replace(/(?:\/\**)+$/, '');
  if (!/[\p{L}\p{N}]/u.test(baseOf(pattern))) return [];
  return isUsable(pattern) ? [{ text: pattern.toLowerCase(), only: createRules().add([pattern]) }] : [];
}

/** A pattern that matches a folder matches all that is in it; then it does not name the single file. */
function isInside(only: Rules, path: string): boolean {
  const parent = parentOf(path);
  return parent !== '' && only.ignores(`${parent}/`);
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
