import { validateLayerDefaults } from '../../build/validators.js';
import { asMap, findFaults, readDocument } from '../documents/index.ts';
import { PipeError } from '../errors.ts';
import { judgeDefaults } from './judge-defaults.ts';
import type { Default, Defaults } from './types.ts';

/** As `schemas/layer-defaults.schema.json` has it. */
type DefaultsFile = Readonly<Record<string, string | { readonly value: Default['value']; readonly locked?: boolean }>>;

/**
 * `defaults.yml`: values for variables. Each is judged by itself here; whether they go together, when a step's variables are.
 * @throws {PipeError} `VARIABLES_INVALID` with every fault, each with its line and column.
 */
export function parseDefaults(bytes: Uint8Array, name: string): Defaults {
  const invalid = (faults: readonly string[]): PipeError => invalidDefaults(name, faults);
  const { value, describe } = readDocument(bytes, 'defaults.yml', invalid);
  const shape = findFaults(validateLayerDefaults, value);
  const misshapen = new Set(shape.map(({ path }) => path[0]));
  const file = Object.fromEntries(Object.entries(asMap(value)).filter(([variable]) => !misshapen.has(variable)));
  const defaults = toDefaults(file as DefaultsFile);
  const values = judgeDefaults(defaults, (variable) =>
    typeof file[variable] === 'string' ? [variable] : [variable, 'value'],
  );
  if (shape.length + values.length > 0) throw invalid(describe([...shape, ...values]));
  return defaults;
}

function toDefaults(file: DefaultsFile): Defaults {
  return Object.fromEntries(
    Object.entries(file).map(([variable, given]) => [
      variable,
      typeof given === 'string'
        ? { value: given, locked: false }
        : { value: given.value, locked: given.locked ?? false },
    ]),
  );
}

function invalidDefaults(name: string, faults: readonly string[]): PipeError {
  return new PipeError({
    code: 'VARIABLES_INVALID',
    message: `The organisation's defaults (${name}) cannot be used. Nothing was sent.`,
    faults,
    fix: 'This file is part of the image. Whoever builds it corrects these lines; an editor that knows schemas/layer-defaults.schema.json shows them.',
  });
}
