import { renameSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { countFiles, describeFiles } from '../../src/commands/file-counts.ts';
import type { Manifest, Upload } from '../../src/deploy/types.ts';
import { createSandbox, STORE_URLS, type Sandbox } from '../../src/sandbox/index.ts';
import { makeStep, runStep, type Step } from '../support/step.ts';

let sandbox: Sandbox;
let step: Step;

beforeEach(async () => {
  sandbox = await createSandbox({ stores: STORE_URLS });
  step = await makeStep(sandbox);
});
afterEach(() => step.remove());

async function openingOf(environment: Readonly<Record<string, string | undefined>>): Promise<string> {
  const { log } = await runStep(sandbox, step, { environment });
  return log.slice(0, log.search(/^(?:done|error) /m));
}

describe('the first lines of a run', () => {
  it.each([
    {
      environment: { MODE: 'source', TARGET: 'preview' },
      line: 'Deploy:  the files of the clone, built by Vercel, to preview of project prj_web in team team_acme',
    },
    {
      environment: { MODE: 'source', DIRECTORY: '.vercel' },
      line: 'Deploy:  the files of .vercel/, built by Vercel, to production of project prj_web in team team_acme',
    },
    {
      environment: { DIRECTORY: 'apps/web' },
      line: 'Deploy:  apps/web/.vercel/output, as it was built, to production of project prj_web in team team_acme',
    },
    {
      environment: { COMMAND: 'promote', DEPLOYMENT: 'build:41' },
      line: 'Promote: build:41 to production of project prj_web in team team_acme',
    },
    {
      environment: { COMMAND: 'rollback', DEPLOYMENT: 'dpl_before' },
      line: 'Roll back: production of project prj_web in team team_acme, to dpl_before',
    },
    {
      environment: { COMMAND: 'cleanup' },
      line: 'Clean up: project prj_web in team team_acme; DRY_RUN: nothing will be changed',
    },
    { environment: { COMMAND: 'cleanup', DRY_RUN: 'false' }, line: 'Clean up: project prj_web in team team_acme' },
    {
      environment: { COMMAND: 'pull' },
      line: 'Pull:    settings for production of project prj_web in team team_acme',
    },
    {
      environment: { COMMAND: 'pull', PULL_ENVIRONMENT: 'true' },
      line: 'Pull:    settings and environment variables for production of project prj_web in team team_acme',
    },
  ])('say what it was started for: $environment', async ({ environment, line }) => {
    expect((await openingOf(environment)).split('\n')[0]).toBe(`info ${line}`);
  });

  it('say which build it is, as the step has it, in characters that a log can show', async () => {
    const opening = await openingOf({
      BITBUCKET_BRANCH: undefined,
      BITBUCKET_TAG: 'v1\u202e',
      BITBUCKET_PR_ID: '7',
    });
    expect(opening).toContain('info Build:   42 of acme/web, commit 6f1d2c3b4a59, tag v1\\u202e, pull request 7\n');
  });

  it('leave out a build of which nothing is known', async () => {
    const names = ['BUILD_NUMBER', 'REPO_FULL_NAME', 'COMMIT', 'BRANCH', 'TAG', 'PR_ID'];
    const unset = Object.fromEntries(names.map((name) => [`BITBUCKET_${name}`, undefined]));
    expect(await openingOf(unset)).not.toContain('Build:');
  });

  it('say where the records go, and whose time they bear', async () => {
    const opening = await openingOf({
      TIMESTAMP_URL: 'http://tsa.example.com/tsr',
      RECORD_STORE: `${STORE_URLS.files}/records/`,
      RECORD_STORE_TOKEN: sandbox.stores?.files.token ?? '',
    });
    expect(opening).toContain('info Records: in deploy-records, then in the store https, dated by tsa.example.com\n');
  });

  it('say by which policy it goes, if any, and the one signer that there is', async () => {
    const policy = `${step.clone.directory}/deploy-policy.yml`;
    renameSync(policy, `${step.clone.directory}/other.yml`);
    expect(await openingOf({})).toContain('info Policy:  none, so deploy to preview alone is allowed.\n');
    expect(await openingOf({ POLICY: 'other.yml', SIGNER: 'keyless' })).toMatch(
      /\ninfo Policy: {2}other\.yml \(clone\), 1 grant, sha256 [0-9a-f]{16}\ninfo Signer: {2}keyless\n/,
    );
  });
});

describe('the files of a deployment', () => {
  const file = (sha1: string): Manifest['entries'][number] => {
    return { kind: 'file', path: sha1, size: 1024, mode: 0o100644, sha1, sha256: sha1, source: '/' };
  };
  const manifest: Manifest = {
    entries: [file('a'), file('a'), file('b'), { kind: 'directory', path: 'd', mode: 0o40755 }],
    ...{ functions: [], totalBytes: 3072, digest: '', json: '' },
  };
  const upload = (form: Upload['form'], files: number): Upload => ({ form, files, bytes: files * 1024, parts: [] });

  it.each([
    {
      ...{ sent: upload('files', 1), counts: { files: 3, upload: 'files', sent: 1, reused: 1 } },
      text: '3 (3.0 KiB): 1 sent (1.0 KiB), 1 reused, 1 with the content of another',
    },
    {
      ...{ sent: upload('archive', 1), counts: { files: 3, upload: 'archive', sent: 1 } },
      text: '3 (3.0 KiB): all in one archive, sent in 1 part (1.0 KiB)',
    },
    {
      ...{ sent: upload('archive', 2), counts: { files: 3, upload: 'archive', sent: 2 } },
      text: '3 (3.0 KiB): all in one archive, sent in 2 parts (2.0 KiB)',
    },
    {
      ...{ sent: upload('archive', 0), counts: { files: 3, upload: 'archive', sent: 0 } },
      text: '3 (3.0 KiB): all in one archive, which Vercel had',
    },
    {
      ...{ sent: upload('none', 0), counts: { files: 3, upload: 'none', sent: 0, reused: 2 } },
      text: '3 (3.0 KiB): none sent, Vercel had them',
    },
    { sent: undefined, counts: { files: 3 }, text: '3 (3.0 KiB)' },
  ])('are counted by content: $text', ({ sent, counts, text }) => {
    expect(describeFiles(manifest, sent)).toBe(text);
    expect(countFiles(manifest, sent)).toEqual(counts);
  });
});
