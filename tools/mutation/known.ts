import type { Survivor } from './report.ts';

const ENTRY = /^- `([^`]+)` → `([^`]+)`: \S/;
const HEADING = /^## `([^`]+)`/;

const keyOf = (file: string, before: string, after: string): string => JSON.stringify([file, before, after]);

/**
 * Parts survivors by the page that explains them: a heading for each file, an entry for each change, whatever its line.
 * `gone`: explained, and no longer there, of the files that were mutated.
 */
export function partSurvivors(
  survivors: readonly Survivor[],
  page: string,
  files: readonly string[],
): { fresh: readonly Survivor[]; known: readonly Survivor[]; gone: readonly string[] } {
  const explained = new Map<string, string>();
  let file = '';
  for (const line of page.split('\n')) {
    file = HEADING.exec(line)?.[1] ?? file;
    const [, before, after] = ENTRY.exec(line) ?? [];
    if (before === undefined || after === undefined) continue;
    if (files.includes(file)) explained.set(keyOf(file, before, after), `${file}: ${before} → ${after}`);
  }
  const keys = new Set(survivors.map(({ file, before, after }) => keyOf(file, before, after)));
  return {
    fresh: survivors.filter(({ file, before, after }) => !explained.has(keyOf(file, before, after))),
    known: survivors.filter(({ file, before, after }) => explained.has(keyOf(file, before, after))),
    gone: [...explained].filter(([key]) => !keys.has(key)).map(([, words]) => words),
  };
}
