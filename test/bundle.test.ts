import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serveSandbox, type ServedSandbox } from '../src/sandbox/index.ts';

import { VERSION } from '../src/version.ts';
import { buildBundle, ROOT, type Bundle } from '../tools/bundle.ts';
import { compileAhead } from '../tools/compile-ahead.ts';
import { runPipe } from '../tools/pipe-process.ts';
import { makeStep, predicateOf, type Step } from './support/step.ts';

const MAIN = `${ROOT}dist/main.js`;

let served: ServedSandbox;
let step: Step;

beforeAll(async () => {
  await buildBundle();
  served = await serveSandbox();
  step = await makeStep(served.sandbox, { VERCEL_API_URL: served.url });
});
afterAll(async () => {
  step.remove();
  await served.close();
});

describe('dist/main.js', () => {
  it('deploys over a real socket, and its record verifies', async () => {
    const workingDir = step.clone.directory;
    const deployed = await runPipe({ environment: step.environment, workingDir });
    expect(deployed.output).toMatch(/^ {2}Live: +https:\/\//m);
    expect(deployed.status).toBe(0);

    const key = `${workingDir}/key.pub.pem`;
    writeFileSync(key, step.clone.publicKeyPem);
    const record = `deploy-records/${step.files().find((name) => name.endsWith('.result.sigstore.json')) ?? ''}`;
    const verify = (args: string[]): ReturnType<typeof runPipe> =>
      runPipe({ args: ['verify', ...args], environment: {}, workingDir });
    const valid = await verify(['--key', key, '--allow-sandbox', record]);
    expect(valid.output).toMatch(
      /valid result[^]*manifest +the one that the record names[^]*intent +the one that the record names/,
    );
    expect(valid.status).toBe(0);

    const refused = await verify(['--key', key, record]);
    expect(refused.output).toMatch(/RECORD_INVALID[^]*sandbox/);
    expect(refused.status).toBe(1);

    const usage = await verify([record]);
    expect(usage.output).toMatch(/USAGE[^]*--key: missing/);
    expect(usage.status).toBe(2);
  });

  it('prints its version on the one line that there is', async () => {
    const { output } = await runPipe({ args: ['--version'], environment: {}, workingDir: step.clone.directory });
    expect(output).toBe(`${VERSION}\n`);
  });

  it('writes every fault before it ends, as JSON lines too', async () => {
    const { status, output } = await runPipe({ environment: { LOG_FORMAT: 'json' }, workingDir: step.clone.directory });
    expect(status).toBe(2);
    const lines = output
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines.at(-1)).toMatchObject({
      level: 'error',
      code: 'VARIABLES_INVALID',
      message: expect.stringMatching(/^VARIABLES_INVALID: /),
      faults: expect.arrayContaining([expect.stringContaining('TARGET: missing')]),
    });
  });

  it('ends with 143 when it is stopped, with its record signed and its token revoked', async () => {
    const { sandbox } = served;
    sandbox.vercel.planDeployments({ outcome: 'STUCK' });
    const stopped = await makeStep(sandbox, { VERCEL_API_URL: served.url });
    const already = sandbox.journal.length;
    const child = start(stopped.environment, stopped.clone.directory);
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    const isPolled = (): boolean =>
      sandbox.journal
        .slice(already)
        .some(({ method, path }) => method === 'GET' && path.startsWith('/v13/deployments/'));
    while (!isPolled()) await new Promise((resolve) => setTimeout(resolve, 10));
    child.kill('SIGTERM');
    const status = await ended;
    sandbox.vercel.planDeployments({ outcome: 'READY' });

    expect(status).toBe(143);
    expect(predicateOf(stopped.readOne('.result.sigstore.json'))).toMatchObject({
      outcome: { status: 'interrupted', exitStatus: 143, code: 'TERMINATED' },
      // The last state that a poll brought before the stop.
      vercel: { deployment: { readyState: expect.stringMatching(/^(?:QUEUED|BUILDING)$/) } },
    });
    const live = sandbox.vercel.tokens.filter(({ kind, revokedAt }) => kind === 'app' && revokedAt === undefined);
    expect(live).toEqual([]);
    stopped.remove();
  });
});

