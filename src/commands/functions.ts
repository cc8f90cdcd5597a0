import { formatBytes } from '../deploy/index.ts';
import type { DeployedFunction } from '../deploy/types.ts';

/** More names than this hide the rest of the log. */
const SHOWN = 8;

/** One line for the log: every function with its runtime and size, those of the edge marked; undefined without any. */
export function describeFunctions(functions: readonly DeployedFunction[]): string | undefined {
  if (functions.length === 0) return undefined;
  const shown = functions.slice(0, SHOWN).map(({ name, runtime, edge, size }) => {
    const where = edge ? 'EDGE' : runtime;
    return `${name} (${where}, ${formatBytes(size)})`;
  });
  const rest = functions.length - shown.length;
  const more = rest > 0 ? `, and ${String(rest)} more` : '';
  const count = `${String(functions.length)} function${functions.length === 1 ? '' : 's'}`;
  return `${count}: ${shown.join(', ')}${more}`;
}
