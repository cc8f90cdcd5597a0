import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withoutSecondRun } from '../../src/commands/unstored.ts';
import { PipeError } from '../../src/errors.ts';
import { createSandbox, STORE_URLS, type Sandbox } from '../../src/sandbox/index.ts';
import { makeStep, runStep, type RunOptions, type Step, type StepRun } from '../support/step.ts';
import { editPolicy } from './support/examine.ts';

const FOLDER = `${STORE_URLS.files}/records/`;
const TIMES = 99;

let sandbox: Sandbox;
let step: Step;

beforeEach(async () => {
  sandbox = await createSandbox({ stores: STORE_URLS, deployment: { polls: 1 } });
  step = await makeStep(sandbox, { RECORD_STORE: FOLDER, RECORD_STORE_TOKEN: token() });
});
afterEach(() => step.remove());

const token = (): string => sandbox.stores?.files.token ?? '';
const made = (): number => sandbox.vercel.deployments.filter(({ body }) => body !== undefined).length;
const stored = (): string[] => (sandbox.stores?.files.files ?? []).map(({ path }) => path.replace('/records/', ''));
const endings = (names: readonly string[]): string[] => names.map((name) => name.replace(/^.*?\./, ''));
const refuse = (name: RegExp): void =>
  void sandbox.misbehave({
    match: { method: 'PUT', path: name },
    times: TIMES,
    action: { kind: 'status', status: 403 },
  });

/** One run of which the store takes no file whose address is `refused`. */
async function runRefused(refused: RegExp, options: RunOptions = {}): Promise<StepRun> {
  let down = true;
  const run = await runStep(sandbox, step, {
    ...options,
    network: (network) => ({
      ...network,
      send(request) {
        if (!down || !request.url.startsWith(FOLDER) || !refused.test(request.url)) return network.send(request);
        return Promise.reject(Object.assign(new Error('down'), { name: 'NetworkFault', detail: 'ECONNREFUSED' }));
      },
    }),
  });
  down = false;
  return run;
}

/** The same step, as Bitbucket runs it again: with a token of its own. */
async function again(keyless: boolean): Promise<StepRun> {
  return runStep(sandbox, step, {
    environment: {
      ...(keyless ? { SIGNING_KEY: undefined } : {}),
      BITBUCKET_STEP_RUN_NUMBER: '2',
      BITBUCKET_STEP_OIDC_TOKEN: await sandbox.issuer.mintToken(),
    },
  });
}

/** What the error says: the named files are put into the store, as they are in the artifacts. */
async function putByHand(log: string): Promise<void> {
  for (const [, name = ''] of log.matchAll(/- not stored: (\S+)/g)) {
    const headers = { authorization: `Bearer ${token()}`, 'if-none-match': '*', 'content-type': 'application/json' };
    const request = new Request(`${FOLDER}${name}`, { method: 'PUT', headers, body: step.read(name) });
    expect((await sandbox.handle(request)).status).toBe(201);
  }
}

