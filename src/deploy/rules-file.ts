import ignore from 'ignore';
import { quoteText, type Findings } from './findings.ts';
import { resolveInRoot } from './paths.ts';
import type { Reader } from './reader.ts';

// Its types name a default export, which the module itself is.
export const createRules = ignore as unknown as typeof ignore.default;
export type Rules = ReturnType<typeof createRules>;

const MAX_RULES_BYTES = 1024 * 1024;
const RULES = '.vercelignore';
const OLD_RULES = '.nowignore';

export interface RulesFile {
  readonly name: string;
  readonly lines: readonly string[];
}

/** What the project says that a deployment leaves out; undefined where it says nothing. */
export async function readRulesFile(files: Reader, root: string, findings: Findings): Promise<RulesFile | undefined> {
  const [text, old] = await Promise.all([
    readText(files, root, RULES, findings),
    readText(files, root, OLD_RULES, findings),
  ]);
  if (text !== '' && old !== '') {
    findings.faults.push(`${RULES} and ${OLD_RULES}: Vercel takes only one of them. Delete ${OLD_RULES}.`);
  }
  if (text === '' && old === '') return undefined;
  return { name: text === '' ? OLD_RULES : RULES, lines: (text || old).split(/\r?\n/) };
}

/** The rules of a file after those that are there; a fault for each line that is none. */
export function addLines(rules: Rules, { name, lines }: RulesFile, { faults }: Findings): void {
  for (const [index, line] of lines.entries()) {
    // The CLI reads `./dist` as `dist`, which git does not.
    const pattern = line.replace(/^\.\//, '');
    if (isUsable(pattern)) rules.add([pattern]);
    else {
      faults.push(`${name}: line ${String(index + 1)}, ${quoteText(line)}, is no pattern. Correct or remove it.`);
    }
  }
}

/** Nobody has a file of that name, and no pattern of a project's is compiled for it. */
const PROBE = '.vercel-oidc-deploy-probe';

/** Whether it is a pattern. That one is too large shows only when it is used, and one with `!` on what is left out. */
export function isUsable(pattern: string): boolean {
  try {
    createRules().add([PROBE, pattern]).ignores(PROBE);
    createRules().add([pattern]).ignores(PROBE);
    return true;
  } catch {
    return false;
  }
}

/** Empty where there is nothing. A file that the CLI would obey and we may not read must not silently send more. */
async function readText(files: Reader, root: string, file: string, { faults }: Findings): Promise<string> {
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
