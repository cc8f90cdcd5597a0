import { isDeepStrictEqual } from 'node:util';
import type { Step } from './semver.ts';

export type Schema = Readonly<Record<string, unknown>>;

/** One difference between two schemas of the variables, as somebody sees it whose pipeline was written for the older one. */
export interface Change {
  /** Such as `META.items.pattern`. */
  readonly where: string;
  readonly step: Step;
  readonly what: string;
}

/** A change that only a person can judge, and has: the older value, the newer, and why no pipeline breaks. */
export interface Judged {
  readonly where: string;
  readonly from: unknown;
  readonly to: unknown;
  readonly why: string;
}

/** Words for people: they decide nothing. */
const TEXTS = ['description', 'title', 'examples', 'x-wanted', 'x-group', '$schema'];
const UPPER = ['maxLength', 'maxItems'];
const LOWER = ['minLength', 'minItems'];

/**
 * What changed from `old` to `next`. What cannot be judged by rule (another pattern, a keyword that is not known here)
 * counts as breaking, unless `judged` has that very change.
 */
export function compareSchemas(old: Schema, next: Schema, judged: readonly Judged[] = []): readonly Change[] {
  const before = asSchemas(old['properties']);
  const after = asSchemas(next['properties']);
  const required = { before: asTexts(old['required']), after: asTexts(next['required']) };
  const changes = [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((name): readonly Change[] => {
    const [was, is] = [before[name], after[name]];
    const isRequired = required.after.includes(name);
    if (!is) return [{ where: name, step: 'breaking', what: 'is removed' }];
    if (!was) {
      const step = isRequired ? 'breaking' : 'addition';
      return [{ where: name, step, what: isRequired ? 'is new and required' : 'is new' }];
    }
    return [...compareRequired(name, required.before.includes(name), isRequired), ...compareOne(name, was, is)];
  });
  const rest = compareOne(
    'schema',
    without(old, ['properties', 'required']),
    without(next, ['properties', 'required']),
  );
  return [...changes, ...rest].filter((change) => !isJudged(change, judged, old, next));
}

function compareRequired(where: string, was: boolean, is: boolean): readonly Change[] {
  if (was === is) return [];
  return [{ where, step: is ? 'breaking' : 'addition', what: is ? 'is newly required' : 'is no longer required' }];
}

function compareOne(where: string, was: Schema, is: Schema): readonly Change[] {
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((key) => {
    if (isDeepStrictEqual(was[key], is[key])) return [];
    if (key === 'items' && was[key] && is[key]) {
      return compareOne(`${where}.items`, was[key] as Schema, is[key] as Schema);
    }
    const what = `was ${tell(was[key])}, is ${tell(is[key])}`;
    return [{ where: `${where}.${key}`, step: judge(key, was[key], is[key]), what }];
  });
}

function judge(key: string, was: unknown, is: unknown): Step {
  if (TEXTS.includes(key)) return 'text';
  if (key === 'enum') return widens(asTexts(was), asTexts(is), was, is);
  if (key === 'pattern') return widens(listAlternatives(was), listAlternatives(is), was, is);
  if (UPPER.includes(key)) return widensNumber(was ?? Infinity, is ?? Infinity);
  if (LOWER.includes(key)) return widensNumber(-Number(was ?? 0), -Number(is ?? 0));
  // An empty value of a variable that decides is refused; of another it is as if it were not there.
  if (key === 'x-decides') return is === true ? 'breaking' : 'addition';
  return 'breaking';
}

function widens(was: readonly string[], is: readonly string[], from: unknown, to: unknown): Step {
  if (to === undefined) return 'addition';
  if (from === undefined) return 'breaking';
  return was.every((value) => is.includes(value)) ? 'addition' : 'breaking';
}

function widensNumber(was: unknown, is: unknown): Step {
  return Number(is) >= Number(was) ? 'addition' : 'breaking';
}

/** `^(?:a|b(?:c|d))$` is `a` and `b(?:c|d)`; any other pattern is one alternative: itself. */
function listAlternatives(pattern: unknown): readonly string[] {
  const text = typeof pattern === 'string' ? pattern : '';
  const [, inner] = /^\^\(\?:(.*)\)\$$/s.exec(text) ?? [];
  if (inner === undefined) return [text];
  const found = splitOutside(inner);
  return found ?? [text];
}

/** Undefined where the first group ends before the last character: then the whole is no list of alternatives. */
function splitOutside(inner: string): readonly string[] | undefined {
  const found = [''];
  let depth = 0;
  let inClass = false;
  for (const token of inner.match(/\\.|[^]/gsu) ?? []) {
    if (inClass) inClass = token !== ']';
    else if (token === '[') inClass = true;
    else if (token === '(') depth += 1;
    else if (token === ')') depth -= 1;
    if (depth < 0) return undefined;
    if (token === '|' && depth === 0 && !inClass) found.push('');
    else found.push(`${found.pop() ?? ''}${token}`);
  }
  return found;
}

function isJudged({ where }: Change, judged: readonly Judged[], old: Schema, next: Schema): boolean {
  return judged.some(
    (each) =>
      each.where === where &&
      isDeepStrictEqual(each.from, valueAt(old, where)) &&
      isDeepStrictEqual(each.to, valueAt(next, where)),
  );
}

function valueAt(schema: Schema, where: string): unknown {
  return where.split('.').reduce<unknown>((at, key) => (at as Schema | undefined)?.[key], schema['properties']);
}

function without(schema: Schema, keys: readonly string[]): Schema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !keys.includes(key)));
}

function asSchemas(value: unknown): Readonly<Record<string, Schema>> {
  return (value ?? {}) as Readonly<Record<string, Schema>>;
}

function asTexts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function tell(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
