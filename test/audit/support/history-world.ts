import {
  homeOfDeployment,
  homeOfEvent,
  homeOfRecord,
  homeOfRemoved,
  linksOfRecord,
  type Bucket,
  type RemovedRecord,
  type ResultLink,
  type World,
} from '../../../src/audit/reconcile/index.ts';
import { findException } from '../../../src/audit/records/exceptions.ts';
import type { PopulationState, SeenDeployment, SeenEvent, SeenRecord } from '../../../src/audit/types.ts';
import type { History } from '../../../tools/histories/index.ts';

export type Population = PopulationState['name'];

/** A history as an audit sees it, and what of it nobody could read. */
export interface Sight {
  readonly history: History;
  /** Why a population is not whole; its things are taken away by whoever says so. */
  readonly missing: ReadonlyMap<Population, string>;
}

export function seeAll(history: History): Sight {
  const [gap] = history.recordsMissing;
  return { history, missing: new Map(gap === undefined ? [] : [['records', gap]]) };
}

/** What the rest of the audit tells the classifier. Built anew from the history, by maps. */
export function toWorld({ history, missing }: Sight): World {
  const { pipelines, steps, reviews, policies, exceptions, now, scope } = history;
  const verified = uniqueRecords(history).filter(({ verdict }) => verdict.state === 'verified');
  const results = group(
    verified.filter(({ facts }) => facts.phase === 'result'),
    ({ facts }) => facts.recordId,
  );
  const intents = new Map(
    history.records.filter(({ facts }) => facts.phase === 'intent').map((one) => [one.payloadDigest, one]),
  );
  const uses = new Map(
    history.events
      .filter(({ type }) => type === 'oidc-policy-used-to-obtain-app-token')
      .map((event) => [event.tokenId, event.policyId]),
  );
  const claims = group(history.deployments, ({ meta }) => meta['oidcDeployIntent'] ?? '');
  const named = new Set(
    history.deployments.flatMap(({ meta }) => [meta['oidcDeployIntent'], meta['oidcDeployRecord']?.slice(17)]),
  );
  const removed = group(removedOf(history), ({ recordId }) => recordId);
  const runs = group(verified, ({ facts }) => `${facts.pipelineUuid}/${facts.stepUuid}`);
  return {
    scope,
    auditedAt: now,
    allowSandbox: false,
    ...(policies
      ? {
          policies: {
            allowed: (digest, at) =>
              policies.some((one) => one.digest === digest && at >= one.from && at < (one.until ?? Infinity)),
          },
        }
      : {}),
    gaps: (population) => [missing.get(population)].filter((text) => text !== undefined),
    pipeline: (uuid) => pipelines.get(uuid) ?? askedInVain('pipelines', missing) ?? { absent: true },
    steps: (uuid) => steps.get(uuid) ?? askedInVain('steps', missing) ?? { absent: true },
    review: (repository, commit) =>
      reviews.get(`${repository}/${commit}`) ?? askedInVain('reviews', missing) ?? { absent: true },
    policyOfToken: (tokenId) => uses.get(tokenId),
    resultsOf: (recordId) => (results.get(recordId) ?? []).map(toLink),
    intent: (digest) => intents.get(digest),
    claims: (digest) =>
      (claims.get(digest) ?? []).map(({ id, createdAt, projectId, target }) => ({
        deploymentId: id,
        createdAt,
        projectId,
        target,
      })),
    isNamed: (id) => named.has(id),
    removedOf: (recordId) => removed.get(recordId) ?? [],
    lastRunOf: (pipeline, step) => lastRun(runs.get(`${pipeline}/${step}`) ?? []),
    exceptionFor: (row) => findException(row, exceptions, now),
  };
}

function askedInVain(population: Population, missing: Sight['missing']): { readonly unknown: string } | undefined {
  const reason = missing.get(population);
  return reason === undefined ? undefined : { unknown: reason };
}

function toLink({ file, facts: { action, outcome, deployment } }: SeenRecord): ResultLink {
  return {
    ...{ file, action },
    ...(outcome === undefined ? {} : { outcome }),
    ...(deployment ? { deploymentId: deployment.id } : {}),
    ...(deployment?.origin === undefined ? {} : { origin: deployment.origin }),
  };
}

function lastRun(records: readonly SeenRecord[]): number | undefined {
  const runs = records.map(({ facts }) => Number(facts.stepRunNumber ?? '1'));
  return runs.length === 0 ? undefined : Math.max(...runs);
}

/** What the earlier checkpoint has counted, and no file has now. */
function removedOf({ previous, records }: History): readonly RemovedRecord[] {
  const there = new Set(records.map(({ digest }) => digest));
  return previous
    .filter(({ digest }) => !there.has(digest))
    .map(({ digest, recordId, phase, deploymentId }) => ({
      ...{ digest, recordId, phase },
      ...(deploymentId === undefined ? {} : { deploymentId }),
    }));
}

/** The same bytes a second time are no second record. */
function uniqueRecords({ records }: History): readonly SeenRecord[] {
  return [...new Map(records.map((record) => [record.digest, record])).values()];
}

/** Shared out by the classifier's own keys, in the order in which things come. */
export function toBuckets({ history }: Sight, count: number): readonly Bucket[] {
  const drafts = Array.from({ length: count }, () => ({
    deployments: [] as SeenDeployment[],
    events: [] as SeenEvent[],
    records: [] as SeenRecord[],
    links: [] as SeenRecord[],
    removed: [] as RemovedRecord[],
  }));
  const at = (key: string): (typeof drafts)[number] => drafts[hash(key) % count] as (typeof drafts)[number];
  for (const one of history.deployments) at(homeOfDeployment(one)).deployments.push(one);
  for (const one of history.events) at(homeOfEvent(one)).events.push(one);
  for (const record of uniqueRecords(history)) {
    const home = at(homeOfRecord(record));
    home.records.push(record);
    const others = new Set(linksOfRecord(record).map(at));
    others.delete(home);
    for (const other of others) other.links.push(record);
  }
  for (const gone of removedOf(history)) at(homeOfRemoved(gone)).removed.push(gone);
  return drafts;
}

function hash(text: string): number {
  let sum = 7;
  for (let at = 0; at < text.length; at += 1) sum = (Math.imul(sum, 31) + text.charCodeAt(at)) >>> 0;
  return sum;
}

function group<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const known = groups.get(keyOf(item));
    if (known) known.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
