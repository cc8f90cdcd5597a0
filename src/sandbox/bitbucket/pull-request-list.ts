import type { Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import type { StepFacts } from '../types.ts';
import { invalid } from './checks.ts';
import { readFields } from './fields.ts';
import { pageReply, PAGE, readPage } from './pages.ts';
import { updatedAtOf, viewListed, viewPeople } from './pull-request-view.ts';
import type { Repository } from './repositories.ts';
import type { BitbucketOptions, PlantedPullRequest } from './types.ts';

/** Less than of other lists; more is refused, not cut. */
const MAX_LENGTH = 50;
const STATES = ['OPEN', 'MERGED', 'DECLINED', 'SUPERSEDED'];
/** As much of Bitbucket's query language as the sandbox knows: a state, the time of the last change, both. */
const QUERY = /^(?:state ?= ?"([A-Z]+)")?(?: AND )?(?:updated_on ?>= ?(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00))?$/;

export const LIST_QUERY = [...PAGE, 'state', 'q', 'sort', 'fields'];

/** `GET …/pullrequests` of a repository: those that are open unless it is asked for others. */
export function listPullRequests(
  call: Call,
  { step, repository, options }: { step: StepFacts; repository: Repository; options: BitbucketOptions },
): Reply {
  const { query } = call;
  const paged = readPage(call, 10, MAX_LENGTH);
  const wanted = readFields(query.get('fields'));
  const all = sort([...repository.pullRequests.values()].filter(readFilter(query)), query.get('sort'));
  const values = all.slice(paged.start, paged.end).map((planted) => {
    const people = Object.entries(viewPeople(planted)).filter(([name]) => wanted.names(`values.${name}`));
    return { ...viewListed(planted, step, repository), ...Object.fromEntries(people) };
  });
  return pageReply(call, paged, { values, size: all.length }, options, wanted.choose);
}

function readFilter(query: URLSearchParams): (planted: PlantedPullRequest) => boolean {
  const text = query.get('q');
  const [, queried, from] = QUERY.exec(text ?? '') ?? [];
  if (text !== null && queried === undefined && from === undefined) throw invalid(`Invalid query: ${text}`);
  const state = query.get('state') ?? queried ?? 'OPEN';
  for (const name of [state, queried ?? state]) if (!STATES.includes(name)) throw invalid(`Invalid state: ${name}`);
  const since = from === undefined ? 0 : Date.parse(from);
  return (planted) => planted.state === state && (queried ?? state) === planted.state && updatedAtOf(planted) >= since;
}

function sort(all: readonly PlantedPullRequest[], by: string | null): readonly PlantedPullRequest[] {
  if (by === null) return all.toSorted((a, b) => b.id - a.id);
  if (!/^-?updated_on$/.test(by)) throw invalid(`Invalid sort: ${by}`);
  const sign = by.startsWith('-') ? -1 : 1;
  return all.toSorted((a, b) => sign * (updatedAtOf(a) - updatedAtOf(b) || a.id - b.id));
}
