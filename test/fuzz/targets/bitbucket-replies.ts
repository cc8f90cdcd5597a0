import fc from 'fast-check';
import {
  comparePipeline,
  fetchIssuerKeys,
  keepComment,
  putReport,
  readOtherPipeline,
  readPipeline,
  readPullRequest,
  setBuildStatus,
  type Announcement,
} from '../../../src/bitbucket/index.ts';
import { hostileText } from '../support/hostile.ts';
import { judgeLine } from '../support/judge.ts';
import { HOP_TOKEN } from '../support/secrets.ts';
import { defineTarget } from '../support/target.ts';
import { hostileReplies, hostileWorld, never, type Hostile, type World } from '../support/world.ts';

const UUID = '{11111111-1111-4111-8111-111111111111}';
const ISSUER = 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc';
const COMMIT = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
const NAME = { issuer: ISSUER, workspaceUuid: UUID, repositoryUuid: UUID };
const PLACE = { ...NAME, commit: COMMIT };
const PIPELINE = {
  ...{ uuid: UUID, build_number: 42, creator: { type: 'user', uuid: UUID }, repository: { uuid: UUID } },
  ...{
    trigger: { type: 'pipeline_trigger_push', name: 'PUSH' },
    state: { name: 'COMPLETED', result: { name: 'FAILED' } },
  },
  target: { type: 'pipeline_ref_target', ref_type: 'branch', ref_name: 'main', commit: { hash: COMMIT } },
};
const PULL_REQUEST = { id: 7, state: 'OPEN', source: { branch: { name: 'x' } } };
const COMMENTS = { values: [{ id: 9, content: { raw: 'text\n\n[//]: # (key-1)' } }], next: 'https://evil.example/' };
const KEYS = { keys: [{ kty: 'RSA', kid: 'k', use: 'sig', alg: 'RS256', n: 'u'.repeat(342), e: 'AQAB' }] };
const DISCOVERY = { issuer: ISSUER, jwks_uri: `${ISSUER}/other.json` };
const ERROR = { type: 'error', error: { message: 'no', detail: { required: ['read:pipeline'] } } };

type Ask = (world: World, announcement: Announcement) => Promise<unknown>;
const depsOf = (world: World): Parameters<typeof readPipeline>[1] => ({
  ...{ http: world.http, clock: world.clock, apiUrl: 'https://api.bitbucket.org', accessToken: HOP_TOKEN },
});

const ASKS: readonly Ask[] = [
  async (world) => {
    const answer = await readPipeline({ ...NAME, pipelineUuid: UUID }, depsOf(world), never());
    if ('refusal' in answer) tell(answer.refusal);
    else comparePipeline(answer.pipeline, { commit: 'x', branch: 'y' }).forEach(tell);
  },
  async (world) => tellRefusal(await readOtherPipeline(NAME, UUID, depsOf(world), never())),
  async (world) => tellRefusal(await readPullRequest(NAME, 7, depsOf(world), never())),
  async (world, announcement) =>
    tellRefusal(await keepComment({ ...PLACE, pullRequest: '7' }, announcement, depsOf(world), never())),
  async (world, announcement) => tellRefusal(await setBuildStatus(PLACE, announcement, 'x', depsOf(world), never())),
  async (world, announcement) =>
    tellRefusal(await putReport(PLACE, announcement, { http: world.http, proxy: 'bitbucket' }, never())),
  (world) => fetchIssuerKeys(world.http, ISSUER, never()),
];

const tell = (line: string): void => judgeLine(line);
function tellRefusal(told: object): void {
  for (const line of Object.values(told)) if (typeof line === 'string') judgeLine(line);
}

interface Input {
  readonly ask: number;
  readonly replies: readonly Hostile[];
  readonly text: string;
}

export const bitbucketReplies = defineTarget<Input>({
  name: 'bitbucket-replies',
  runs: 3000,
  inputs: fc.record({
    ask: fc.nat(ASKS.length - 1),
    replies: hostileReplies([PIPELINE, PULL_REQUEST, COMMENTS, KEYS, DISCOVERY, ERROR], 3),
    text: hostileText,
  }),
  async run({ ask, replies, text }) {
    const world = hostileWorld(replies);
    const announcement: Announcement = {
      ...{ key: 'key-1', title: text, state: 'passed', summary: text, url: text, inspectorUrl: text },
      ...{ pipelineUrl: 'https://bitbucket.org/x', durationMs: 1, recordDigest: 'a'.repeat(64) },
      facts: [{ title: 'Fact', value: text }],
      findings: [{ id: 'x', ok: false, summary: text, details: text }],
    };
    await ASKS[ask]?.(world, announcement).finally(world.settle);
  },
});
