import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Files, Network } from '../../src/platform/types.ts';
import {
  createSandbox,
  PROVIDER_URLS,
  RECORD_KEY,
  STORE_URLS,
  VAULT_ROLE,
  type MisbehaveRule,
  type Sandbox,
} from '../../src/sandbox/index.ts';
import { makeStep, runStep, type Step } from '../support/step.ts';
import { editPolicy } from './support/examine.ts';

const VAULT = `signers: { vault: { address: '${PROVIDER_URLS.vault}', role: ${VAULT_ROLE}, key: ${RECORD_KEY} } }\n`;
const INTENT = 'intent.sigstore.json';
const RESULT = 'result.sigstore.json';
const MANIFEST = 'manifest.json';

let sandbox: Sandbox;
let step: Step;

beforeEach(async () => {
  sandbox = await createSandbox({ providers: PROVIDER_URLS, stores: STORE_URLS, deployment: { polls: 1 } });
  step = await makeStep(sandbox, {
    RECORD_STORE: `${STORE_URLS.files}/records/`,
    RECORD_STORE_TOKEN: sandbox.stores?.files.token ?? '',
  });
});
afterEach(() => step.remove());

/** The endings of the names, in the order in which they came. */
const stored = (): string[] => (sandbox.stores?.files.files ?? []).map(({ path }) => path.replace(/^.*?\./, ''));
/** The store's answer to what has such a name. */
const answer = (path: RegExp, status: number, times = 99): void =>
  void sandbox.misbehave({ match: { method: 'PUT', path }, times, action: { kind: 'status', status } });
/** A disk that has no room for a file of such a name. */
const full =
  (name: RegExp) =>
  (files: Files): Partial<Files> => ({
    writeNew: (path, bytes) =>
      name.test(path)
        ? Promise.reject(Object.assign(new Error('no space'), { code: 'ENOSPC' }))
        : files.writeNew(path, bytes),
  });
/** Vault signs the intent and the link to it, and then no more. */
const vaultDown = (network: Network): Network => {
  let signatures = 0;
  return {
    ...network,
    send(request) {
      signatures += request.url.includes('/transit/sign/') ? 1 : 0;
      if (!request.url.includes('/transit/sign/') || signatures < 3) return network.send(request);
      return Promise.reject(Object.assign(new Error('down'), { name: 'NetworkFault', detail: 'ECONNREFUSED' }));
    },
  };
};

