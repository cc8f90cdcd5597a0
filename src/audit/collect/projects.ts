import type { Spool } from '../spool/index.ts';
import type { Scope } from '../types.ts';
import { askVercel } from './ask-vercel.ts';
import { asFields, firstId, firstText, toInstant } from './fields.ts';
import type { VercelDeps } from './types.ts';
import { walk, type Turn } from './walk.ts';

const PROJECTS = 'projects';
const LIMIT = '100';
const NEEDS = 'to read projects';

interface Named {
  readonly id: string;
  readonly name: string;
}

interface Position {
  readonly until?: number;
}

/** Names are for people: those that Vercel does not tell are left out, and nothing is missing. */
export async function readProjectNames(
  { teamId, projectIds }: Scope,
  deps: VercelDeps,
  spool: Spool,
  signal: AbortSignal,
): Promise<Readonly<Record<string, string>>> {
  const parts = (projectIds.length > 0 ? projectIds : ['']).map((key) => ({ key, first: {} }));
  await walk<Position>(spool, PROJECTS, parts, async ({ key }, position) => {
    const one = { path: `/v9/projects/${encodeURIComponent(key)}`, query: {}, what: 'a project', needs: NEEDS };
    if (key !== '') return toTurn(await askVercel(deps, teamId, one, signal), (body) => ({ values: toNames([body]) }));
    const query = { limit: LIMIT, ...(position.until === undefined ? {} : { until: String(position.until) }) };
    const all = { path: '/v9/projects', query, what: 'the list of projects', needs: NEEDS };
    return toTurn(await askVercel(deps, teamId, all, signal), (body) => toListTurn(body, position));
  });
  const names: Record<string, string> = {};
  for await (const kept of spool.read<Named>(PROJECTS)) for (const { value } of kept) names[value.id] = value.name;
  return names;
}

function toTurn(
  answer: Awaited<ReturnType<typeof askVercel>>,
  read: (body: unknown) => { readonly values: readonly Named[]; readonly next?: Position | undefined },
): Turn<Position> {
  if ('refused' in answer) return answer;
  const { values, next } = read(answer.body);
  return { values, next };
}

function toListTurn(body: unknown, { until = Infinity }: Position): { values: readonly Named[]; next?: Position } {
  const { projects, pagination } = asFields(body);
  const next = toInstant(asFields(pagination)['next']);
  const values = toNames(Array.isArray(projects) ? projects : []);
  return next === undefined || next >= until ? { values } : { values, next: { until: next } };
}

function toNames(items: readonly unknown[]): Named[] {
  return items.flatMap((item) => {
    const { id, name } = asFields(item);
    const named = { id: firstId(id), name: firstText(100, name) };
    return named.id === undefined || named.name === undefined ? [] : [{ id: named.id, name: named.name }];
  });
}
