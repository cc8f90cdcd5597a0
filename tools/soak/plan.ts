import { createRandom, type Random } from '../histories/random.ts';
import { drawDeployment, drawFault } from './faults.ts';
import type { Command, RunPlan, Season, Stop, TokenKind } from './types.ts';

const WRONG_TOKENS = ['denied', 'expired', 'audience', 'signature', 'unsigned', 'repository', 'missing'] as const;
const BAD_PAGES = { '/': { status: 500, body: 'broken' } };
/** More than most runs ask: a stop that comes at none of them meets nothing. */
const MAX_REQUESTS = 40;

/** What happens in the run of that number; the same for the same season, whatever the runs before it did. */
export function planRun(season: Season, index: number): RunPlan {
  const random = createRandom(season.seed * 1000 + index);
  const command = drawCommand(random, index);
  const project = random.chance(0.05) ? 'prj_new' : 'prj_web';
  const target = drawTarget(random, command, project);
  const strict = random.chance(0.15);
  const stop = drawStop(random, season, index);
  return {
    ...{ index, command, project },
    target,
    again: command === 'deploy' && random.chance(0.25),
    files: random.chance(0.85) ? drawFiles(random) : [],
    variables: drawVariables(random, season, command, target),
    keyless: random.chance(0.3),
    strict,
    // Without what the policy asks for it would only be denied.
    store: random.pick([...(strict ? [] : (['none', 'none'] as const)), 'files', 's3', 'bitbucket-downloads']),
    timestamp: strict || random.chance(0.35),
    accessToken: random.chance(0.5),
    token: drawToken(random),
    deployment: drawDeployment(random),
    site: drawSite(random),
    alias: random.chance(0.8) ? 'succeeded' : random.pick(['failed', 'skipped', 'stuck']),
    faults: Array.from({ length: random.pick([0, 0, 1, 1, 1, 2]) }, () => drawFault(random, season)),
    hang: season.kind === 'inside' && random.chance(0.06) ? { nth: random.whole(1, MAX_REQUESTS) } : undefined,
    stop,
  };
}

function drawCommand(random: Random, index: number): Command {
  // There must be something to move to and to clean up.
  if (index < 2) return 'deploy';
  return random.pick(['deploy', 'deploy', 'deploy', 'deploy', 'deploy', 'deploy', 'promote', 'rollback', 'cleanup']);
}

function drawTarget(random: Random, command: Command, project: RunPlan['project']): RunPlan['target'] {
  const target = random.pick(['production', 'production', 'preview', 'qa'] as const);
  if (command !== 'deploy') return 'production';
  // It has no custom environment.
  return project === 'prj_new' && target === 'qa' ? 'preview' : target;
}

/** Of processes every third is killed, and every third is stopped; inside this one nothing can be killed. */
function drawStop(random: Random, { kind }: Season, index: number): Stop | undefined {
  const signal = random.pick(['SIGTERM', 'SIGTERM', 'SIGINT'] as const);
  const moment = random.pick(['asked', 'answered', 'read'] as const);
  const at = { nth: random.whole(1, MAX_REQUESTS), moment, delayMs: random.whole(0, 12) };
  if (kind === 'inside') return random.chance(0.15) ? { signal, ...at } : undefined;
  const inTime = { ...at, nth: random.whole(1, 22) };
  return [{ signal: 'SIGKILL' as const, ...inTime }, undefined, { signal, ...inTime }][index % 3];
}

function drawToken(random: Random): TokenKind {
  return random.chance(0.94) ? 'good' : random.pick(WRONG_TOKENS);
}

function drawFiles(random: Random): number[] {
  const many = random.chance(0.1);
  const sizes = Array.from({ length: random.whole(1, many ? 60 : 8) }, () => random.whole(0, 6000));
  if (random.chance(0.1)) sizes.push(random.whole(200_000, 700_000));
  return sizes;
}

function drawSite(random: Random): RunPlan['site'] {
  const kind = random.pick(['good', 'good', 'good', 'bad', 'bad in production', 'cold', 'protected']);
  return {
    pages: kind === 'bad' ? BAD_PAGES : { '/': { status: 200, body: 'Hello' } },
    productionPages: kind === 'bad in production' ? BAD_PAGES : undefined,
    warmUp: kind === 'cold' ? random.whole(1, 3) : 0,
    protection: kind === 'protected' ? { deploymentType: 'all' } : undefined,
  };
}

function drawVariables(
  random: Random,
  { kind }: Season,
  command: Command,
  target: RunPlan['target'],
): Record<string, string> {
  const maybe = (share: number, variables: Record<string, string>): Record<string, string> =>
    random.chance(share) ? variables : {};
  const common = {
    ...maybe(0.3, { LOG_FORMAT: 'json' }),
    ...maybe(0.3, { DEBUG: 'true' }),
    ...maybe(0.2, { CODE_INSIGHTS: 'false' }),
    TIMEOUT: kind === 'process' ? '20s' : random.pick(['60s', '5m', '15m', '1h']),
  };
  const name = `soak-${random.hex(6)}.vercel.app`;
  const deploy = {
    UPLOAD: random.pick(['auto', 'auto', 'files', 'archive']),
    ...maybe(0.2, { FORCE: 'true' }),
    ...maybe(0.2, { ALIASES_COUNT: '1', ALIASES_0: name }),
    ...maybe(target === 'production' ? 0.25 : 0, { AUTO_ASSIGN_DOMAINS: 'false' }),
    ...maybe(0.1, { WAIT: 'false' }),
    ...maybe(0.2, { META_COUNT: '1', META_0: `team=${random.word(8)}` }),
    ...maybe(0.3, { SMOKE_PATHS_COUNT: '1', SMOKE_PATHS_0: '/ 200 Hello' }),
  };
  const rollback = 'SMOKE_PATHS_0' in deploy ? maybe(0.5, { ROLLBACK_ON_FAILURE: 'true' }) : {};
  if (command === 'deploy') return { ...common, ...deploy, ...rollback };
  // Whoever cleans up looks at what no run of that TIMEOUT can still be following.
  return command === 'cleanup' ? { ...common, TIMEOUT: '60s', DRY_RUN: random.chance(0.7) ? 'false' : 'true' } : common;
}
