import { validateVariables } from '../../build/validators.js';
import type { Fault } from '../documents/index.ts';
import { show } from '../text.ts';
import type { Default, Defaults } from './types.ts';

interface Described {
  readonly enum?: readonly string[];
  readonly 'x-wanted'?: string;
}

interface Problem {
  readonly name: string;
  readonly wanted: string;
  /** Where it is not the value itself that tells. */
  readonly got: string | undefined;
  /** One text where the variable is a list, which stands for a list of one. */
  readonly isListMissing: boolean;
}

/**
 * Defaults that no step could give, each value by itself: whether it goes with the others, only a step's variables say.
 * `pathOf` says where the value of a variable stands.
 */
export function judgeDefaults(defaults: Defaults, pathOf: (name: string) => readonly string[]): readonly Fault[] {
  const given = Object.fromEntries(Object.entries(defaults).map(([name, { value }]) => [name, value]));
  const lists = findProblems(given).filter(({ isListMissing }) => isListMissing);
  const wrapped = Object.fromEntries(lists.map(({ name }) => [name, [given[name]]]));
  return findProblems({ ...given, ...wrapped }).map(({ name, wanted, got }) => {
    return { path: pathOf(name), what: `got ${got ?? show(given[name])}`, wanted };
  });
}

function findProblems(values: Readonly<Record<string, Default['value'] | readonly unknown[]>>): readonly Problem[] {
  // A copy: the validator fills in what is not there.
  validateVariables({ ...values });
  return (validateVariables.errors ?? []).flatMap(({ instancePath, keyword, params, parentSchema }): Problem[] => {
    const [, name] = instancePath.split('/');
    // Of the whole: what is missing is for the step to give.
    if (name === undefined) return [];
    if (keyword === 'maxItems') {
      const got = `${String(values[name]?.length)} items`;
      return [{ name, wanted: `at most ${String(params['limit'])}`, got, isListMissing: false }];
    }
    const schema = (parentSchema ?? {}) as Described;
    const wanted = schema['x-wanted'] ?? schema.enum?.join(' or ') ?? 'a shorter text';
    const isListMissing = keyword === 'type' && params['type'] === 'array' && typeof values[name] === 'string';
    return [{ name, wanted, got: undefined, isListMissing }];
  });
}
