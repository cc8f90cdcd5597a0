import ignore from 'ignore';
import type { Findings } from './findings.ts';
import { resolveInRoot } from './paths.ts';
import type { Reader } from './reader.ts';

// Its types name a default export, which the module itself is.
const createRules = ignore as unknown as typeof ignore.default;
const MAX_RULES_BYTES = 1024 * 1024;
const FILES = ['.vercelignore', '.nowignore'];
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
  const found: { file: string; text: string }[] = [];
  for (const file of FILES) {
    const { kind, path } = await resolveInRoot(files, root, file);
    if (kind === 'outside' || kind === 'loop') {
      // To go on without its rules would send what they keep out.
      findings.faults.push(`${file}: a link that leads out of the deployed folder. Put the rules themselves there.`);
    }
    const bytes = kind === 'file' ? await files.read(`${root}/${path}`, MAX_RULES_BYTES) : undefined;
    if (bytes && bytes.length > 0) found.push({ file, text: new TextDecoder().decode(bytes) });
  }
  const [rules, other] = found;
  if (other) findings.faults.push(`${FILES.join(' and ')}: Vercel takes only one of them. Delete .nowignore.`);
  if (!rules) return undefined;
  // The CLI reads `./dist` as `dist`, which git does not.
  const own = createRules().add(rules.text.replace(/^\.\//gm, ''));
  const exceptions = createRules().add(NEVER_IGNORED);
  return { file: rules.file, ignores: (path) => own.ignores(path) && !exceptions.ignores(path) };
}
