import type { ContextApi } from './context-api.ts';
import { bodyOf, listOf, Unreadable } from './context-part.ts';
import { toPlainText } from './context-settings.ts';
import { isJson } from './json.ts';
import type { Target } from '../variables/types.ts';
import type { ProjectVariable } from './types.ts';

/** One reply was always the whole list so far; the type of the reply allows for more. */
const MAX_PAGES = 10;

/** The variables of a project with what each is for, and how many of production Vercel did not show. */
export interface VariableList {
  readonly all: readonly ListedVariable[];
  readonly hidden: number;
}

interface ListedVariable {
  readonly variable: ProjectVariable;
  /** `production`, `preview`, `development`. */
  readonly targets: readonly string[];
  readonly customEnvironmentIds: readonly string[];
}

/**
 * Every variable of the project.
 * @throws {Unreadable} also where the list has no end: a part of it would pass for the whole.
 */
export async function listVariables(api: ContextApi, projectId: string, signal: AbortSignal): Promise<VariableList> {
  const all: ListedVariable[] = [];
  let hidden = 0;
  let until: number | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const reply = await api.variables(projectId, until, signal);
    all.push(...listOf(reply, 'envs').map(toListed));
    const { pagination, hiddenProductionEnvCount } = bodyOf(reply);
    if (typeof hiddenProductionEnvCount === 'number') hidden = hiddenProductionEnvCount;
    const next = isJson(pagination) ? pagination['next'] : undefined;
    if (typeof next !== 'number') return { all, hidden };
    if (next === until) break;
    until = next;
  }
  throw new Unreadable('the list does not end');
}

/**
 * Those that a deployment to this target gets, sorted by name, then id, by code units. Of a preview those of every
 * branch: which of them Vercel takes is its own choice.
 * @throws {Unreadable} where some are not known.
 */
export function variablesOf(
  { all, hidden }: VariableList,
  target: Target,
  customEnvironmentId: string | undefined,
): readonly ProjectVariable[] {
  if (target.kind === 'production' && hidden > 0) throw new Unreadable(`Vercel hides ${String(hidden)} of production`);
  if (target.kind === 'custom' && customEnvironmentId === undefined) {
    throw new Unreadable('the id of the custom environment is not known');
  }
  return all
    .filter(({ targets, customEnvironmentIds }) =>
      target.kind === 'custom'
        ? customEnvironmentIds.includes(customEnvironmentId ?? '')
        : targets.includes(target.kind),
    )
    .map(({ variable }) => variable)
    .sort((a, b) => compare(a.name, b.name) || compare(a.id, b.id));
}

/** Field by field: the value, its ciphertexts and every hint at them stay behind. */
function toListed(item: unknown): ListedVariable {
  const { key, id, type, gitBranch, createdAt, updatedAt, target, customEnvironmentIds } = isJson(item) ? item : {};
  if (typeof key !== 'string' || key === '') throw new Unreadable('status 200, with an item that has no key');
  return {
    variable: {
      name: toPlainText(key),
      id: text(id) ?? '',
      type: text(type) ?? '',
      gitBranch: text(gitBranch),
      createdAt: time(createdAt),
      updatedAt: time(updatedAt),
    },
    // Vercel's types have a word as well as a list of words.
    targets: words(typeof target === 'string' ? [target] : target),
    customEnvironmentIds: words(customEnvironmentIds),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? toPlainText(value) : undefined;
}

function time(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

function words(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((word) => typeof word === 'string') : [];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
