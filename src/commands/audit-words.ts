import { CLASSES, type AuditClass } from '../audit/index.ts';
import { parseUtc, quoteWord, type SortedWords } from './words.ts';

/** `WORKSPACE/REPOSITORY`, by their UUIDs. */
export interface NamedRepository {
  readonly workspaceUuid: string;
  readonly repositoryUuid: string;
}

const DAY_MS = 24 * 3_600_000;
const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, d: DAY_MS };
const AGE = /^(\d{1,5})([hd])$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const PROJECT = /^prj_[A-Za-z0-9]+$/;
const UUID = '\\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\\}?';
const REPOSITORY = new RegExp(`^(${UUID})/(${UUID})$`, 'i');
const WANTED_REPOSITORY = 'WORKSPACE/REPOSITORY, two UUIDs';

interface NamedPeriod {
  readonly since: number;
  readonly until: number;
  readonly counted: readonly ('since' | 'until')[];
}

export function readPeriod({ options }: SortedWords, now: number, faults: string[]): NamedPeriod {
  const [from, to] = [options['--since'], options['--until']];
  if (from === undefined) faults.push('--since: missing; it says where the audit begins');
  const since = readTime('--since', from, now, faults);
  const until = to === undefined ? now : readTime('--until', to, now, faults);
  if (since >= until && Number.isFinite(until)) faults.push('--since: wanted a time before --until');
  if (until > now) faults.push('--until: wanted a time that has passed');
  const isCounted = { since: from !== undefined && AGE.test(from), until: to === undefined || AGE.test(to) };
  return { since, until, counted: (['since', 'until'] as const).filter((end) => isCounted[end]) };
}

/** `2026-11-01`, which is its first moment, a time in UTC, or an age: `30d`, `48h`. */
function readTime(name: string, text: string | undefined, now: number, faults: string[]): number {
  if (text === undefined) return NaN;
  const [, number, unit = ''] = AGE.exec(text) ?? [];
  if (number !== undefined) return now - Number(number) * (UNIT_MS[unit] ?? 0);
  const at = parseUtc(DAY.test(text) ? `${text}T00:00:00Z` : text);
  if (at !== undefined) return at;
  faults.push(`${name}: got ${quoteWord(text)}; wanted 2026-11-01, 2026-11-01T12:00:00Z, 30d or 48h`);
  return NaN;
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

export function readClasses({ options }: SortedWords, faults: string[]): readonly AuditClass[] | undefined {
  const named = options['--fail-on']?.split(',');
  const findings = Object.entries(CLASSES).flatMap(([id, { weight }]) => (weight === 'finding' ? [id] : []));
  for (const name of named ?? []) {
    if (findings.includes(name)) continue;
    const always = Object.hasOwn(CLASSES, name) ? ' (gaps and trust failures always count)' : '';
    faults.push(`--fail-on: got ${quoteWord(name)}; wanted some of ${findings.join(', ')}${always}`);
  }
  return named as readonly AuditClass[] | undefined;
}

export function readProjects(sorted: SortedWords, faults: string[]): readonly string[] | 'all' {
  return sorted.options['--projects'] === 'all' ? 'all' : readList(sorted, '--projects', PROJECT, 'prj_…', faults);
}

export function readRepositories(sorted: SortedWords, name: string, faults: string[]): readonly NamedRepository[] {
  return readList(sorted, name, REPOSITORY, WANTED_REPOSITORY, faults).map(toRepository);
}
