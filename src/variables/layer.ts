import type { Default, Defaults } from '../sources/types.ts';
import { quote } from './decode.ts';
import { VARIABLES } from './table.ts';

type Value = string | readonly string[];

export interface Merged {
  readonly values: Readonly<Record<string, Value>>;
  readonly faults: readonly string[];
}

/** The step's values, and the organisation's for those that it does not give. A locked one is not the step's to change. */
export function applyDefaults(given: Readonly<Record<string, Value>>, defaults: Defaults): Merged {
  const values: Record<string, Value> = { ...given };
  const faults: string[] = [];
  for (const [name, fallback] of Object.entries(defaults)) {
    const value = VARIABLES.get(name)?.list && typeof fallback.value === 'string' ? [fallback.value] : fallback.value;
    const own = given[name];
    if (own === undefined) values[name] = value;
    else if (fallback.locked && !isSame(own, value)) faults.push(tellLocked(name, own, fallback));
  }
  return { values, faults };
}

function isSame(a: Value, b: Value): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function tellLocked(name: string, own: Value, { value }: Default): string {
  const tell = (some: Value): string => quote(typeof some === 'string' ? some : JSON.stringify(some));
  return `${name}: got ${tell(own)}; the organisation's image locks it at ${tell(value)} (/etc/vercel-oidc-deploy/defaults.yml). Remove the line.`;
}
