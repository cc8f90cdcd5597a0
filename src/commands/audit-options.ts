import type { AuditClass } from '../audit/index.ts';
import { PipeError } from '../errors.ts';
import { readClasses, readPeriod, readProjects, readRepositories, type NamedRepository } from './audit-words.ts';
import { sortWords } from './words.ts';

/** A command line of `audit`, checked. Paths are absolute, times milliseconds since 1970. */
export interface AuditArguments {
  readonly since: number;
  readonly until: number;
  /** Of both, those that are counted back from now: as an age, or by no word. */
  readonly counted: readonly ('since' | 'until')[];
  /** Empty: `VERCEL_PROJECT_ID` alone. */
  readonly projects: readonly string[] | 'all';
  /** Folders of records. */
  readonly records: readonly string[];
  /** Bitbucket repositories to look into besides those that records name. */
  readonly repositories: readonly NamedRepository[];
  readonly trust: {
    readonly publicKey: string | undefined;
    readonly keyList: string | undefined;
    readonly issuerKeys: string | undefined;
    readonly tsa: string | undefined;
  };
  /** A checkpoint, or a folder whose newest counts. */
  readonly checkpoint: string | undefined;
  /** A file with the keys that may sign checkpoints and exceptions; undefined: the key of this audit alone. */
  readonly auditKey: string | undefined;
  /** Whose steps may sign checkpoint and exceptions without a key; undefined: those like this one. */
  readonly auditor: NamedRepository | undefined;
  readonly exceptions: string | undefined;
  readonly policies: string | undefined;
  /** Undefined: every class that is a finding. */
  readonly failOn: readonly AuditClass[] | undefined;
  readonly out: string;
  /** Without `--resume`: nothing that an earlier run has left is believed. */
  readonly fresh: boolean;
  readonly pack: boolean;
  readonly acceptRemoved: boolean;
  readonly allowSandbox: boolean;
}

export interface MergeArguments {
  readonly files: readonly string[];
  readonly out: string;
  readonly failOn: readonly AuditClass[] | undefined;
}

export interface SignArguments {
  readonly file: string;
  readonly out: string;
}

export type AuditWords =
  | { readonly kind: 'audit'; readonly audit: AuditArguments }
  | { readonly kind: 'merge'; readonly merge: MergeArguments }
  | { readonly kind: 'sign-exceptions'; readonly sign: SignArguments };

const PATHS = [
  '--key',
  '--keys',
  '--issuer-keys',
  '--tsa',
  '--audit-key',
  '--checkpoint',
  '--exceptions',
  '--policies',
  '--out',
];
const LISTS = ['--projects', '--repositories', '--fail-on'];
const OPTIONS = ['--since', '--until', '--auditor', ...LISTS, ...PATHS];
const FLAGS = ['--resume', '--fresh', '--pack', '--accept-removed', '--allow-sandbox'];
const USAGE =
  'audit --since TIME [--until TIME] [--projects ID,…|all] (--key FILE | --keys FILE | --issuer-keys FILE)… [--tsa FILE] [--repositories WORKSPACE/REPOSITORY,…] [--checkpoint FILE|DIR] [--auditor WORKSPACE/REPOSITORY] [--audit-key FILE] [--exceptions FILE] [--policies FILE] [--fail-on CLASS,…] [--out DIR] [--pack] [--resume | --fresh] [--accept-removed] [--allow-sandbox] RECORDS…';
const MERGE_USAGE = 'audit merge [--fail-on CLASS,…] [--out DIR] AUDIT.json AUDIT.json…';
const SIGN_USAGE = 'audit sign-exceptions --out FILE EXCEPTIONS.yml';
const USAGES: Readonly<Record<string, string>> = { merge: MERGE_USAGE, 'sign-exceptions': SIGN_USAGE };
const BOTH = '--resume: got --fresh too, which forgets what an earlier run has left; wanted one of them';
const DEFAULT_OUT = 'audit';

/**
 * @param now what an age is counted back from.
 * @throws {PipeError} `USAGE` with every fault of the command line.
 */
