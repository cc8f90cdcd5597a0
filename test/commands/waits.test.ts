import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { answerInRounds } from '../support/rounds.ts';
import { makeStep, runStep, type Step } from '../support/step.ts';
import { editPolicy } from './support/examine.ts';

/** What a first deploy asks in each round. */
async function deployAndFollow(
  prepare: (sandbox: Sandbox, step: Step) => Readonly<Record<string, string>>,
  proxy = true,
): Promise<string[][]> {
  const sandbox = await createSandbox({ deployment: { polls: 1 } });
  const step = await makeStep(sandbox);
  const { asked, ...rounds } = answerInRounds();
  const { status } = await runStep(sandbox, step, { environment: prepare(sandbox, step), proxy, ...rounds });
  step.remove();
  expect(status).toBe(0);
  expect(sandbox.bitbucket.reports).toMatchObject(proxy ? [{ results: ['PENDING', 'PASSED'] }] : []);
  return asked.map((round) => [...new Set(round.map(inWords))].sort());
}

function inWords(request: string): string {
  return request
    .replace(/\/dpl_\w+/, '/{deployment}')
    .replace(/\/2\.0\/workspaces\/.*(?=\/keys\.json)/, '')
    .replace(/\/2\.0\/repositories\/[^/]+\/[^/]+(?:\/commit\/[^/]+)?/, '')
    .replace(/(\/reports|\/pipelines)\/.*/, '$1');
}

const KEYS = ['GET /keys.json'];
const PIPELINE = 'GET /pipelines';
const REPORT = 'PUT /reports';
const STATUS = 'POST /statuses/build';
const EXCHANGE = 'POST /login/oauth/token';
const STANDING = [
  ...['GET /v10/projects/prj_web/env', 'GET /v7/deployments', 'GET /v9/projects/prj_web'],
  'POST /login/oauth/token/introspect',
];
const CREATE = ['POST /v13/deployments'];
const DEPLOY = [
  ...[CREATE, ['POST /v2/files'], CREATE],
  ['GET /v13/deployments/{deployment}', 'GET /v3/deployments/{deployment}/events'],
];
const REVOKE = 'POST /login/oauth/token/revoke';

describe('network waits that follow one another', () => {
  it('are at most eight on a first deploy', async () => {
    const rounds = await deployAndFollow(() => ({}));
    expect(rounds).toEqual([KEYS, [EXCHANGE, REPORT], STANDING, ...DEPLOY, [REVOKE, REPORT]]);
  });

  it('are no more where there is no report', async () => {
    const rounds = await deployAndFollow(() => ({}), false);
    expect(rounds).toEqual([KEYS, [EXCHANGE, REPORT], STANDING, ...DEPLOY, [REVOKE]]);
  });

  it('are no more where Bitbucket is asked for the record alone', async () => {
    const rounds = await deployAndFollow(({ bitbucket }) => ({ BITBUCKET_ACCESS_TOKEN: bitbucket.accessToken }));
    const standing = [...STANDING, STATUS, REPORT];
    expect(rounds).toEqual([KEYS, [PIPELINE, EXCHANGE], standing, ...DEPLOY, [REVOKE, STATUS, REPORT]]);
  });

  it('are one more where the grant must know who acts', async () => {
    const rounds = await deployAndFollow(({ bitbucket }, step) => {
      editPolicy(step, (policy) => `${policy}    require: { actors: [human] }\n`);
      return { BITBUCKET_ACCESS_TOKEN: bitbucket.accessToken };
    });
    const told = [STATUS, REPORT];
    expect(rounds).toEqual([KEYS, [PIPELINE], [EXCHANGE, ...told], STANDING, ...DEPLOY, [REVOKE, ...told]]);
  });

  it('are one less where the keys are pinned', async () => {
    const rounds = await deployAndFollow(({ issuer }, step) => {
      const keys = JSON.stringify({ [issuer.url]: issuer.keys() });
      writeFileSync(`${step.clone.directory}/issuer-keys.json`, keys);
      const sha256 = createHash('sha256').update(keys).digest('hex');
      editPolicy(step, (policy) => `keys: { file: issuer-keys.json, sha256: '${sha256}' }\n${policy}`);
      return {};
    });
    expect(rounds).toEqual([[EXCHANGE, REPORT], STANDING, ...DEPLOY, [REVOKE, REPORT]]);
  });
});
