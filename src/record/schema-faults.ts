import type { ErrorObject, ValidateFunction } from 'ajv';
import { quote } from './refuse.ts';

/** More would only repeat themselves. */
const MAX_FAULTS = 20;

/**
 * Where a value differs from the schema that `validate` was made of, one line each; empty where it fits.
 * @param whole names the value.
 */
export function findSchemaFaults(validate: ValidateFunction, value: unknown, whole: string): readonly string[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).slice(0, MAX_FAULTS).map((error) => describeFault(error, whole));
}

function describeFault({ instancePath, message, data, parentSchema, params }: ErrorObject, whole: string): string {
  const place = instancePath === '' ? whole : quote(instancePath);
  const { missingProperty, additionalProperty } = params as Readonly<Record<string, string>>;
  if (missingProperty !== undefined) return `${place} lacks ${missingProperty}.`;
  if (additionalProperty !== undefined) return `${place} has the unknown field ${quote(additionalProperty)}.`;
  return `${place} is ${quote(data)}; wanted: ${describeWanted(parentSchema, message)}.`;
}

function describeWanted(schema: ErrorObject['parentSchema'], message = 'another value'): string {
  const { const: constant, enum: values, 'x-wanted': wanted } = schema ?? {};
  if (typeof wanted === 'string') return wanted;
  if (constant !== undefined) return JSON.stringify(constant);
  if (Array.isArray(values)) return values.map((item) => JSON.stringify(item)).join(' or ');
  return message.replace(/^must be /, '');
}
