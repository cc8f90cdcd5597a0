import type { Default, Defaults } from '../sources/types.ts';
import { quote } from './decode.ts';
import { VARIABLES } from './table.ts';

type Value = string | readonly string[];

const FILE = '/etc/vercel-oidc-deploy/defaults.yml';

export interface Merged {
  readonly values: Readonly<Record<string, Value>>;
  /** Names of the values that are the organisation's. */
  readonly inherited: ReadonlySet<string>;
  readonly faults: readonly string[];
}

/** The step's values, and the organisation's for those that it does not give. A locked one is not the step's to change. */
export function applyDefaults(given: Readonly<Record<string, Value>>, defaults: Defaults): Merged {
  const values: Record<string, Value> = { ...given };
  const inherited = new Set<string>();
  const faults: string[] = [];
  for (const [name, fallback] of Object.entries(defaults)) {
    const value = VARIABLES.get(name)?.list && typeof fallback.value === 'string' ? [fallback.value] : fallback.value;
    const own = given[name];
    if (own === undefined) {
      values[name] = value;
      inherited.add(name);
    } else if (fallback.locked && !isSame(own, value)) faults.push(tellLocked(name, own, fallback));
  }
  return { values, inherited, faults };
}

/** Faults with the file that is to be corrected, where it is not the step's. */
export function tellInherited(faults: readonly string[], { inherited }: Merged): readonly string[] {
  return faults.map((fault) => {
    const [name = ''] = fault.split(':', 1);
    return inherited.has(name) ? `${fault} The value stands in ${FILE} of the organisation's image.` : fault;
  });
}

function isSame(a: Value, b: Value): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Who mixes up the halves of a key pair should not find the private one in the log, nor the key in an address. */
const UNSHOWN: Readonly<Record<string, string>> = { POLICY_KEY: 'another key', RECORD_STORE: 'another store' };

function tellLocked(name: string, own: Value, { value }: Default): string {
  const tell = (some: Value): string => quote(typeof some === 'string' ? some : JSON.stringify(some));
  const got = UNSHOWN[name] ?? tell(own);
  return `${name}: got ${got}; the organisation's image locks it at ${tell(value)} (${FILE}). Remove the line.`;
}
