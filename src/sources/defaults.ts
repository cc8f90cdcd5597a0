import { validateLayerDefaults } from '../../build/validators.js';
import { findFaults, readDocument } from '../documents/index.ts';
import { PipeError } from '../errors.ts';
import type { Default, Defaults } from './types.ts';

/** As `schemas/layer-defaults.schema.json` has it. */
type DefaultsFile = Readonly<Record<string, string | { readonly value: Default['value']; readonly locked?: boolean }>>;

/**
 * `defaults.yml`: values for variables. Whether a value is good for its variable is judged with all the others, when the
 * variables are.
 * @throws {PipeError} `VARIABLES_INVALID` with every fault, each with its line and column.
 */
export function parseDefaults(bytes: Uint8Array, name: string): Defaults {
  const invalid = (faults: readonly string[]): PipeError => invalidDefaults(name, faults);
  const { value, describe } = readDocument(bytes, 'defaults.yml', invalid);
  const faults = findFaults(validateLayerDefaults, value);
  if (faults.length > 0) throw invalid(describe(faults));
  return Object.fromEntries(
    Object.entries(value as DefaultsFile).map(([variable, given]) => [
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
