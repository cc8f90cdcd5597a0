import fc from 'fast-check';
import {
  assignAliases,
  cancelDeployment,
  createUpkeepApi,
  createVercelApi,
  eachDeployment,
  isRemovable,
  listByMeta,
  listDeployments,
  promoteDeployment,
  readContext,
  readDeployment,
  readEnvironment,
  readProduction,
  readProjectFile,
  readServing,
  removeDeployment,
  rollBackTo,
  type UpkeepApi,
  type VercelApi,
} from '../../../src/deploy/index.ts';
import { createOnce } from '../../../src/deploy/create.ts';
import { followDeployment } from '../../../src/deploy/follow.ts';
import { readReport } from '../../../src/deploy/report.ts';
import type { CreateBody } from '../../../src/deploy/vercel-api.ts';
import { deploymentBody, reportOf } from '../../deploy/support/scripted-api.ts';
import { judgeText } from '../support/judge.ts';
import { CANARIES, HOP_TOKEN } from '../support/secrets.ts';
import { defineTarget } from '../support/target.ts';
import { hostileReplies, hostileWorld, never, type Hostile, type World } from '../support/world.ts';

const ID = 'dpl_1';
const PROJECT_ID = 'prj_1';
const META = {
  oidcDeployRecord: '20261124T020000Z-0f8fad5b-d9cb-469f-a165-70867728950e',
  oidcDeployIntent: 'a'.repeat(64),
  own: 'v',
};
const DEPLOYMENT = deploymentBody('READY', {
  ...{
    projectId: PROJECT_ID,
    meta: META,
    createdAt: 1_795_430_000_000,
    ready: 1_795_430_100_000,
    alias: ['a.example.com'],
  },
  ...{
    aliasAssigned: true,
    aliasError: { code: 'x', message: 'y' },
    creator: { uid: 'u', type: 'user' },
    readySubstate: 'STAGED',
  },
  ...{ checksState: 'running', seatBlock: { blockCode: 'X' }, customEnvironment: { id: 'env_1', slug: 'qa' } },
});
const LIST = { deployments: [{ ...DEPLOYMENT, uid: ID }], pagination: { next: 1_795_430_000_000, count: 1 } };
const PROJECT = {
  ...{
    id: PROJECT_ID,
    name: 'web',
    accountId: 'team_1',
    framework: 'nextjs',
    nodeVersion: '24.x',
    alias: [{ domain: 'a.example.com' }],
  },
  ...{ targets: { production: { id: ID, alias: ['a.example.com'] } }, rollingRelease: { state: 'ACTIVE', stages: [] } },
  lastAliasRequest: { type: 'promote', toDeploymentId: ID, requestedAt: 1, jobStatus: 'succeeded' },
  customEnvironments: [{ id: 'env_1', slug: 'qa' }],
};
const RELEASE = { rollingRelease: { state: 'ACTIVE', canaryDeployment: { id: ID }, queuedDeploymentId: 'dpl_2' } };
const VARIABLES = {
  envs: [
    { key: 'A', id: 'env_1', type: 'plain', value: CANARIES.key, target: ['production'], createdAt: 1, updatedAt: 1 },
  ],
  pagination: { next: 1_795_000_000_000 },
};
const PULLED = { env: { A: 'x' }, buildEnv: {} };
const ALIASES = { aliases: [{ status: 'failed', alias: 'a.example.com' }] };
const MISSING = { error: { code: 'missing_files', message: 'no', missing: ['a'.repeat(40)] } };
const REFUSED = {
  error: {
    ...{
      code: 'rate_limited',
      message: `no ${CANARIES.hop}`,
      limit: { remaining: 0, reset: 1_795_440_000, resetMs: 1 },
    },
    ...{ action: 'x', link: 'https://vercel.com/y', reason: 'z', invalidToken: true, uid: 'u', alias: 'a.example.com' },
  },
};
const LINES = [
  { type: 'stdout', text: 'building', date: 1, id: '1' },
  { type: 'fatal', payload: { text: 'no', date: 2, id: '2' } },
  { type: 'deployment-state', info: { readyState: 'READY' }, date: 3, id: '3' },
  { type: 'alias-assigned', alias: ['a.example.com'], aliasError: null, date: 4, id: '4' },
];
const EVENTS = LINES.map((line) => JSON.stringify(line)).join('\n');

