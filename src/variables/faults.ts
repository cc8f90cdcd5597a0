import type { ErrorObject } from 'ajv';
import { PipeError } from '../errors.ts';
import { quote } from './decode.ts';
import { VARIABLES, type Variable } from './table.ts';

/** They have the form of an address by the schema; what a parser knows besides, as of `https://a:b:c`, no pattern says. */
const ADDRESSES = ['OIDC_ISSUER', 'VERCEL_API_URL', 'BITBUCKET_API_URL', 'HTTPS_PROXY', 'TIMESTAMP_URL'];

/** The variables that have these faults; of a list also where a fault is told of its encoding (`META_COUNT`, `META_0`). */
export function namesOf(faults: readonly string[]): ReadonlySet<string | undefined> {
  const told = faults.map((fault) => fault.split(':', 1)[0] ?? '');
  return new Set(told.map((name) => (VARIABLES.has(name) ? name : name.replace(/_(?:COUNT|[0-9]+)$/, ''))));
}

/** ajv's errors in words, and addresses that are none, of the variables that have no other fault yet. */
export function describeErrors(
  errors: readonly ErrorObject[],
  values: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string | undefined>,
): string[] {
  const ofAddresses = ADDRESSES.filter((name) => typeof values[name] === 'string' && !URL.canParse(values[name]));
  const found = [...errors.map(readError), ...ofAddresses.map((name) => ({ name, most: undefined }))];
  const faults = found.flatMap(({ name = '', most }) => {
    const variable = VARIABLES.get(name);
    if (!variable || known.has(name)) return [];
    return [most === undefined ? describeFault(variable, values[name]) : describeLength(name, values[name], most)];
  });
  // A list is told once, however many of its items are not as they should be.
  return [...new Set(faults)];
}

interface Found {
  readonly name: string | undefined;
  /** Of a list with more items. */
  readonly most: number | undefined;
}

function readError({ keyword, params, instancePath }: ErrorObject): Found {
  const { missingProperty, limit } = params as { readonly missingProperty?: string; readonly limit?: number };
  const name = missingProperty ?? instancePath.split('/')[1];
  return { name, most: keyword === 'maxItems' ? limit : undefined };
}

function describeLength(name: string, value: unknown, most: number): string {
  const items = Array.isArray(value) ? value.length : 1;
  return `${name}: got ${String(items)} items; wanted at most ${String(most)}.`;
}

function describeFault(variable: Variable, value: unknown): string {
  const { name, wanted, example, secret } = variable;
  const got = value === undefined ? 'missing' : `got ${secret ? 'a value that cannot be used' : quoteAny(value)}`;
  const hint = example === undefined ? '' : ` Example: ${name}: ${example}`;
  return `${name}: ${got}; wanted ${wanted ?? 'a shorter text'}.${hint}`;
}

function quoteAny(value: unknown): string {
  return typeof value === 'string' ? quote(value) : quote(JSON.stringify(value));
}

export function invalidVariables(faults: readonly string[]): PipeError {
  return new PipeError({
    code: 'VARIABLES_INVALID',
    message: `${faults.length === 1 ? 'A variable is not as the pipe needs it' : `${String(faults.length)} variables are not as the pipe needs them`}. Nothing was sent.`,
    faults,
    fix: 'Change the lines under `variables:` of this pipe in bitbucket-pipelines.yml; on a command line, in its environment.',
  });
}