describe('an older Node', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(`${tmpdir()}/older-node-`);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** This Node, which calls itself by the version of another, and cannot run the program. */
  const runByOlder = (
    main: string,
  ): { readonly status: number | null; readonly stdout: string; readonly stderr: string } => {
    const older = "Object.defineProperty(process, 'version', { value: 'v20.19.0' }); require('vm').Script = undefined;";
    writeFileSync(`${folder}/older.cjs`, older);
    return spawnSync(process.execPath, ['--require', `${folder}/older.cjs`, main, '--help'], {
      encoding: 'utf8',
      env: {},
    });
  };

  it('hands over to the one that npm ci brought along', () => {
    expect(runByOlder(MAIN)).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringContaining('checks records'),
    });
  });

  it('says so where there is no other', () => {
    writeFileSync(`${folder}/package.json`, '{"type":"module"}');
    writeFileSync(`${folder}/main.js`, readFileSync(MAIN));
    const stderr = 'Needs Node 24, found v20.19.0. In a clone on Linux, npm ci brings it along.\n';
    expect(runByOlder(`${folder}/main.js`)).toMatchObject({ status: 2, stdout: '', stderr });
  });
});

describe('the program compiled ahead', () => {
  let folder: string;
  let bundle: Bundle;
  let made: Buffer;

  beforeAll(async () => {
    folder = mkdtempSync(`${tmpdir()}/compile-ahead-`);
    // Without this file beside it Node would have to find out what `main.js` is.
    writeFileSync(`${folder}/package.json`, '{"type":"module"}');
    writeFileSync(`${folder}/app-of-before.js`, '');
    bundle = await buildBundle(folder);
    await compileAhead(bundle);
    made = readFileSync(bundle.cache);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** In a process of its own: a worker of jest has changed flags of V8, and a form made under others is refused. */
  const refuses = (): unknown => {
    const look = `const { readFileSync: read } = require('fs');
      const { Script } = require('vm');
      const [app, cache] = process.argv.slice(1);
      const { cachedDataRejected } = new Script(read(app, 'latin1'), { cachedData: read(cache) });
      console.log(cachedDataRejected);`;
    const { stdout } = spawnSync(process.execPath, ['-e', look, bundle.app, bundle.cache], {
      encoding: 'utf8',
      env: {},
    });
    return stdout.trim();
  };
  const faults = (): Promise<{ status: number | string; output: string }> =>
    runPipe({ main: bundle.main, environment: {}, workingDir: folder });

  it('is what V8 takes instead of the text, and nothing of an earlier build stands beside it', async () => {
    expect(refuses()).toBe('false');
    expect(made.byteLength).toBeGreaterThan(200_000);
    expect(readdirSync(folder).filter((name) => name.startsWith('app-'))).toHaveLength(2);
    expect(await faults()).toMatchObject({ status: 2, output: expect.stringContaining('VARIABLES_INVALID') });
  });

  it('has the same bytes whenever it is made', async () => {
    rmSync(bundle.cache);
    await compileAhead(bundle);
    expect(readFileSync(bundle.cache).equals(made)).toBe(true);
  });

  it.each([
    { name: 'is of another V8', spoil: (bytes: Buffer) => bytes.fill(0xff, 0, 16) },
    { name: 'is cut off', spoil: (bytes: Buffer) => bytes.subarray(0, 40) },
    { name: 'is empty', spoil: () => Buffer.alloc(0) },
  ])('is passed over where it $name', async ({ spoil }) => {
    writeFileSync(bundle.cache, spoil(Buffer.from(made)));
    expect(await faults()).toMatchObject({ status: 2, output: expect.stringContaining('VARIABLES_INVALID') });
  });
});

function start(env: Readonly<Record<string, string>>, cwd: string): ChildProcess {
  return spawn(process.execPath, [MAIN], { cwd, env: { ...env }, stdio: ['ignore', 'ignore', 'ignore'] });
}
