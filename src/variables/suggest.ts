import type { Environment } from './decode.ts';
import { VARIABLES } from './table.ts';

/** Below this length a small difference is another word: MODE is not NODE. */
const MIN_LENGTH = 6;
const MAX_DISTANCE = 2;
/** Close to ours, but other programs' own. */
const FOREIGN = new Set(['HTTP_PROXY', 'http_proxy', 'https_proxy']);

/** Faults for names that are nearly ours: they would be ignored in silence, and the user would not know why. */
export function findNearMisses(environment: Environment): readonly string[] {
  const faults: string[] = [];
  for (const name of Object.keys(environment)) {
    if (isOurs(name)) continue;
    const meant = nearest(name);
    if (meant !== undefined) faults.push(`${name}: unknown variable. Did you mean ${meant}?`);
  }
  return faults;
}

function isOurs(name: string): boolean {
  return FOREIGN.has(name) || VARIABLES.has(name) || VARIABLES.has(name.replace(/_(?:COUNT|[0-9]+)$/, ''));
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
