import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSandbox, type Sandbox, type SandboxDeployment } from '../../src/sandbox/index.ts';
import { makeStep, predicateOf, runStep, type Step, type StepRun } from '../support/step.ts';

let sandbox: Sandbox;
let step: Step;
let temp: string;

beforeEach(async () => {
  sandbox = await createSandbox({ deployment: { polls: 1 } });
  step = await makeStep(sandbox);
  temp = `${step.clone.directory}-temp`;
  mkdirSync(temp);
});
afterEach(() => {
  step.remove();
  rmSync(temp, { recursive: true });
});

const run = (changes: Readonly<Record<string, string>> = {}): Promise<StepRun> =>
  runStep(sandbox, step, { environment: { TMPDIR: temp, ...changes } });
const made = (): SandboxDeployment => sandbox.vercel.deployments.at(-1) as SandboxDeployment;
const uploads = (): number => sandbox.journal.filter(({ path }) => path === '/v2/files').length;

interface Listed {
  readonly path: string;
  readonly kind: string;
  readonly size?: number;
}

/** The manifest of the run, as `kind path size`. */
function manifest(): string[] {
  const { files } = JSON.parse(step.readOne('.manifest.json')) as { files: readonly Listed[] };
  return files.map(({ path, kind, size = 0 }) => `${kind} ${path} ${String(size)}`).sort();
}

describe('an archive', () => {
  it('brings the same tree as the files would, leaves nothing on the disk, and stands in the record', async () => {
    mkdirSync(`${step.clone.directory}/.vercel/output/static/empty`);
    const { status, log } = await run({ UPLOAD: 'archive' });
    expect({ status, log: log.includes('as UPLOAD: archive asks') }).toEqual({ status: 0, log: true });
    const { files, unpacked } = made();
    expect(files.map(({ file }) => file)).toEqual(['.vercel/source.tgz.part1']);
    expect(unpacked?.map(({ kind, file, size }) => `${kind} ${file} ${String(size)}`).sort()).toEqual(manifest());
    expect(uploads()).toBe(1);
    expect(readdirSync(temp)).toEqual([]);
    expect(predicateOf(step.readOne('.result.sigstore.json'))).toMatchObject({
      vercel: {
        upload: {
          form: 'archive',
          files: 1,
          parts: [{ path: '.vercel/source.tgz.part1', sha1: files[0]?.sha, size: files[0]?.size }],
        },
      },
    });
  });

  it('is removed from the disk where the run fails, too', async () => {
    sandbox.misbehave({ match: { path: /^\/v2\/files/ }, times: 99, action: { kind: 'status', status: 400 } });
    const { status } = await run({ UPLOAD: 'archive' });
    expect(status).toBe(1);
    expect(readdirSync(temp)).toEqual([]);
  });

  it('of the same tree is not sent twice', async () => {
    await run({ UPLOAD: 'archive' });
    const { log } = await run({ UPLOAD: 'archive' });
    expect(uploads()).toBe(1);
    expect(log).toMatch(/done deploy .*nothing sent|sent as an archive/);
  });
});

describe('UPLOAD: auto', () => {
  const COUNT = 2600;

  it('sends what is missing, file by file, where that is little', async () => {
    await run();
    writeFileSync(`${step.clone.directory}/.vercel/output/static/new.txt`, 'new');
    rmSync(`${step.clone.directory}/deploy-records`, { recursive: true });
    const already = uploads();
    await run();
    expect(uploads() - already).toBe(1);
    expect(predicateOf(step.readOne('.result.sigstore.json'))).toMatchObject({
      vercel: { upload: { form: 'files', files: 1, bytes: 3, parts: [] } },
    });
  });

  it('takes the archive where thousands are missing, and says why', async () => {
    for (let index = 0; index < COUNT; index += 1)
      writeFileSync(`${step.clone.directory}/.vercel/output/static/${String(index)}.txt`, String(index));
    const { status, log } = await run();
    expect(status).toBe(0);
    expect(log).toMatch(/Sending one archive: 2,\d{3} of 2,\d{3} files are missing: one archive is quicker/);
    expect(uploads()).toBe(1);
    expect(made().unpacked).toHaveLength(manifest().length);
  });
});

