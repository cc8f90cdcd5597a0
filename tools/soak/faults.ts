import type { Misbehaviour, MisbehaveRule } from '../../src/sandbox/index.ts';
import type { Random } from '../histories/random.ts';
import type { Fault, RunPlan, Season } from './types.ts';

type Match = MisbehaveRule['match'];

/** What a run asks, by what it is for. */
const QUESTIONS: Readonly<Record<string, Match>> = {
  keys: { path: /keys\.json$/ },
  exchange: { method: 'POST', path: /\/oauth\/token$/ },
  introspection: { method: 'POST', path: /introspect/ },
  revocation: { method: 'POST', path: /\/revoke$/ },
  project: { method: 'GET', path: /^\/v9\/projects\// },
  variables: { method: 'GET', path: /^\/v\d+\/projects\/[^/]+\/env/ },
  create: { method: 'POST', path: /^\/v13\/deployments$/ },
  upload: { path: /^\/v2\/files$/ },
  poll: { method: 'GET', path: /^\/v13\/deployments\// },
  'build log': { path: /\/events$/ },
  list: { method: 'GET', path: /^\/v\d+\/deployments$/ },
  alias: { method: 'POST', path: /\/aliases$/ },
  move: { method: 'POST', path: /\/(?:promote|rollback)\// },
  cancel: { method: 'PATCH', path: /\/cancel$/ },
  store: { path: /\/records\/|\/acme-records\/|\/downloads/ },
  timestamp: { path: /\/timestamp$/ },
  bitbucket: { path: /^\/2\.0\/repositories\// },
  anything: {},
};

type Maker = (random: Random, season: Season) => Misbehaviour;

const ACTIONS: Readonly<Record<string, Maker>> = {
  'rate limit': (random, { kind }) => ({
    kind: 'rate-limit',
    retryAfterSeconds: kind === 'process' ? 1 : random.pick([0, 1, 5, 60, 120, 600]),
  }),
  "bitbucket's rate limit": () => ({ kind: 'bitbucket-rate-limit' }),
  reset: () => ({ kind: 'reset' }),
  'server error': (random) => ({ kind: 'status', status: random.pick([500, 502, 503, 504]) }),
  refusal: (random) => ({ kind: 'status', status: random.pick([400, 401, 403, 404, 408, 409, 425]) }),
  'odd answer': (random) => ({
    ...{ kind: 'status', status: 200 },
    ...random.pick([
      { body: '<html><body>Welcome to this hotel</body></html>', headers: { 'content-type': 'text/html' } },
      { body: {} },
      { body: '' },
      { body: '[null]', headers: { 'content-type': 'application/json' } },
    ]),
  }),
  delay: (random) => ({ kind: 'delay', ms: random.whole(1, 30) }),
  'slow body': (random) => ({ kind: 'slow-body', chunkBytes: random.whole(200, 4000), ms: 1 }),
  'cut body': (random) => ({ kind: 'truncate', ...(random.chance(0.5) ? { bytes: random.whole(0, 40) } : {}) }),
  'cut lines': (random) => ({ kind: 'cut-stream', lines: random.whole(0, 3), halfLine: random.chance(0.5) }),
  'lost answer': () => ({ kind: 'after-then-reset' }),
  'late error': (random) => ({ kind: 'after-then-status', status: random.pick([500, 503]) }),
};

/** Where it goes wrong is not always at the first time, and an outage is longer than any patience. */
export function drawFault(random: Random, season: Season): Fault {
  const kind = random.pick(Object.keys(ACTIONS));
  const where = kind === 'cut lines' ? 'build log' : random.pick(Object.keys(QUESTIONS));
  const match = QUESTIONS[where] ?? {};
  const action = ACTIONS[kind]?.(random, season) ?? { kind: 'reset' };
  const spared = random.pick([0, 0, 0, 1, 1, 2, 5]);
  const outage = random.chance(season.kind === 'process' ? 0.05 : 0.1);
  const times = outage ? 99 : random.whole(1, 3);
  const rules: MisbehaveRule[] = [{ match, times, action }];
  if (spared > 0) rules.unshift({ match, times: spared, action: { kind: 'delay', ms: 0 } });
  return { kind, name: `${kind} of ${where}${outage ? ', for good' : ''}`, rules };
}

/** How the deployment goes on, whatever the run does. */
export function drawDeployment(random: Random): RunPlan['deployment'] {
  const bad = ['ERROR', 'CANCELED', 'BLOCKED', 'DELETED', 'ALIAS_ERROR', 'CHECKS_FAILED', 'STUCK'] as const;
  return {
    outcome: random.chance(0.85) ? 'READY' : random.pick(bad),
    via: random.pick([['QUEUED', 'BUILDING'], ['BUILDING'], ['INITIALIZING', 'ANALYZING', 'BUILDING', 'DEPLOYING']]),
    polls: random.whole(1, 5),
    eventMs: random.whole(1, 4),
    durationMs: undefined,
    listedAfter: random.pick([0, 0, 0, 1, 2]),
    errorCode: undefined,
    errorMessage: undefined,
    queued: random.chance(0.2),
    shortForm: random.chance(0.2),
    deletedAs: random.pick(['state', 404, 410]),
  };
}
