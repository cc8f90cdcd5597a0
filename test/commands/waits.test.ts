import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { createSandbox, type JournalEntry, type Sandbox } from '../../src/sandbox/index.ts';
import { makeStep, runStep, type Step } from '../support/step.ts';
import { editPolicy } from './support/examine.ts';

/** Enough to tell what follows what, on a busy machine too. */
const LATENCY_MS = 200;

/** The longest chain of requests each of which began after the one before it had ended. */
function longestChain(entries: readonly JournalEntry[]): JournalEntry[] {
  const chain: JournalEntry[] = [];
  for (const entry of entries.toSorted((a, b) => a.endedAt - b.endedAt)) {
    if (entry.startedAt >= (chain.at(-1)?.endedAt ?? 0)) chain.push(entry);
  }
  return chain;
}

/** The chain of a first deploy, in words. */
async function deployAndFollow(
  prepare: (sandbox: Sandbox, step: Step) => Readonly<Record<string, string>>,
  proxy = true,
): Promise<string[]> {
  const sandbox = await createSandbox({ latencyMs: LATENCY_MS, deployment: { polls: 1 } });
  const step = await makeStep(sandbox);
  const { status } = await runStep(sandbox, step, { environment: prepare(sandbox, step), proxy });
  step.remove();
  expect(status).toBe(0);
  expect(sandbox.bitbucket.reports).toMatchObject(proxy ? [{ results: ['PENDING', 'PASSED'] }] : []);
  const chain = longestChain(sandbox.journal).map(
    ({ method, path }) => `${method} ${path.replace(/\/dpl_\w+/, '/{id}')}`,
  );
  // The log's stream may take the place of the poll beside it: both begin after the create.
  return chain.map((asked) => (/\/deployments\/\{id\}/.test(asked) ? 'GET {deployment}' : asked));
}

const KEYS = expect.stringMatching(/^GET .*\/keys\.json$/);
const PIPELINE = expect.stringMatching(/^GET \/2\.0\/repositories\//);
/** What people are told goes on beside all else. */
const TOLD = String.raw`(?:PUT|POST) /2\.0/repositories/.*/(?:reports/|statuses/).*`;
const either = (pattern: string): unknown => expect.stringMatching(new RegExp(`^(?:${pattern}|${TOLD})$`));
/** Whatever goes on beside the exchange is not slower than it. */
const EXCHANGE = [
  either(String.raw`POST /login/oauth/token|GET /2\.0/repositories/.*`),
  either(String.raw`POST /login/oauth/token/introspect|GET /v9/projects/prj_web`),
];
const DEPLOY = [
  'POST /v13/deployments',
  'POST /v2/files',
  'POST /v13/deployments',
  'GET {deployment}',
  either('POST /login/oauth/token/revoke'),
];

describe('network waits that follow one another', () => {
  it('are at most eight on a first deploy', async () => {
    expect(await deployAndFollow(() => ({}))).toEqual([KEYS, ...EXCHANGE, ...DEPLOY]);
  });

  it('are no more where there is no report', async () => {
    expect(await deployAndFollow(() => ({}), false)).toEqual([KEYS, ...EXCHANGE, ...DEPLOY]);
  });

  it('are no more where Bitbucket is asked for the record alone', async () => {
    const chain = await deployAndFollow(({ bitbucket }) => ({ BITBUCKET_ACCESS_TOKEN: bitbucket.accessToken }));
    expect(chain).toEqual([KEYS, ...EXCHANGE, ...DEPLOY]);
  });

  it('are one more where the grant must know who acts', async () => {
    const chain = await deployAndFollow(({ bitbucket }, step) => {
      editPolicy(step, (policy) => `${policy}    require: { actors: [human] }\n`);
      return { BITBUCKET_ACCESS_TOKEN: bitbucket.accessToken };
    });
    expect(chain).toEqual([KEYS, PIPELINE, ...EXCHANGE, ...DEPLOY]);
  });

  it('are one less where the keys are pinned', async () => {
    const chain = await deployAndFollow(({ issuer }, step) => {
      const keys = JSON.stringify({ [issuer.url]: issuer.keys() });
      writeFileSync(`${step.clone.directory}/issuer-keys.json`, keys);
      const sha256 = createHash('sha256').update(keys).digest('hex');
      editPolicy(step, (policy) => `keys: { file: issuer-keys.json, sha256: '${sha256}' }\n${policy}`);
      return {};
    });
    expect(chain).toEqual([...EXCHANGE, ...DEPLOY]);
  });
});
