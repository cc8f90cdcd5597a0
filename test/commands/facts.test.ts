import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { COMMIT, makePack } from '../deploy/support/git-pack.ts';
import { AUTHOR, COMMIT_TEXT, makeObject } from '../deploy/support/git-repository.ts';
import { makeStep, runStep, type Step } from '../support/step.ts';

const { sha: HEAD } = makeObject('commit', COMMIT_TEXT);

let sandbox: Sandbox;
let step: Step;

beforeEach(async () => {
  sandbox = await createSandbox({ members: [AUTHOR.email], deployment: { polls: 1 } });
  step = await makeStep(sandbox, { BITBUCKET_COMMIT: HEAD });
  const { pack, index } = makePack([{ name: HEAD, type: COMMIT, body: Buffer.from(COMMIT_TEXT) }]);
  writeGit('HEAD', `${HEAD}\n`);
  writeGit('objects/pack/pack-1.pack', pack);
  writeGit('objects/pack/pack-1.idx', index);
});
afterEach(() => step.remove());

function writeGit(path: string, content: string | Uint8Array): void {
  const full = `${step.clone.directory}/.git/${path}`;
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, content);
}

interface Told {
  readonly gitMetadata: unknown;
  /** What is said of the author. */
  readonly warnings: readonly string[];
}

async function deployWith(environment: Readonly<Record<string, string>>): Promise<Told> {
  const { status, log } = await runStep(sandbox, step, { environment });
  expect({ status, errors: log.match(/^error .*/gm) }).toEqual({ status: 0, errors: null });
  const body = sandbox.vercel.deployments.findLast((deployment) => deployment.body !== undefined)?.body;
  return { gitMetadata: body?.['gitMetadata'], warnings: log.match(/^warn GIT_AUTHOR .*/gm) ?? [] };
}

describe('what a deployment is told of a packed clone', () => {
  it('is the message alone, where nobody asks for the author', async () => {
    const { gitMetadata, warnings } = await deployWith({});
    expect(gitMetadata).toMatchObject({ commitSha: HEAD, commitMessage: 'Add the engine' });
    expect(JSON.stringify(gitMetadata)).not.toContain('Author');
    expect(warnings).toEqual([]);
  });

  it('is the author too with GIT_AUTHOR', async () => {
    const { gitMetadata, warnings } = await deployWith({ GIT_AUTHOR: 'true' });
    expect(gitMetadata).toMatchObject({ commitAuthorName: AUTHOR.name, commitAuthorEmail: AUTHOR.email });
    expect(warnings).toEqual([]);
  });

  it.each([
    {
      name: 'HEAD is another commit',
      environment: {},
      head: '1'.repeat(40),
      why: "the clone's HEAD is 111111111111 and",
    },
    {
      name: 'nothing is known of the commit but its name',
      environment: { BITBUCKET_COMMIT: '1'.repeat(40) },
      head: '1'.repeat(40),
      why: "the objects in the clone's `.git` do not have commit 111111111111",
    },
    { name: 'HEAD names nothing', environment: {}, head: 'ref: refs/heads/gone', why: 'the clone has no commit' },
  ])('is no author where $name, with a warning', async ({ environment, head, why }) => {
    writeGit('HEAD', `${head}\n`);
    const { gitMetadata, warnings } = await deployWith({ GIT_AUTHOR: 'true', ...environment });
    expect(JSON.stringify(gitMetadata)).not.toContain('Author');
    expect(warnings).toEqual([expect.stringContaining(`Vercel will not see an author: ${why}`)]);
  });
});