describe('what reaches the store', () => {
  it('is the intent and the result first, and the manifest last', async () => {
    expect((await runStep(sandbox, step)).status).toBe(0);
    expect(stored()).toEqual([INTENT, RESULT, MANIFEST]);
  });

  it('is all else, where it refuses the manifest; the error names that', async () => {
    answer(/manifest/, 413);
    const { status, log } = await runStep(sandbox, step);
    expect(status).toBe(3);
    expect(log).toMatch(/^error LIVE, record kept at \S+ RECORD_NOT_STORED: The record \S+\.manife… could not be/m);
    expect(log).toMatch(/^ {2}│ - not stored: \S+\.manifest\.json$/m);
    expect(log).not.toMatch(/not stored: \S+\.(?:intent|result)/);
    expect(stored()).toEqual([INTENT, RESULT]);
  });

  it('is all else, where it refuses the intent; the first error is told, with the answer to each other file', async () => {
    answer(/intent/, 403);
    answer(/manifest/, 413);
    const { status, log } = await runStep(sandbox, step);
    expect(status).toBe(3);
    expect(log).toMatch(/^error LIVE, [^]*?RECORD_NOT_STORED: The record \S+\.intent\S+ could not be stored/m);
    expect(log).toMatch(/not stored: \S+\.intent\.sigstore\.json\n.*not stored: \S+\.manifest\.json \(status 413/);
    expect(stored()).toEqual([RESULT]);
  });

  it('is the signed result too, where the folder refuses it', async () => {
    const { status, log } = await runStep(sandbox, step, { files: full(/\.result\./) });
    expect(status).toBe(3);
    expect(stored()).toEqual([INTENT, RESULT, MANIFEST]);
    expect(log).toMatch(
      /^error LIVE, record kept at https:\/\/files\.example\.com\/records\/\S+\.result\.sigstore\.json\. RECORD_NOT_STORED: A file of the record could not be written\.\n.*got: {4}ENOSPC/m,
    );
  });

  it('is the result of a run that the folder ended before anything was created', async () => {
    const { status, log } = await runStep(sandbox, step, { files: full(/\.intent\./) });
    expect(status).toBe(3);
    expect(log).toMatch(/^error RECORD_NOT_STORED: A file of the record could not be written\./m);
    // The result names no intent, so none may stand beside it.
    expect(stored()).toEqual([RESULT, MANIFEST]);
    expect(sandbox.vercel.deployments.filter(({ body }) => body !== undefined)).toEqual([]);
  });

  it('is what there is, where the key signs no result', async () => {
    editPolicy(step, (text) => `${VAULT}${text}`);
    const { status, log } = await runStep(sandbox, step, { network: vaultDown });
    expect(status).toBe(3);
    expect(log).toMatch(/^error LIVE, without a record\. NETWORK: /m);
    expect(stored()).toEqual([INTENT, MANIFEST]);
  });

  it('does not hide the first of two errors, nor the end of the run; the second is a warning', async () => {
    answer(/manifest/, 413);
    sandbox.vercel.planDeployments({ outcome: 'ERROR' });
    const { status, log } = await runStep(sandbox, step, { files: full(/\.result\./) });
    expect(status).toBe(1);
    expect(log).toMatch(/^warn RECORD_NOT_STORED: The record \S+ could not .* status 413.* not stored: \S+\.manifest/m);
    expect(log).toMatch(/^error record kept at https:\S+ RECORD_NOT_STORED: A file [^]*^error DEPLOYMENT_FAILED: /m);
    expect(stored()).toEqual([INTENT, RESULT]);
  });
});

describe('an intent that no grant requires in the store', () => {
  const created = (): number => sandbox.journal.findIndex(({ path }) => path === '/v13/deployments');
  const intents = (): number[] =>
    sandbox.journal.flatMap(({ method, path }, at) => (method === 'PUT' && path.endsWith(INTENT) ? [at] : []));

  it('is there before anything is created, and is sent once', async () => {
    expect((await runStep(sandbox, step)).status).toBe(0);
    expect(intents()).toEqual([expect.any(Number)]);
    expect(intents()[0]).toBeLessThan(created());
  });

  it.each<{ readonly name: string; readonly action: MisbehaveRule['action'] }>([
    { name: 'is refused', action: { kind: 'status', status: 503 } },
    { name: 'is taken, but the answer is lost', action: { kind: 'after-then-reset' } },
  ])('that $name costs a warning, and is sent again at the end', async ({ action }) => {
    sandbox.misbehave({ match: { method: 'PUT', path: /intent/ }, times: 4, action });
    const { status, log } = await runStep(sandbox, step);
    expect(log).toMatch(/^warn The intent is not in the store yet; the end of this run tries again\. The record /m);
    expect(status).toBe(0);
    expect(stored().toSorted()).toEqual([INTENT, MANIFEST, RESULT]);
    expect(intents()).toHaveLength(5);
  });

  it('waits ten seconds at most for a store that does not answer, and the deployment is made', async () => {
    let hung = true;
    const { status, log } = await runStep(sandbox, step, {
      network: (network) => ({
        ...network,
        send(request) {
          const { url, signal } = request;
          if (!url.includes('/records/') || !hung || !signal) return network.send(request);
          return new Promise((_, reject) => {
            const end = (): void => {
              hung = false;
              reject(signal.reason as Error);
            };
            signal.addEventListener('abort', end, { once: true });
          });
        },
      }),
      clock: (plain) => ({ timeout: (ms) => (ms === 10_000 ? AbortSignal.timeout(200) : plain.timeout(ms)) }),
    });
    expect(log).toMatch(
      /^warn The intent is not in .* The store did not take the intent in time\. no answer within 10 s$/m,
    );
    expect(status).toBe(0);
    expect(stored()).toEqual([INTENT, RESULT, MANIFEST]);
  });

  it('finds a store that can never be used before anything is created', async () => {
    const { status, log } = await runStep(sandbox, step, {
      environment: {
        RECORD_STORE: 'bitbucket-downloads',
        RECORD_STORE_TOKEN: undefined,
        BITBUCKET_ACCESS_TOKEN: sandbox.bitbucket.accessToken,
        BITBUCKET_REPO_FULL_NAME: 'web',
      },
    });
    expect(log).toMatch(/^error VARIABLES_INVALID: RECORD_STORE names a store of kind bitbucket-downloads/m);
    expect(status).toBe(2);
    expect(created()).toBe(-1);
  });
});