describe('a deployment of which nothing changed', () => {
  it('takes two round trips of deploying: the create and a poll', async () => {
    await run();
    const already = sandbox.journal.length;
    const { status } = await run();
    expect(status).toBe(0);
    const asked = sandbox.journal
      .slice(already)
      // The list of earlier deployments is read beside the proof of the token, for the record.
      .filter(({ path }) => /\/(?:deployments|files)/.test(path) && !/\/events$|^\/v7\/deployments$/.test(path))
      .map(({ method, path }) => `${method} ${path.replace(/dpl_\w+/, '{id}')}`);
    expect(asked).toEqual(['POST /v13/deployments', 'GET /v13/deployments/{id}']);
  });
});

describe('sources', () => {
  it('are sent without what nobody means to send, and built by Vercel', async () => {
    rmSync(`${step.clone.directory}/.vercel`, { recursive: true });
    writeFileSync(`${step.clone.directory}/.env.production`, 'SECRET=canary');
    const { status, log } = await run({ MODE: 'source' });
    expect(status).toBe(0);
    const { files, prebuilt } = made();
    const names = files.map(({ file }) => file);
    expect(prebuilt).toBe(false);
    expect(names).toEqual(expect.arrayContaining(['package.json', 'api/edge.js', 'public/index.html']));
    expect(names.filter((name) => /\.env|deploy-records/.test(name))).toEqual([]);
    expect(log).toMatch(/warn .*\.env\.production/);
  });
});

describe('the options of a deployment', () => {
  it('reach Vercel as it takes them', async () => {
    const { status } = await run({
      ...{ REGIONS_COUNT: '2', REGIONS_0: 'iad1', REGIONS_1: 'fra1', FORCE: 'true' },
      ...{ AUTO_ASSIGN_DOMAINS: 'false', META: 'team=web' },
    });
    expect(status).toBe(0);
    expect(made()).toMatchObject({
      body: { regions: ['iad1', 'fra1'], autoAssignCustomDomains: false, target: 'production' },
      query: { forceNew: '1', prebuilt: '1' },
      meta: { team: 'web' },
    });
    expect(predicateOf(step.readOne('.result.sigstore.json'))).toMatchObject({
      outcome: { status: 'deployed' },
      vercel: { deployment: { ending: 'staged', aliasAssigned: false } },
    });
  });

  it('give the deployment its aliases, filled for this build', async () => {
    const { status, log } = await run({ ALIASES: '{branch}-{commit}.preview.example.com' });
    const commit = step.environment['BITBUCKET_COMMIT']?.slice(0, 12) ?? '';
    expect(status).toBe(0);
    expect(log).toContain(`\n  Alias:     https://main-${commit}.preview.example.com\n`);
  });

  it('refuse an alias that this build cannot fill, before anything is sent', async () => {
    const { status, log } = await run({ ALIASES: 'pr-{pr}.preview.example.com' });
    expect(status).toBe(2);
    expect(log).toMatch(/VARIABLES_INVALID[^]*\{pr\}/);
    expect(sandbox.journal).toEqual([]);
  });

  it('end the run at the create where nobody waits', async () => {
    sandbox.vercel.planDeployments({ outcome: 'ERROR' });
    const { status } = await run({ WAIT: 'false' });
    expect(status).toBe(0);
    expect(predicateOf(step.readOne('.result.sigstore.json'))).toMatchObject({
      outcome: { status: 'deployed' },
      vercel: { deployment: { ending: 'created', readyState: 'QUEUED' } },
    });
  });

  it('never send an address with credentials, nor the author unless asked', async () => {
    mkdirSync(`${step.clone.directory}/.git`);
    writeFileSync(`${step.clone.directory}/.git/HEAD`, 'ref: refs/heads/main\n');
    const url = 'https://x-token-auth:canary-token@bitbucket.org/acme/web.git';
    writeFileSync(`${step.clone.directory}/.git/config`, `[remote "origin"]\n\turl = ${url}\n`);
    const { status } = await run();
    expect(status).toBe(0);
    expect(made().body?.['gitMetadata']).toMatchObject({
      ...{ ci: true, ciType: 'bitbucket-pipelines', commitRef: 'main' },
      remoteUrl: 'https://bitbucket.org/acme/web.git',
    });
    expect(JSON.stringify(made().body)).not.toMatch(/canary|commitAuthor/);
  });
});
