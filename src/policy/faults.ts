import { PipeError, type ErrorCode } from '../errors.ts';

/** One fault of a policy file. `path` leads to the value, or to where it is missing. */
export interface Fault {
  readonly path: readonly string[];
  readonly what: string;
  readonly wanted: string;
}

/** A file with a thousand faults should neither fill the log nor take long. */
export const MAX_FAULTS = 50;
const MAX_SHOWN_CHARS = 80;
const FIX = 'Correct these lines. An editor that knows schemas/deploy-policy.schema.json shows them as you type.';

/** The error for a policy that is wrong in itself. `lines` are whole faults: `line:column path: what; wanted …`. */
export function invalidPolicy(lines: readonly string[]): PipeError {
  const more = lines.length >= MAX_FAULTS ? ' or more' : '';
  const count = lines.length === 1 ? 'one fault' : `${String(lines.length)} faults${more}`;
  return policyError('POLICY_INVALID', `The policy has ${count}.`, lines, FIX);
}

export function policyError(code: ErrorCode, message: string, lines: readonly string[], fix: string): PipeError {
  return new PipeError({ code, message, faults: lines.slice(0, MAX_FAULTS), fix });
}

/** A value as JSON in ASCII, cut: look-alike letters become visible, and no control character reaches the log. */
export function show(value: unknown): string {
  const json = toAscii(JSON.stringify(value));
  return json.length > MAX_SHOWN_CHARS ? `${json.slice(0, MAX_SHOWN_CHARS)}…` : json;
}

export function toAscii(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The fields of a value that may be no map; the items of one that may be no list. */
export function asMap(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
