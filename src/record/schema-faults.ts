import type { ErrorObject } from 'ajv';
import { validateRecord } from '../../build/validators.js';
import { quote } from './refuse.ts';

/** More would only repeat themselves. */
const MAX_FAULTS = 20;

/** Where a value differs from `schemas/record.schema.json`, one line each; empty where it fits. */
export function findSchemaFaults(value: unknown): readonly string[] {
  if (validateRecord(value)) return [];
  return (validateRecord.errors ?? []).slice(0, MAX_FAULTS).map(describeFault);
}

function describeFault({ instancePath, message, data, parentSchema, params }: ErrorObject): string {
  const place = instancePath === '' ? 'the statement' : quote(instancePath);
  if ('missingProperty' in params) return `${place} lacks ${String(params['missingProperty'])}.`;
  return `${place} is ${quote(data)}; wanted: ${describeWanted(parentSchema, message)}.`;
}

function describeWanted(schema: ErrorObject['parentSchema'], message = 'another value'): string {
  const { const: constant, enum: values, 'x-wanted': wanted } = schema ?? {};
  if (typeof wanted === 'string') return wanted;
  if (constant !== undefined) return JSON.stringify(constant);
  if (Array.isArray(values)) return values.map((item) => JSON.stringify(item)).join(' or ');
  return message.replace(/^must be /, '');
}
