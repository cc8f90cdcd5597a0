import { redact } from '../secret.ts';

/** Which words of a command line are options. */
export interface WordUsage {
  /** Those that a value follows, as the next word or after `=`. */
  readonly options: readonly string[];
  readonly flags?: readonly string[] | undefined;
}

export interface SortedWords {
  /** What is neither. */
  readonly words: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
}

/** Sorts the words of a command line; adds to `faults` what is not known, given twice, or has no value. */
export function sortWords(args: readonly string[], usage: WordUsage, faults: string[]): SortedWords {
  const words: string[] = [];
  const flags: string[] = [];
  const options: Record<string, string> = {};
  const rest = [...args];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [name = '', ...inline] = word.startsWith('--') ? word.split('=') : [word];
    if (usage.flags?.includes(word) === true) flags.push(word);
    else if (usage.options.includes(name)) {
      const value = inline.length > 0 ? inline.join('=') : rest.shift();
      if (value === undefined || value === '') faults.push(`${name}: nothing follows it`);
      else if (Object.hasOwn(options, name)) faults.push(`${name}: given twice`);
      else options[name] = value;
    } else if (word.startsWith('-')) faults.push(`${quoteWord(hideValue(word))}: not known`);
    else if (word === '') faults.push('an empty word');
    else words.push(word);
  }
  return { words, options, flags };
}

/** A word without what is behind its `=`, or glued to `-t`: an unknown one may bring a token, as Vercel's own CLI takes it. */
export function hideValue(word: string): string {
  return word.replace(/^([^=]*=|-t(?!-)).+/s, '$1…');
}

const UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z$/;
const DAY_LENGTH = '2026-11-01'.length;

/**
 * `2026-11-01T12:00:00Z` in milliseconds since 1970. Undefined for what is no time, and for a day that its month does not
 * have: JavaScript would count on into the next one.
 */
export function parseUtc(text: string): number | undefined {
  const at = Date.parse(UTC.test(text) ? text : '');
  const isReal = Number.isFinite(at) && new Date(at).toISOString().startsWith(text.slice(0, DAY_LENGTH));
  return isReal ? at : undefined;
}

export function quoteWord(text: string): string {
  return JSON.stringify(redact(text).slice(0, 60));
}
