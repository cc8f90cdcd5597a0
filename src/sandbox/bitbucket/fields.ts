import { invalid } from './checks.ts';

type Members = Readonly<Record<string, unknown>>;

/** What `fields` asks for: members to add to those that an answer has anyway, or the only ones that are wanted. */
export interface WantedFields {
  /** Whether a member that is left out unless it is asked for is asked for, or a part of it. */
  readonly names: (path: string) => boolean;
  /** The members of an answer that are wanted. */
  readonly choose: (answer: Members) => Members;
}

const PATH = /^\+?[a-z_]+(?:\.[a-z_]+)*$/;

/**
 * Bitbucket's partial responses as far as they are asked for: `a,b.c` for these alone, `+a,+b.c` for these as well. What
 * takes members out (`-a`) and what stands for all (`*`) is refused.
 */
export function readFields(text: string | null): WantedFields {
  const paths = text?.split(',') ?? [];
  const wrong = paths.find((path) => !PATH.test(path));
  if (wrong !== undefined) throw invalid(`Invalid fields: ${wrong}`);
  const added = paths.filter((path) => path.startsWith('+')).map((path) => path.slice(1));
  if (added.length > 0 && added.length < paths.length) throw invalid('Invalid fields: some are added, some are not');
  const only = added.length > 0 ? [] : paths.map((path) => path.split('.'));
  return {
    names: (path) => [...added, ...paths].some((each) => each === path || each.startsWith(`${path}.`)),
    choose: (answer) => (only.length === 0 ? answer : choose(answer, only)),
  };
}

function choose(members: Members, paths: readonly (readonly string[])[]): Members {
  const chosen: Record<string, unknown> = {};
  for (const [name, below] of Map.groupBy(paths, ([first = '']) => first)) {
    const member = members[name];
    if (member === undefined) continue;
    const rest = below.map((path) => path.slice(1));
    chosen[name] = rest.some((path) => path.length === 0) ? member : chooseBelow(member, rest);
  }
  return chosen;
}

function chooseBelow(member: unknown, paths: readonly (readonly string[])[]): unknown {
  if (Array.isArray(member)) return member.map((each) => chooseBelow(each, paths));
  return typeof member === 'object' && member !== null ? choose(member as Members, paths) : member;
}
