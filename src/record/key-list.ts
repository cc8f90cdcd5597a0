import { validateDeployKeys } from '../../build/validators.js';
import { PipeError } from '../errors.ts';
import type { SignerName } from '../policy/types.ts';
import { readListedKey, type TrustedKey } from './public-key.ts';
import { findSchemaFaults } from './schema-faults.ts';
import { parseStrictJson } from './strict-json.ts';

/** One key in one period, as a list of keys (`schemas/deploy-keys.schema.json`) has it. */
export interface ListedKey extends TrustedKey {
  readonly mode: Exclude<SignerName, 'keyless'>;
  /** Undefined for any. */
  readonly targets: readonly string[] | undefined;
  /** Milliseconds since 1970; start and end are included. */
  readonly start: number;
  readonly end: number | undefined;
}

interface Entry {
  readonly keyid: string;
  readonly jwk?: Record<string, unknown>;
  readonly pem?: string;
  readonly mode: ListedKey['mode'];
  readonly environments?: readonly string[];
  readonly validFor: { readonly start: string; readonly end?: string };
}

/**
 * The keys of a list, by key id.
 * @throws {PipeError} `TRUST_MATERIAL_INVALID` with every fault: a list that is read in part would trust or refuse
 * what its writer did not mean.
 */
export function parseKeyList(text: string): ReadonlyMap<string, readonly ListedKey[]> {
  const value = parseJson(text);
  const long = findLongList(value);
  if (long !== undefined) throw unusable([long]);
  const faults = [...findSchemaFaults(validateDeployKeys, value, 'the list')];
  const keys =
    faults.length > 0 ? [] : (value as readonly Entry[]).flatMap((entry, at) => readEntry(entry, at, faults));
  if (faults.length > 0) throw unusable(faults);
  return Map.groupBy(keys, ({ keyId }) => keyId);
}

/** Whether an entry names an environment twice is found by comparing each with each: of many thousands that takes minutes. */
const MAX_ENVIRONMENTS = 1000;

function findLongList(value: unknown): string | undefined {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [];
  const at = entries.findIndex((entry) => {
    const { environments } = (entry ?? {}) as { readonly environments?: unknown };
    return Array.isArray(environments) && environments.length > MAX_ENVIRONMENTS;
  });
  return at === -1 ? undefined : `key ${String(at + 1)} names more than ${String(MAX_ENVIRONMENTS)} environments.`;
}

function readEntry(
  { keyid, mode, environments, validFor, ...material }: Entry,
  at: number,
  faults: string[],
): ListedKey[] {
  const place = `key ${String(at + 1)} (${keyid})`;
  const key = readListedKey(material);
  if (!key) faults.push(`${place} is not a public P-256 key.`);
  else if (key.keyId !== keyid) faults.push(`${place} has another keyid than its key: ${key.keyId}.`);
  const start = readTime(validFor.start);
  const end = validFor.end === undefined ? undefined : readTime(validFor.end);
  if (Number.isNaN(start) || Number.isNaN(end)) faults.push(`${place} has a time that no calendar has.`);
  else if (end !== undefined && end < start) faults.push(`${place} ends before it starts.`);
  return key ? [{ ...key, mode, targets: environments, start, end }] : [];
}

/** NaN for the 30th of February, which `Date` moves to March. */
function readTime(text: string): number {
  const ms = Date.parse(text);
  const same = !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 19) === text.slice(0, 19);
  return same ? ms : Number.NaN;
}

function parseJson(text: string): unknown {
  try {
    return parseStrictJson(text, 'the list of keys');
  } catch (error) {
    if (!(error instanceof PipeError)) throw error;
    throw unusable([`${error.message} Got: ${String(error.got)}`]);
  }
}

function unusable(faults: readonly string[]): PipeError {
  return new PipeError({
    code: 'TRUST_MATERIAL_INVALID',
    message: 'The list of keys cannot be used (schemas/deploy-keys.schema.json).',
    faults,
  });
}
