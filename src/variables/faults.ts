import type { ErrorObject } from 'ajv';
import { PipeError } from '../errors.ts';
import { quote } from './decode.ts';
import { VARIABLES, type Variable } from './table.ts';

/** They have the form of an address by the schema; what a parser knows besides, as of `https://a:b:c`, no pattern says. */
const ADDRESSES = ['OIDC_ISSUER', 'VERCEL_API_URL', 'BITBUCKET_API_URL', 'HTTPS_PROXY', 'TIMESTAMP_URL'];

/** ajv's errors in words, and addresses that are none, one for each variable that has no other fault yet. */
export function describeErrors(
  errors: readonly ErrorObject[],
  values: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string | undefined>,
): string[] {
  const byName = new Map<string, string>();
  const ofErrors = errors.map(({ keyword, params, instancePath }) =>
    keyword === 'required' ? String(params['missingProperty']) : instancePath.split('/')[1],
  );
  const ofAddresses = ADDRESSES.filter((name) => typeof values[name] === 'string' && !URL.canParse(values[name]));
  for (const name of [...ofErrors, ...ofAddresses]) {
    const variable = VARIABLES.get(name ?? '');
    if (variable && !known.has(variable.name))
      byName.set(variable.name, describeFault(variable, values[variable.name]));
  }
  return [...byName.values()];
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
