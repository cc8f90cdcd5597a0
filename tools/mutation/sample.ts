import { createHash } from 'node:crypto';
import type { Mutant } from './stryker-types.ts';

/** By what it is, not by its number, so that a choice stays when other files are added. */
export function isChosen(
  { fileName, location: { start, end }, replacement }: Omit<Mutant, 'id'>,
  { sample, seed }: { readonly sample: number; readonly seed: number },
): boolean {
  if (sample >= 100) return true;
  const name = fileName.slice(fileName.lastIndexOf('/src/') + 1);
  const text = JSON.stringify([seed, name, start.line, start.column, end.line, end.column, replacement]);
  return createHash('sha256').update(text).digest().readUInt32BE(0) < (sample / 100) * 2 ** 32;
}
