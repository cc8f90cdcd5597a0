import type { Findings } from './findings.ts';
import type { Reader } from './reader.ts';
import { addLines, createRules, readRulesFile } from './rules-file.ts';

/** Built or installed things that the rules are not about, though they often name them. As the Vercel CLI has it. */
const NEVER_IGNORED = ['node_modules', '.next', '.yarn/cache', '.pnp*', '.venv', 'venv', '__pycache__', '/target'];

/** What the project's `.vercelignore` keeps out of a deployment. */
export interface IgnoreRules {
  /** Name of the file with the rules. */
  readonly file: string;
  ignores(path: string): boolean;
}

/** The rules for files outside the build output; undefined where the project has none. */
export async function readIgnoreRules(
  files: Reader,
  root: string,
  findings: Findings,
): Promise<IgnoreRules | undefined> {
  const file = await readRulesFile(files, root, findings);
  if (!file) return undefined;
  const own = createRules();
  addLines(own, file, findings);
  const exceptions = createRules().add(NEVER_IGNORED);
  return { file: file.name, ignores: (path) => own.ignores(path) && !exceptions.ignores(path) };
}
