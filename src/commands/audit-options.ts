import { CLASSES, type AuditClass } from '../audit/index.ts';
import { PipeError } from '../errors.ts';
import { quoteWord, sortWords, type SortedWords } from './words.ts';

/** A command line of `audit`, checked. Paths are absolute, times milliseconds since 1970. */
export interface AuditArguments {
  readonly since: number;
  readonly until: number;
  /** The words that named both. */
  readonly period: string;
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
  /** Whose steps may sign checkpoint and exceptions without a key; undefined: those like this one. */
  readonly auditor: NamedRepository | undefined;
  readonly exceptions: string | undefined;
  readonly policies: string | undefined;
  /** Undefined: every class that is a finding. */
  readonly failOn: readonly AuditClass[] | undefined;
  readonly out: string;
  readonly fresh: boolean;
  readonly pack: boolean;
  readonly acceptRemoved: boolean;
  readonly allowSandbox: boolean;
}

/** `WORKSPACE/REPOSITORY`, by their UUIDs. */
export interface NamedRepository {
  readonly workspaceUuid: string;
  readonly repositoryUuid: string;
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

const PATHS = ['--key', '--keys', '--issuer-keys', '--tsa', '--checkpoint', '--exceptions', '--policies', '--out'];
const LISTS = ['--projects', '--repositories', '--fail-on'];
const OPTIONS = ['--since', '--until', '--auditor', ...LISTS, ...PATHS];
const FLAGS = ['--fresh', '--pack', '--accept-removed', '--allow-sandbox'];
const USAGE =
  'audit --since TIME [--until TIME] [--projects ID,…|all] (--key FILE | --keys FILE | --issuer-keys FILE)… [--tsa FILE] [--repositories WORKSPACE/REPOSITORY,…] [--checkpoint FILE|DIR] [--auditor WORKSPACE/REPOSITORY] [--exceptions FILE] [--policies FILE] [--fail-on CLASS,…] [--out DIR] [--pack] [--fresh] [--accept-removed] [--allow-sandbox] RECORDS…';
const MERGE_USAGE = 'audit merge [--fail-on CLASS,…] [--out DIR] AUDIT.json AUDIT.json…';
const SIGN_USAGE = 'audit sign-exceptions --out FILE EXCEPTIONS.yml';
const DEFAULT_OUT = 'audit';

const DAY_MS = 24 * 3_600_000;
const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, d: DAY_MS };
const TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z)?$/;
const PROJECT = /^prj_[A-Za-z0-9]+$/;
const UUID = '\\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\}?';
const REPOSITORY = new RegExp(`^(${UUID})/(${UUID})$`, 'i');
const WANTED_REPOSITORY = 'WORKSPACE/REPOSITORY, two UUIDs';

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

type Place = (path: string) => string;

function readAudit(args: readonly string[], place: Place, now: number): AuditArguments {
  const faults: string[] = [];
  const sorted = sortWords(args, { options: OPTIONS, flags: FLAGS }, faults);
  const { words, options, flags } = sorted;
  if (options['--since'] === undefined) faults.push('--since: missing; it says where the audit begins');
  const since = readTime('--since', options['--since'], now, faults);
  const until = options['--until'] === undefined ? now : readTime('--until', options['--until'], now, faults);
  if (since >= until) faults.push('--since: wanted a time before --until');
  if (until > now) faults.push('--until: wanted a time that has passed');
  if (['--key', '--keys', '--issuer-keys'].every((name) => options[name] === undefined)) {
    faults.push(
      '--keys: missing, and --key and --issuer-keys too; the keys must come from you, never from the records',
    );
  }
  if (words.length === 0) faults.push('no folder of records is named');
  const projects = options['--projects'] === 'all' ? 'all' : readList(sorted, '--projects', PROJECT, 'prj_…', faults);
  const repositories = readList(sorted, '--repositories', REPOSITORY, WANTED_REPOSITORY, faults).map(toRepository);
  const [auditor] = readList(sorted, '--auditor', REPOSITORY, WANTED_REPOSITORY, faults).map(toRepository);
  const failOn = readClasses(sorted, faults);
  if (faults.length > 0) throw incomplete(faults, USAGE);
  const placed = (name: string): string | undefined => {
    const path = options[name];
    return path === undefined ? undefined : place(path);
  };
  return {
    ...{ since, until, projects, repositories, auditor, failOn },
    period: [options['--since'], options['--until'] ?? 'now'].join(' '),
    records: [...new Set(words.map(place))],
    trust: {
      publicKey: placed('--key'),
      keyList: placed('--keys'),
      issuerKeys: placed('--issuer-keys'),
      tsa: placed('--tsa'),
    },
    checkpoint: placed('--checkpoint'),
    exceptions: placed('--exceptions'),
    policies: placed('--policies'),
    out: place(options['--out'] ?? DEFAULT_OUT),
    fresh: flags.includes('--fresh'),
    pack: flags.includes('--pack'),
    acceptRemoved: flags.includes('--accept-removed'),
    allowSandbox: flags.includes('--allow-sandbox'),
  };
}

function readMerge(args: readonly string[], place: Place): MergeArguments {
  const faults: string[] = [];
  const sorted = sortWords(args, { options: ['--out', '--fail-on'] }, faults);
  if (sorted.words.length < 2) faults.push(`${String(sorted.words.length)} audits; wanted at least two to merge`);
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

/** `2026-11-01`, which is its first moment, a time in UTC, or an age: `30d`, `48h`. */
function readTime(name: string, text: string | undefined, now: number, faults: string[]): number {
  if (text === undefined) return -Infinity;
  const [, number, unit = ''] = /^(\d{1,5})([hd])$/.exec(text) ?? [];
  if (number !== undefined) return now - Number(number) * (UNIT_MS[unit] ?? 0);
  const at = TIME.test(text) ? Date.parse(text) : NaN;
  if (Number.isFinite(at)) return at;
  faults.push(`${name}: got ${quoteWord(text)}; wanted 2026-11-01, 2026-11-01T12:00:00Z, 30d or 48h`);
  return -Infinity;
}

function readList(
  { options }: SortedWords,
  name: string,
  pattern: RegExp,
  wanted: string,
  faults: string[],
): readonly string[] {
  const items = [...new Set(options[name]?.split(',') ?? [])];
  for (const item of items) if (!pattern.test(item)) faults.push(`${name}: got ${quoteWord(item)}; wanted ${wanted}`);
  return items;
}

function toRepository(text: string): NamedRepository {
  const [, workspaceUuid = '', repositoryUuid = ''] = REPOSITORY.exec(text) ?? [];
  return { workspaceUuid, repositoryUuid };
}

function readClasses({ options }: SortedWords, faults: string[]): readonly AuditClass[] | undefined {
  const named = options['--fail-on']?.split(',');
  const findings = Object.entries(CLASSES).flatMap(([id, { weight }]) => (weight === 'finding' ? [id] : []));
  for (const name of named ?? []) {
    if (findings.includes(name)) continue;
    const always = Object.hasOwn(CLASSES, name) ? ' (gaps and trust failures always count)' : '';
    faults.push(`--fail-on: got ${quoteWord(name)}; wanted some of ${findings.join(', ')}${always}`);
  }
  return named as readonly AuditClass[] | undefined;
}

function incomplete(faults: readonly string[], wanted: string): PipeError {
  return new PipeError({ code: 'USAGE', message: 'The command line is not as audit needs it.', faults, wanted });
}
