import { classify, type Bucket, type Classified, type World } from '../../../../src/audit/reconcile/index.ts';
import type { Row, SeenRecord, SeenReview } from '../../../../src/audit/types.ts';
import { DAY, deployment, event, HOUR, NOON, pipeline, PIPELINE, record, STEP, TEAM, MINUTE } from './seen.ts';

/** Everything that one deployment has, and nothing else. */
export function bucket(over: Partial<Bucket> = {}): Bucket {
  return { deployments: [deployment()], events: [event()], records: [record()], links: [], removed: [], ...over };
}

/** Bitbucket and Vercel know all of the deployment at noon; nothing lies in another bucket. */
export function world(over: Partial<World> = {}): World {
  return {
    scope: { teamId: TEAM, projectIds: [], since: NOON - DAY, until: NOON + DAY },
    auditedAt: NOON + 2 * DAY,
    allowSandbox: false,
    gaps: () => [],
    pipeline: (uuid) => (uuid === PIPELINE ? { found: pipeline() } : { absent: true }),
    steps: () => ({ found: [{ uuid: STEP, startedAt: NOON - MINUTE, completedAt: NOON + MINUTE }] }),
    review: () => ({ found: review() }),
    policyOfToken: (tokenId) => (tokenId === 'tok_1' ? 'pol_1' : undefined),
    resultsOf: () => [],
    intent: () => undefined,
    claims: () => [],
    isNamed: () => false,
    removedOf: () => [],
    lastRunOf: () => undefined,
    exceptionFor: () => undefined,
    ...over,
  };
}

/** Opened a day before the deployment, and approved an hour before it. */
export function review(over: Partial<SeenReview> = {}): SeenReview {
  const approvals = [{ by: 'Grace', at: NOON - HOUR }];
  return { pullRequest: 7, createdAt: NOON - DAY, author: 'Ada', approvals, ...over };
}

/** As {@link World.gaps}, of some populations. */
export function gapsIn(...names: readonly string[]): World['gaps'] {
  return (name) => (names.includes(name) ? [`The ${name} could not be read.`] : []);
}

export function audit(of: Partial<Bucket> = {}, over: Partial<World> = {}): Classified {
  return classify(bucket(of), world(over));
}

/** The one row of a kind. Fails where there is none, or more than one. */
export function only(kind: Row['kind'], { rows }: Classified): Row {
  const [row, ...more] = rows.filter((one) => one.kind === kind);
  if (!row || more.length > 0) throw new Error(`wanted one ${kind}, got ${JSON.stringify(rows.map(tell))}`);
  return row;
}

export function deploymentOf(of: Partial<Bucket> = {}, over: Partial<World> = {}): Row {
  return only('deployment', audit(of, over));
}

/** Of a deployment that no verified record names. */
export function unrecorded(of: Partial<Bucket> = {}, over: Partial<World> = {}): Row {
  return deploymentOf({ records: [], ...of }, over);
}

/** What is shown of a world that holds these intents. */
export function intents(...all: readonly SeenRecord[]): Pick<World, 'intent'> {
  return { intent: (digest) => all.find(({ payloadDigest }) => payloadDigest === digest) };
}

export function tell({ kind, id, class: klass, reasons }: Row): string {
  return `${kind} ${id} ${klass}: ${reasons.join(' ')}`;
}

export function stateOf(row: Row, name: string): string | undefined {
  return row.checks.find((check) => check.name === name)?.state;
}
