import { redact } from '../secret.ts';
import { VARIABLES, type Variable } from './table.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Decoded {
  readonly values: Readonly<Record<string, string | readonly string[]>>;
  readonly faults: readonly string[];
}

/** Bitbucket passes at most 120 K characters of variables; a count beyond this is no list of ours. */
const MAX_LIST_LENGTH = 1000;

/** Undoes Bitbucket's list encoding (`NAME_COUNT`, `NAME_0`, …) and drops what is empty and so unset. */
export function decodeVariables(environment: Environment): Decoded {
  const values: Record<string, string | readonly string[]> = {};
  const faults: string[] = [];
  for (const variable of VARIABLES.values()) {
    const { name } = variable;
    const text = environment[name];
    const count = environment[`${name}_COUNT`];
    if (count !== undefined && text !== undefined && text !== '') {
      faults.push(`${name}: given both as one text and as a list; wanted one of them.`);
    } else if (count !== undefined) {
      readList(variable, count, environment, values, faults);
    } else if (text === '' && variable.decides) {
      faults.push(`${name}: there, but empty; most often a typo in a $NAME. Set it, or remove the line.`);
    } else if (text !== undefined && text !== '') {
      values[name] = variable.list ? [text] : text;
    }
  }
  return { values, faults };
}

function readList(
  variable: Variable,
  count: string,
  environment: Environment,
  values: Record<string, string | readonly string[]>,
  faults: string[],
): void {
  const { name } = variable;
  if (!/^[0-9]{1,4}$/.test(count) || Number(count) > MAX_LIST_LENGTH) {
    faults.push(
      `${name}_COUNT: got ${quote(count)}; wanted the number of items, at most ${String(MAX_LIST_LENGTH)}. Bitbucket sets it: give ${name} as a YAML list.`,
    );
    return;
  }
  if (!variable.list) {
    faults.push(`${name}: got a list of ${count}; wanted one text.`);
    return;
  }
  const items: string[] = [];
  for (let index = 0; index < Number(count); index += 1) {
    const item = environment[`${name}_${String(index)}`];
    if (item === undefined) faults.push(`${name}_${String(index)}: missing, though ${name}_COUNT is ${count}.`);
    else items.push(item);
  }
  if (items.length > 0) values[name] = items;
}

const MAX_QUOTED = 80;

/** A value as it may stand in a message: on one line, bounded, in quotes, without user and password of an address. */
export function quote(value: string): string {
  // Before it is cut: the half of a secret is known to nobody.
  const plain = redact(value).replace(/\/\/[^\s"]*@/g, '//…@');
  const shown = plain.length > MAX_QUOTED ? `${plain.slice(0, MAX_QUOTED)}…` : plain;
  return JSON.stringify(shown);
}
