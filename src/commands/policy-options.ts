import { PipeError } from '../errors.ts';
import { hideValue, quoteWord, sortWords } from './words.ts';

export type PolicyVerb = 'render' | 'drift' | 'sign' | 'renew' | 'test';

/** A command line of `policy`, checked. Paths are absolute. */
export interface PolicyArguments {
  readonly verb: PolicyVerb;
  /** The policy file; of `test`, the file of tests beside it as second. */
  readonly files: readonly [string, ...string[]];
  readonly options: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
}

interface Usage {
  readonly line: string;
  readonly options: readonly string[];
  readonly flags?: readonly string[];
  readonly maxFiles?: number;
}

const USAGES: Readonly<Record<PolicyVerb, Usage>> = {
  render: {
    line: 'policy render [POLICY] [--form vercel-api|terraform|vault|aws|gcp|entra] [--grant ID] [--account NUMBER] [--mount NAME] [--hop-issuer ISS --hop-subject SUB] [--out FILE]',
    options: ['--form', '--grant', '--account', '--mount', '--hop-issuer', '--hop-subject', '--out'],
  },
  drift: { line: 'policy drift [POLICY] [--team ID] [--live LISTING.json]', options: ['--team', '--live'] },
  sign: {
    line: 'policy sign [POLICY] [--serial NUMBER] [--after SIGNED] [--out FILE]',
    options: ['--serial', '--after', '--out'],
  },
  renew: {
    line: 'policy renew [POLICY] [--days NUMBER] [--write | --out FILE]',
    options: ['--days', '--out'],
    flags: ['--write'],
  },
  test: { line: 'policy test [POLICY [TESTS]]', options: [], maxFiles: 2 },
};
/** Options that name a file. */
const PATHS = ['--out', '--after', '--live'];
const NUMBERS = ['--serial', '--days'];
const DEFAULT_POLICY = 'deploy-policy.yml';

/** @throws {PipeError} `USAGE` with every fault of the command line. */
export function readPolicyOptions(args: readonly string[], workingDir: string): PolicyArguments {
  const [verb, ...words] = args;
  if (!isVerb(verb)) throw unknownVerb(verb);
  const usage = USAGES[verb];
  const faults: string[] = [];
  const { words: files, options, flags } = sortWords(words, usage, faults);
  const { maxFiles = 1 } = usage;
  if (files.length > maxFiles) faults.push(`${String(files.length)} files; wanted at most ${String(maxFiles)}`);
  for (const name of NUMBERS) {
    const text = options[name];
    if (text !== undefined && !/^[0-9]{1,16}$/.test(text))
      faults.push(`${name}: wanted a number, got ${quoteWord(text)}`);
  }
  if (flags.includes('--write') && options['--out'] !== undefined) faults.push('--write and --out: wanted one of them');
  if (faults.length > 0) throw incomplete(faults, usage.line);
  const absolute = (path: string): string => (path.startsWith('/') ? path : `${workingDir}/${path}`);
  const placed = Object.entries(options).map(([name, text]) => [name, PATHS.includes(name) ? absolute(text) : text]);
  const [first = DEFAULT_POLICY, ...others] = files;
  return {
    verb,
    files: [absolute(first), ...others.map(absolute)],
    options: Object.fromEntries(placed) as Record<string, string>,
    flags,
  };
}

/** The form of one of its verbs, or all. */
export function policyUsage(verb: string | undefined): readonly string[] {
  return isVerb(verb) ? [USAGES[verb].line] : Object.values(USAGES).map(({ line }) => line);
}

function isVerb(word: string | undefined): word is PolicyVerb {
  return word !== undefined && Object.hasOwn(USAGES, word);
}

function incomplete(faults: readonly string[], wanted: string): PipeError {
  return new PipeError({ code: 'USAGE', message: 'The command line is not as policy needs it.', faults, wanted });
}

function unknownVerb(verb: string | undefined): PipeError {
  return new PipeError({
    code: 'USAGE',
    message: 'The command policy needs to be told what to do.',
    got: verb === undefined ? 'nothing' : quoteWord(hideValue(verb)),
    wanted: Object.keys(USAGES).join(', '),
    fix: ['Write one of these; POLICY is deploy-policy.yml where it is left out:', ...policyUsage(undefined)].join(
      '\n',
    ),
  });
}
