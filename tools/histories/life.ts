import type { AllowedPolicy, CheckpointEntry } from '../../src/audit/records/types.ts';
import type { Asked, Scope, SeenPipeline, SeenReview, SeenStep } from '../../src/audit/types.ts';
import { createRandom, type Random } from './random.ts';
import type { DraftDeployment, DraftEvent, DraftRecord } from './drafts.ts';
import type { HistoryOptions, HistorySite, PlainExpected } from './types.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const SINCE = Date.UTC(2026, 9, 1);
const BITBUCKET = 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc';
/** So many things need more than a few projects. */
const MANY = 2000;
const NAMES = ['shop', 'docs', 'admin', 'api', 'blog', 'jobs', 'status', 'checkout'];

export interface Site extends HistorySite {
  readonly domain: string;
  /** SHA-256 of its policy file, hex; the one it had in the first half of the period; and one that was never allowed. */
  readonly policy: string;
  readonly oldPolicy: string;
  readonly strangePolicy: string;
  /** Vercel's, for production. */
  readonly vercelPolicyId: string;
  builds: number;
}

export interface Person {
  readonly uuid: string;
  readonly name: string;
  readonly vercelId: string;
}

/** A row that must come out, with what an exception could name it by. */
export interface Planted extends PlainExpected {
  readonly deploymentId?: string;
  readonly projectId: string;
  readonly source?: string;
  /** Of what is `UNEXPLAINED`. */
  readonly person?: string;
  readonly at: number;
}

/** A history while it is made. Scenes add to it. */
export interface Life {
  readonly random: Random;
  readonly scope: Scope;
  readonly now: number;
  readonly halfTime: number;
  readonly workspaceUuid: string;
  readonly issuer: string;
  readonly keyless: number;
  readonly wire: boolean;
  readonly sites: readonly Site[];
  readonly people: readonly Person[];
  /** Whether the audit is given the lists of policies and an earlier checkpoint. */
  readonly hasPolicies: boolean;
  readonly hasPrevious: boolean;
  readonly recordsMissing: readonly string[];
  /** Whether Vercel's events tell of a deployment what they may leave out. */
  readonly fullPayloads: boolean;
  readonly deployments: DraftDeployment[];
  readonly events: DraftEvent[];
  readonly pipelines: Map<string, Asked<SeenPipeline>>;
  readonly steps: Map<string, Asked<readonly SeenStep[]>>;
  readonly reviews: Map<string, Asked<SeenReview>>;
  readonly records: DraftRecord[];
  readonly previous: CheckpointEntry[];
  readonly planted: Planted[];
  /** Name of the scene that is played. */
  scene: string;
}

export function startLife(seed: number, options: HistoryOptions): Life {
  const { size, extras = true, wire = false, issuer = BITBUCKET, keyless = 0.6, since = SINCE } = options;
  const random = createRandom(seed);
  const days = options.days ?? (size > MANY ? 90 : random.whole(1, 30));
  const until = since + days * DAY;
  const workspaceUuid = random.uuid();
  const sites = Array.from({ length: size > MANY ? 40 : random.whole(1, 4) }, (_, at) => makeSite(random, at));
  return {
    random,
    scope: { teamId: `team_${random.word(12)}`, projectIds: [], since, until },
    now: until + 2 * HOUR,
    halfTime: since + (days * DAY) / 2,
    workspaceUuid,
    ...{ issuer, keyless, wire },
    sites,
    people: Array.from({ length: 5 }, (_, at) => makePerson(random, at)),
    hasPolicies: extras && random.chance(0.6),
    hasPrevious: extras && random.chance(0.6),
    recordsMissing: !wire && extras && random.chance(0.08) ? ['The folder old-records could not be read: EACCES.'] : [],
    fullPayloads: random.chance(0.5),
    deployments: [],
    events: [],
    pipelines: new Map(),
    steps: new Map(),
    reviews: new Map(),
    records: [],
    previous: [],
    planted: [],
    scene: '',
  };
}

function makeSite(random: Random, at: number): Site {
  const name = `${NAMES[at % NAMES.length] ?? 'site'}${at < NAMES.length ? '' : String(at)}`;
  return {
    projectId: `prj_${random.word(16)}`,
    projectName: name,
    repositoryUuid: random.uuid(),
    repository: `acme/${name}`,
    domain: `${name}.example.com`,
    policy: random.hex(64),
    oldPolicy: random.hex(64),
    strangePolicy: random.hex(64),
    vercelPolicyId: `pol_${random.word(12)}`,
    builds: random.whole(1, 400),
  };
}

function makePerson(random: Random, at: number): Person {
  const name = ['Ada Lovelace', 'Grace Hopper', 'Alan Turing', 'Edsger Dijkstra', 'Barbara Liskov'][at] ?? 'Nobody';
  return { uuid: random.uuid(), name, vercelId: `usr_${random.word(12)}` };
}

/** What was allowed: each site's policy at all times, and its old one in the first half of the period. */
export function listPolicies({ sites, scope, halfTime }: Life): readonly AllowedPolicy[] {
  return sites.flatMap(({ policy, oldPolicy, projectName: name }) => [
    { digest: policy, from: scope.since - 30 * DAY, name, expires: scope.until + 10 * DAY },
    { digest: oldPolicy, from: scope.since - 90 * DAY, until: halfTime, name },
  ]);
}

/** A moment at which a whole run still fits into the period. */
export function someTime({ random, scope }: Life): number {
  return random.whole(scope.since + HOUR, scope.until - 3 * HOUR);
}

/** Tokens and timestamps know no fractions. */
export function wholeSecond(at: number): number {
  return Math.floor(at / SECOND) * SECOND;
}

/** Notes a row that must come out. */
export function expectRow(life: Life, row: Omit<Planted, 'scene'>): void {
  life.planted.push({ ...row, scene: life.scene });
}
