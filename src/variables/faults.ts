import type { ErrorObject } from 'ajv';
import { PipeError } from '../errors.ts';
import { quote } from './decode.ts';
import { VARIABLES, type Variable } from './table.ts';

/** ajv's errors in words, one for each variable that has no other fault yet. */
export function describeErrors(
  errors: readonly ErrorObject[],
  values: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string | undefined>,
): string[] {
  const byName = new Map<string, string>();
  for (const error of errors) {
    const name =
      error.keyword === 'required' ? String(error.params['missingProperty']) : error.instancePath.split('/')[1];
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
    fix: 'Change the lines under `variables:` of this pipe in bitbucket-pipelines.yml.',
  });
}