export function readAuditOptions(args: readonly string[], workingDir: string, now: number): AuditWords {
  const place = (path: string): string => (path.startsWith('/') ? path : `${workingDir}/${path}`);
  const [verb, ...rest] = args;
  if (verb === 'merge') return { kind: 'merge', merge: readMerge(rest, place) };
  if (verb === 'sign-exceptions') return { kind: 'sign-exceptions', sign: readSign(rest, place) };
  return { kind: 'audit', audit: readAudit(args, place, now) };
}

/** The form of one of its verbs, or all. */
export function auditUsage(verb: string | undefined): readonly string[] {
  const one = verb !== undefined && Object.hasOwn(USAGES, verb) ? USAGES[verb] : undefined;
  return one === undefined ? [USAGE, MERGE_USAGE, SIGN_USAGE] : [one];
}

type Place = (path: string) => string;

function readAudit(args: readonly string[], place: Place, now: number): AuditArguments {
  const faults: string[] = [];
  const sorted = sortWords(args, { options: OPTIONS, flags: FLAGS }, faults);
  const { words, options, flags } = sorted;
  const period = readPeriod(sorted, now, faults);
  if (['--key', '--keys', '--issuer-keys'].every((name) => options[name] === undefined)) {
    faults.push(
      '--keys: missing, and --key and --issuer-keys too; the keys must come from you, never from the records',
    );
  }
  if (words.length === 0) faults.push('no folder of records is named');
  const projects = readProjects(sorted, faults);
  const repositories = readRepositories(sorted, '--repositories', faults);
  const [auditor, ...auditors] = readRepositories(sorted, '--auditor', faults);
  if (auditors.length > 0) faults.push('--auditor: wanted one repository, whose steps may sign');
  const failOn = readClasses(sorted, faults);
  const fresh = !flags.includes('--resume');
  if (!fresh && flags.includes('--fresh')) faults.push(BOTH);
  if (faults.length > 0) throw incomplete(faults, USAGE);
  const placed = (name: string): string | undefined => {
    const path = options[name];
    return path === undefined ? undefined : place(path);
  };
  return {
    ...{ ...period, projects, repositories, auditor, failOn, fresh },
    records: [...new Set(words.map(place))],
    trust: {
      publicKey: placed('--key'),
      keyList: placed('--keys'),
      issuerKeys: placed('--issuer-keys'),
      tsa: placed('--tsa'),
    },
    auditKey: placed('--audit-key'),
    checkpoint: placed('--checkpoint'),
    exceptions: placed('--exceptions'),
    policies: placed('--policies'),
    out: place(options['--out'] ?? DEFAULT_OUT),
    pack: flags.includes('--pack'),
    acceptRemoved: flags.includes('--accept-removed'),
    allowSandbox: flags.includes('--allow-sandbox'),
  };
}

function readMerge(args: readonly string[], place: Place): MergeArguments {
  const faults: string[] = [];
  const sorted = sortWords(args, { options: ['--out', '--fail-on'] }, faults);
  if (sorted.words.length < 2) faults.push('fewer than two audits are named; wanted at least two audit.json to merge');
  const failOn = readClasses(sorted, faults);
  if (faults.length > 0) throw incomplete(faults, MERGE_USAGE);
  return { files: sorted.words.map(place), out: place(sorted.options['--out'] ?? DEFAULT_OUT), failOn };
}

function readSign(args: readonly string[], place: Place): SignArguments {
  const faults: string[] = [];
  const { words, options } = sortWords(args, { options: ['--out'] }, faults);
  const [file = '', ...others] = words;
  if (file === '' || others.length > 0)
    faults.push(`${String(words.length)} files; wanted the one with the exceptions`);
  const out = options['--out'];
  if (out === undefined) faults.push('--out: missing; it names the signed file');
  if (faults.length > 0 || out === undefined) throw incomplete(faults, SIGN_USAGE);
  return { file: place(file), out: place(out) };
}

function incomplete(faults: readonly string[], wanted: string): PipeError {
  return new PipeError({ code: 'USAGE', message: 'The command line is not as audit needs it.', faults, wanted });
}
