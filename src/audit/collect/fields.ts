import { PipeError } from '../../errors.ts';
import { cleanText } from '../../http/index.ts';

export type Fields = Readonly<Record<string, unknown>>;

const MAX_ID = 128;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

/** The first that is a text with something in it, cleaned and bounded. */
export function firstText(maxLength: number, ...values: readonly unknown[]): string | undefined {
  for (const value of values) {
    const text = cleanText(value, maxLength);
    if (text !== '') return text;
  }
  return undefined;
}

export function firstId(...values: readonly unknown[]): string | undefined {
  return firstText(MAX_ID, ...values);
}

/** Milliseconds since 1970, as Vercel gives them. */
export function toInstant(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

/** Of an RFC 3339 text, as Bitbucket gives it; what is below a millisecond is cut off. */
export function parseInstant(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** In lower case, without braces; undefined for what is none. */
export function toUuid(value: unknown): string | undefined {
  const bare = typeof value === 'string' ? value.replace(/^\{(.*)\}$/, '$1').toLowerCase() : '';
  return UUID.test(bare) ? bare : undefined;
}

/** A list that is no list cannot be read on from, and must not pass for an empty one. */
export function unreadable(service: string, what: string): PipeError {
  return new PipeError({
    code: 'SERVICE_FAILED',
    message: `${service} answered with a list that cannot be read.`,
    got: what,
    wanted: 'a list whose items have an id and a time',
    fix: 'Run the audit again with --resume: it goes on where it stopped.',
  });
}
