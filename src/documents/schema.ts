import type { ErrorObject, ValidateFunction } from 'ajv';
import { show } from '../text.ts';
import type { Fault } from './faults.ts';

/** A schema, as far as faults need it. */
interface Described {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Described>>;
  readonly description?: string;
  readonly 'x-wanted'?: string;
}

export const UNKNOWN_KEY = 'unknown key';

/** Everything in which the value differs from the schema that `validate` was made of. */
export function findFaults(validate: ValidateFunction, value: unknown): readonly Fault[] {
  if (validate(value)) return [];
  // ajv tells a wrong name twice: what is wrong with it, and `propertyNames` itself.
  return (validate.errors ?? []).filter(({ keyword }) => keyword !== 'propertyNames').map(toFault);
}

function toFault({ keyword, instancePath, propertyName, data, params, parentSchema }: ErrorObject): Fault {
  const schema = (parentSchema ?? {}) as Described;
  const { additionalProperty, missingProperty, limit } = params as Readonly<Record<string, string>>;
  const key = additionalProperty ?? missingProperty ?? propertyName;
  const path = [...parsePointer(instancePath), ...(key === undefined ? [] : [key])];
  const wanted = tellWanted(schema);
  if (path.length === 0 && data === null) return { path, what: 'empty', wanted };
  if (additionalProperty !== undefined) {
    return { path, what: UNKNOWN_KEY, wanted: Object.keys(schema.properties ?? {}).join(', ') || 'none' };
  }
  if (missingProperty !== undefined) {
    return { path, what: 'missing', wanted: tellWanted(schema.properties?.[missingProperty] ?? {}) };
  }
  if (keyword === 'minItems' || keyword === 'minProperties') return { path, what: 'empty', wanted };
  if (keyword === 'uniqueItems') return { path, what: 'the same value twice', wanted: 'each value once' };
  if (limit !== undefined) return { path, what: `got ${show(data)}`, wanted: `${wanted}, within ${limit}` };
  // YAML reads `1.0` as a number: where text is wanted, quotes are what is missing.
  const unquoted = keyword === 'type' && typeof data !== 'object' && schema.type === 'string';
  return { path, what: `got ${show(propertyName ?? data)}`, wanted: unquoted ? `${wanted}, in quotes` : wanted };
}

function tellWanted(schema: Described): string {
  return schema['x-wanted'] ?? schema.description ?? 'another value';
}

function parsePointer(pointer: string): readonly string[] {
  const keys = pointer.split('/').slice(1);
  return keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}