describe('the error of a record that is not stored says what a second run does', () => {
  const CASES = [
    { name: 'keyless, with the intent stored', keyless: true, refused: /result/, says: /by its intent\.$/m, then: 1 },
    {
      name: 'keyless, with nothing stored',
      keyless: true,
      refused: /./,
      says: /It makes another deployment, as it knows a keyless one by its intent in the store alone\.$/m,
      then: 2,
    },
    {
      name: 'with a stored key',
      keyless: false,
      refused: /./,
      says: /It takes this deployment, which it knows by the key that signs\.$/m,
      then: 1,
    },
  ];

  it.each(CASES)('$name; and so it is', async ({ keyless, refused, says, then }) => {
    const environment = keyless ? { SIGNING_KEY: undefined } : {};
    const { status, log } = await runRefused(refused, { environment });
    expect(status).toBe(3);
    expect(log).toMatch(
      /fix: .*Put the files that are named here into the store.*a second run stores only files of its/,
    );
    expect(log).toMatch(says);
    const [, box = ''] = /^error LIVE, ([^]*)/m.exec(log) ?? [];
    expect(box).toMatch(/fix: +The deployment is live: do not run the step again for this\. Check that this step may/);
    expect(box.match(/run the step again/gi)).toHaveLength(1);
    const first = stored();
    expect((await again(keyless)).status).toBe(0);
    expect(made()).toBe(then);
    expect(endings(stored().slice(first.length))).toEqual([
      ...['intent.sigstore.json', 'result.sigstore.json', 'manifest.json'],
    ]);
  });

  it('and a keyless deployment whose files are put there by hand is known again', async () => {
    const { log } = await runRefused(/./, { environment: { SIGNING_KEY: undefined } });
    await putByHand(log);
    expect(endings(stored())).toEqual(['intent.sigstore.json', 'result.sigstore.json', 'manifest.json']);
    expect((await again(true)).log).toMatch(/adopted/);
    expect(made()).toBe(1);
  });

  it('nothing of the deployment where it is not live, and of FORCE what that does', async () => {
    refuse(/./);
    sandbox.vercel.planDeployments({ outcome: 'ERROR' });
    const failed = await runStep(sandbox, step);
    expect(failed.status).toBe(1);
    expect(failed.log).toMatch(/a second run stores only files of its own\.$/m);
    expect(failed.log).not.toMatch(/do not run the step again/);
    sandbox.vercel.planDeployments({ outcome: 'READY' });
    const forced = await runStep(sandbox, step, { environment: { FORCE: 'true' } });
    expect(forced.log).toMatch(/It makes another deployment, as FORCE says\.$/m);
  });

  it('that it is right after an intent that had to be stored first: nothing was made', async () => {
    editPolicy(step, (text) => text.replace('exchange: direct', 'exchange: direct\n    require: { store: true }'));
    const { log } = await runRefused(/./);
    expect(made()).toBe(0);
    expect(log).not.toMatch(/do not run the step again/);
    expect(log).toMatch(/fix: +Check that this step may reach \S+; [^\n]*\. Then run the step again\.$/m);
  });

  it("and takes out of a service's advice a second run alone", () => {
    const advice = [
      ['S3 is busy or broken: run the step again later.', 'S3 is busy or broken.'],
      ['See status.atlassian.com, then run the step again.', 'See status.atlassian.com.'],
      ['Check the clock of this machine; then run it again.', 'Check the clock of this machine.'],
      ['Check that this step may reach that host, and run it again.', 'Check that this step may reach that host.'],
      ['Run the step again for a new token. In a long step, deploy first.', 'In a long step, deploy first.'],
      ['Look for a proxy; behind it set HTTPS_PROXY.', 'Look for a proxy; behind it set HTTPS_PROXY.'],
    ];
    expect(advice.map(([fix = '']) => withoutSecondRun(fix))).toEqual(advice.map(([, left]) => left));
  });
});

it('a run that is stopped stores what it can, and names what a store that hangs did not take', async () => {
  const stop = new AbortController();
  let following = false;
  const { status, log } = await runStep(sandbox, step, {
    stop: stop.signal,
    network: (network) => ({
      ...network,
      send(request) {
        const { url, signal } = request;
        if (/\/v13\/deployments\//.test(url) && request.method === 'GET') {
          following = true;
          stop.abort(new PipeError({ code: 'TERMINATED', message: 'The run was stopped.' }));
        }
        if (!following || !url.startsWith(FOLDER) || !url.includes('manifest')) return network.send(request);
        return new Promise((_, reject) => {
          signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        });
      },
    }),
    clock: (plain) => ({ timeout: (ms) => (ms === 1000 && following ? AbortSignal.timeout(400) : plain.timeout(ms)) }),
  });
  expect(status).toBe(143);
  expect(log).toMatch(/- not stored: \S+\.manifest\.json\n/);
  expect(endings(stored())).toEqual(['intent.sigstore.json', 'result.sigstore.json']);
});