interface Apis {
  readonly api: VercelApi;
  readonly upkeep: UpkeepApi;
}

type Ask = (apis: Apis, world: World) => Promise<unknown>;
const PRODUCTION = { production: true, autoAssign: true, wait: true, projectId: PROJECT_ID };
const SOUGHT = { projectId: PROJECT_ID, metaKey: 'own', metaValue: 'v', creatorId: undefined };
const METAS = { record: 'oidcDeployRecord', intent: 'oidcDeployIntent', build: 'oidcDeployBuild' };
const BODY = { name: 'web', project: PROJECT_ID, files: [], meta: {}, version: 2 } as unknown as CreateBody;
const move = (world: World, api: VercelApi): Parameters<typeof promoteDeployment>[1] => ({ ...world, api });

const ASKS: readonly Ask[] = [
  ({ api }, world) => createOnce({ ...world, api }, BODY, { prebuilt: true, forceNew: false }, SOUGHT, never()),
  ({ api }) => listByMeta(api, SOUGHT, never()),
  ({ api }) => listDeployments(api, { projectId: PROJECT_ID, target: 'production' }, never()),
  ({ api }) => readDeployment(api, ID, never()),
  ({ api }, world) => readProduction(PROJECT_ID, { ...world, api }, never()),
  ({ api }) => readProjectFile(api, { projectId: PROJECT_ID, teamId: 'team_1' } as never, never()),
  async ({ api }, world) => {
    const asked = { projectId: PROJECT_ID, target: { kind: 'custom', slug: 'qa' }, metaKeys: METAS } as const;
    const { refusals } = await readContext(api, asked, world, never());
    for (const refusal of refusals) judgeText(refusal);
  },
  ({ api }, world) => {
    const follow = (): void => undefined;
    const signal = world.clock.timeout(3_600_000);
    const ended = followDeployment({ ...world, api }, reportOf('QUEUED'), PRODUCTION, follow, signal);
    return ended.catch((error: unknown) => {
      if (error !== signal.reason) throw error;
    });
  },
  ({ api }, world) => {
    const onNamed = (): void => undefined;
    const names = ['a.example.com', 'b.example.com'];
    return assignAliases({ ...world, api }, reportOf('READY').deployment, names, never(), onNamed);
  },
  ({ api }, world) =>
    promoteDeployment({ projectId: PROJECT_ID, deployment: { id: 'dpl_2' } }, move(world, api), never()),
  ({ api }, world) => rollBackTo({ projectId: PROJECT_ID, deploymentId: 'dpl_2' }, move(world, api), never()),
  ({ upkeep }) => removeDeployment(upkeep, ID, never()),
  ({ upkeep }) => readEnvironment(upkeep, { projectId: PROJECT_ID, target: 'preview', branch: 'x' }, never()),
  async ({ api }, world) => {
    const serving = await readServing(api, PROJECT_ID, never());
    const wanted = { projectId: PROJECT_ID, target: undefined, before: world.clock.now(), maxPages: 3 } as const;
    for await (const report of eachDeployment(api, wanted, never())) isRemovable(report, serving);
  },
  ({ api }, world) => cancelDeployment({ ...world, api }, reportOf('BUILDING').deployment, never()),
];

interface Input {
  readonly ask: number;
  readonly replies: readonly Hostile[];
}

const replies = hostileReplies(
  [DEPLOYMENT, DEPLOYMENT, LIST, PROJECT, RELEASE, VARIABLES, PULLED, ALIASES, MISSING, REFUSED, EVENTS],
  6,
);

export const vercelReplies = defineTarget<Input>({
  name: 'vercel-replies',
  runs: 4000,
  inputs: fc.record({ ask: fc.nat(ASKS.length - 1), replies }),
  async run({ ask, replies: given }) {
    const world = hostileWorld(given);
    const door = { url: 'https://api.vercel.com', authorization: 'bearer' } as const;
    const bearerOf = (): Promise<typeof HOP_TOKEN> => Promise.resolve(HOP_TOKEN);
    const api = createVercelApi(world.http, door, 'team_1', bearerOf);
    const upkeep = createUpkeepApi(world.http, door, 'team_1', bearerOf);
    await ASKS[ask]?.({ api, upkeep }, world).finally(world.settle);
    readReport(given[0]?.body);
  },
});
