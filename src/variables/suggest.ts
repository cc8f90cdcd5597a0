import type { Environment } from './decode.ts';
import { VARIABLES } from './table.ts';

/** Below this length a small difference is another word: MODE is not NODE. */
const MIN_LENGTH = 6;
const MAX_DISTANCE = 2;
/** Of a name that is the beginning of one of ours. */
const MIN_BEGINNING = 5;
/** Close to ours, but other programs' own. */
const FOREIGN = new Set(['HTTP_PROXY', 'http_proxy', 'https_proxy', 'DEPLOY_ENV']);
/** What people call ours, too far from its letters. Of words that are a step's own as well, as ACCESS_TOKEN, there is none. */
const OTHER_WORDS = new Map([
  ['SMOKE_TEST', 'SMOKE_PATHS'],
  ['SMOKE_TESTS', 'SMOKE_PATHS'],
]);
const LIST = /_(?:COUNT|[0-9]+)$/;
/** It has the team's id; of a person's account it is none. */
const TEAM_OF_CLI = /^team_/;

/** Faults for names that are nearly ours: they would be ignored in silence, and the user would not know why. */
export function findNearMisses(environment: Environment): readonly string[] {
  const faults: string[] = [];
  for (const given of Object.keys(environment)) {
    if (isOurs(given) || isItem(given, environment)) continue;
    const name = nameOfList(given, environment);
    const meant = nearest(name) ?? unlessSet(nearWord(name), environment);
    if (meant !== undefined && (name === given || VARIABLES.get(meant)?.list === true))
      faults.push(`${name}: unknown variable. Did you mean ${meant}?`);
  }
  return faults;
}

/** The CLI's own name for what is missing stands in many a step that deployed with it. */
export function hintAtOrgId(faults: readonly string[], { VERCEL_ORG_ID: id }: Environment): readonly string[] {
  if (id === undefined || !TEAM_OF_CLI.test(id)) return faults;
  return faults.map((fault) =>
    fault.startsWith('VERCEL_TEAM_ID: missing')
      ? `${fault} The value of VERCEL_ORG_ID, which is set, is VERCEL_TEAM_ID here: VERCEL_ORG_ID is the CLI's name for it.`
      : fault,
  );
}

function isOurs(name: string): boolean {
  return FOREIGN.has(name) || VARIABLES.has(name) || VARIABLES.has(name.replace(LIST, ''));
}

/** `ALIAS` of `ALIAS_COUNT` where there is `ALIAS_0`: so Bitbucket passes a list, which is told once. */
function nameOfList(name: string, environment: Environment): string {
  const list = /^(.+)_COUNT$/.exec(name)?.[1];
  return list !== undefined && environment[`${list}_0`] !== undefined ? list : name;
}

function isItem(name: string, environment: Environment): boolean {
  const list = /^(.+)_[0-9]+$/.exec(name)?.[1];
  return list !== undefined && environment[`${list}_COUNT`] !== undefined;
}

/** Whoever has set the right one means something else by a name that is further away. */
function unlessSet(meant: string | undefined, environment: Environment): string | undefined {
  const isSet = meant !== undefined && [meant, `${meant}_COUNT`].some((name) => environment[name] !== undefined);
  return isSet ? undefined : meant;
}

/** A name that was cut off, or another word. One word alone, as DEPLOY or ROLLBACK, is often a step's own. */
function nearWord(name: string): string | undefined {
  if (OTHER_WORDS.has(name)) return OTHER_WORDS.get(name);
  if (name.length < MIN_BEGINNING || name.startsWith('BITBUCKET_')) return undefined;
  const [meant, ...others] = [...VARIABLES.keys()].filter((known) => known.startsWith(name));
  if (meant === undefined || others.length > 0) return undefined;
  return name.includes('_') || meant.length - name.length <= MAX_DISTANCE ? meant : undefined;
}

function nearest(name: string): string | undefined {
  const plain = name.toUpperCase().replaceAll('-', '_');
  if (VARIABLES.has(plain)) return plain;
  if (plain.length < MIN_LENGTH || name.startsWith('BITBUCKET_')) return undefined;
  let best: { name: string; distance: number } | undefined;
  for (const known of VARIABLES.keys()) {
    if (known.length < MIN_LENGTH) continue;
    const distance = editDistance(plain, known);
    if (distance <= MAX_DISTANCE && distance < (best?.distance ?? Infinity)) best = { name: known, distance };
  }
  return best?.name;
}

/** Levenshtein's distance, where two neighbours that changed places count as one change. */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > MAX_DISTANCE) return MAX_DISTANCE + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        at(last, j) + 1,
        at(row, j - 1) + 1,
        at(last, j - 1) + cost,
        swapped ? at(beforeLast, j - 2) + 1 : Infinity,
      );
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
