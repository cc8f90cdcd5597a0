import type { SeenDeployment, SeenEvent, SeenRecord } from '../types.ts';
import { readMeta, type MetaLinks } from './meta.ts';
import type { Bucket, RemovedRecord } from './types.ts';

/** Everything of a bucket that is about one deployment. */
export interface Case {
  readonly id: string;
  /** Undefined where the list does not show it. */
  readonly deployment: SeenDeployment | undefined;
  /** The event that tells of its creation. */
  readonly created: SeenEvent | undefined;
  readonly events: readonly SeenEvent[];
  readonly meta: MetaLinks;
  /** Verified results of deploys that name it, the one that says that it made it first. */
  readonly makers: readonly SeenRecord[];
  /** Results of deploys that name it and do not hold, or could not be checked. */
  readonly doubtful: readonly SeenRecord[];
  /** Verified results that name it in any way. */
  readonly touching: readonly SeenRecord[];
  /** The same of those that do not hold, or could not be checked. */
  readonly doubtfulTouching: readonly SeenRecord[];
  readonly removed: readonly RemovedRecord[];
}

const ORIGINS: readonly (string | undefined)[] = ['created', undefined, 'adopted', 'deduplicated'];

const gathered = new WeakMap<Bucket, ReadonlyMap<string, Case>>();

/** Every deployment that the bucket's things name, each once. The same for each who asks. */
export function gatherCases(bucket: Bucket): ReadonlyMap<string, Case> {
  const cases = gathered.get(bucket) ?? gatherAll(bucket);
  gathered.set(bucket, cases);
  return cases;
}

function gatherAll(bucket: Bucket): ReadonlyMap<string, Case> {
  const drafts = new Map<string, Draft>();
  const draft = (id: string): Draft => {
    const known = drafts.get(id);
    if (known) return known;
    const made: Draft = { deployment: undefined, events: [], records: new Map(), removed: [] };
    drafts.set(id, made);
    return made;
  };
  // A page that moved while it was read shows a deployment twice: the later word counts.
  for (const deployment of bucket.deployments) draft(deployment.id).deployment = deployment;
  for (const event of bucket.events) if (event.deploymentId !== undefined) draft(event.deploymentId).events.push(event);
  // A copy may come to where the record itself is: that one counts.
  for (const record of [...bucket.links, ...bucket.records]) {
    for (const id of namedBy(record)) drafts.get(id)?.records.set(record.file, record);
  }
  for (const gone of bucket.removed)
    if (gone.deploymentId !== undefined) drafts.get(gone.deploymentId)?.removed.push(gone);
  return new Map([...drafts].map(([id, made]) => [id, toCase(id, made)]));
}

interface Draft {
  deployment: SeenDeployment | undefined;
  readonly events: SeenEvent[];
  /** By file name. */
  readonly records: Map<string, SeenRecord>;
  readonly removed: RemovedRecord[];
}

function toCase(id: string, { deployment, events, records, removed }: Draft): Case {
  const results = [...records.values()].filter(({ facts }) => facts.phase === 'result');
  const touching = results.filter(({ verdict }) => verdict.state === 'verified');
  const doubtfulTouching = results.filter(({ verdict }) => verdict.state !== 'verified');
  const makes = (record: SeenRecord): boolean => isMaker(record, id);
  const created = nearest(events, deployment?.createdAt);
  return {
    ...{ id, deployment, events, touching, doubtfulTouching, removed, created },
    meta: readMeta(deployment?.meta ?? created?.meta ?? {}),
    makers: touching.filter(makes).sort(byRank),
    doubtful: doubtfulTouching.filter(makes),
  };
}

/** A test of a deployment, a promotion, a rollback name it too, and say nothing of how it was made. */
function isMaker({ facts }: SeenRecord, id: string): boolean {
  return facts.action === 'deploy' && facts.deployment?.id === id;
}

function nearest(events: readonly SeenEvent[], at: number | undefined): SeenEvent | undefined {
  let best: SeenEvent | undefined;
  for (const event of events) {
    if (event.type !== 'deployment') continue;
    if (!best || (at !== undefined && Math.abs(event.at - at) < Math.abs(best.at - at))) best = event;
  }
  return best;
}

/** Which deployments a record names, each once. */
function namedBy({ facts }: SeenRecord): ReadonlySet<string> {
  const { deployment, actsOn, rolledBackTo, removed = [] } = facts;
  const ids = new Set(removed);
  for (const id of [deployment?.id, actsOn, rolledBackTo]) if (id !== undefined) ids.add(id);
  return ids;
}

/** The same for every order in which files were read. */
function byRank(a: SeenRecord, b: SeenRecord): number {
  const rank = rankOf(a) - rankOf(b);
  if (rank !== 0) return rank;
  if (a.facts.signedAt !== b.facts.signedAt) return a.facts.signedAt - b.facts.signedAt;
  return a.digest < b.digest ? -1 : 1;
}

function rankOf({ facts }: SeenRecord): number {
  const rank = ORIGINS.indexOf(facts.deployment?.origin);
  return rank === -1 ? ORIGINS.length : rank;
}

/** When it was created, by Vercel's clock; undefined for a deployment whose creation nothing shows. */
export function createdAtOf({ deployment, created }: Case): number | undefined {
  return deployment?.createdAt ?? created?.at;
}

export function isKeyless({ verdict }: SeenRecord): boolean {
  return verdict.state === 'verified' && (verdict.assurance === 'timed' || verdict.assurance === 'held-token');
}

/** Has it, or might it have, served production? Of one that the list does not show, by whoever tells of its creation. */
export function isProduction({ deployment, created, makers }: Case): boolean {
  if (!deployment) {
    const isMade = makers.some(({ facts }) => facts.target === 'production' || servesProduction(facts.deployment));
    return isMade || created?.target === 'production';
  }
  return deployment.target === 'production' || servesProduction(deployment);
}

function servesProduction(of: { readonly target?: string; readonly readySubstate?: string } | undefined): boolean {
  return of?.target === 'production' || of?.readySubstate === 'PROMOTED' || of?.readySubstate === 'ROLLING';
}

/** Whether the last word of the events is that it is deleted. */
export function isDeleted(events: readonly SeenEvent[]): boolean {
  const words = events.filter(({ type }) => type === 'deployment-delete' || type === 'deployment-undeleted');
  const last = words.reduce<(typeof words)[number] | undefined>(
    (late, one) => (late && late.at > one.at ? late : one),
    undefined,
  );
  return last?.type === 'deployment-delete';
}
