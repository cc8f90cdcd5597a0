import ignore from 'ignore';
import type { Findings } from './findings.ts';
import { parentOf, resolveInRoot } from './paths.ts';
import type { Reader } from './reader.ts';

// Its types name a default export, which the module itself is.
const createRules = ignore as unknown as typeof ignore.default;
type Rules = ReturnType<typeof createRules>;

const MAX_RULES_BYTES = 1024 * 1024;
const RULES = '.vercelignore';
const OLD_RULES = '.nowignore';
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
  const [text, old, cargo] = await Promise.all([
    readRules(files, root, RULES, findings),
    readRules(files, root, OLD_RULES, findings),
    resolveInRoot(files, root, 'Cargo.toml'),
  ]);
  if (text !== '' && old !== '') {
    findings.faults.push(`${RULES} and ${OLD_RULES}: Vercel takes only one of them. Delete ${OLD_RULES}.`);
  }
  const rust = cargo.kind === 'file' || cargo.kind === 'directory';
  const rules = createRules().add([...DEFAULTS, ...(rust ? ['/target'] : [])]);
  const lines = (text || old).split(/\r?\n/);
  addLines(rules, lines, text === '' ? OLD_RULES : RULES, findings);

  const named = lines.flatMap(toNamed);
  return {
    ignores: (path) => rules.ignores(path),
    names: (path) => named.some(({ only }) => only.ignores(path) && !isInside(only, path)),
    mentions: (folder) => named.some(({ text }) => text.includes(`${baseOf(folder).toLowerCase()}/`)),
  };
}

/** Empty where there is nothing. A file that the CLI would obey and we may not read must not silently send more. */
async function readRules(files: Reader, root: string, file: string, { faults }: Findings): Promise<string> {
  const found = await resolveInRoot(files, root, file);
  switch (found.kind) {
    case 'file':
      return new TextDecoder().decode(await files.read(`${root}/${found.path}`, MAX_RULES_BYTES));
    case 'outside':
    case 'loop':
      faults.push(`${file}: a link that leads out of the deployed folder. Put the file itself there.`);
      return '';
    case 'missing':
    case 'directory':
    case 'other':
      return '';
  }
}

function addLines(rules: Rules, lines: readonly string[], file: string, { faults }: Findings): void {
  for (const [index, line] of lines.entries()) {
    try {
      // The CLI reads `./dist` as `dist`, which git does not.
      rules.add([line.replace(/^\.\//, '')]);
    } catch {
      faults.push(`${file}: line ${String(index + 1)}, ${JSON.stringify(line)}, is no pattern. Correct or remove it.`);
    }
  }
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
  try {
    return [{ text: pattern.toLowerCase(), only: createRules().add([pattern]) }];
  } catch {
    return [];
  }
}

/** A pattern that matches a folder matches all that is in it; then it does not name the single file. */
function isInside(only: Rules, path: string): boolean {
  const parent = parentOf(path);
  return parent !== '' && only.ignores(`${parent}/`);
}

function baseOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
