import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EXIT_STATUS } from '../../src/errors.ts';
import type { Clock, Network } from '../../src/platform/types.ts';
import { createSandbox, PROVIDER_URLS, RECORD_KEY, STORE_URLS, VAULT_ROLE } from '../../src/sandbox/index.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { makeStep, predicateOf, runStep, type Step, type StepRun } from '../support/step.ts';
import { editPolicy } from './support/examine.ts';

const STORE_MS = 60_000;
const SIGN_MS = 15_000;
const VAULT = `signers: { vault: { address: '${PROVIDER_URLS.vault}', role: ${VAULT_ROLE}, key: ${RECORD_KEY} } }\n`;

let sandbox: Sandbox;
let step: Step;

beforeEach(async () => {
  sandbox = await createSandbox({ providers: PROVIDER_URLS, stores: STORE_URLS, deployment: { polls: 1 } });
  step = await makeStep(sandbox, { TIMEOUT: '6h' });
});
afterEach(() => step.remove());

/** Requests to these paths get no answer, from the `nth` on; and a bound of `ms` comes soon. */
function runHung(path: RegExp, nth: number, ms: number, environment: Record<string, string>): Promise<StepRun> {
  let seen = 0;
  const network = (plain: Network): Network => ({
    ...plain,
    send(request) {
      seen += path.test(request.url) ? 1 : 0;
      if (!path.test(request.url) || seen < nth) return plain.send(request);
      const { signal } = request;
      return new Promise((_, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });
    },
  });
  const clock = (plain: Clock): Partial<Clock> => ({
    timeout: (asked) => (asked === ms && seen >= nth - 1 ? AbortSignal.timeout(60) : plain.timeout(asked)),
  });
  return runStep(sandbox, step, { network, clock, environment });
}

const home = (): Record<string, string> => ({
  RECORD_STORE: `${STORE_URLS.files}/records/`,
  RECORD_STORE_TOKEN: sandbox.stores?.files.token ?? '',
});

describe('what does not answer at the end of a run', () => {
  it('is told, where it is the store: the record is in the clone', async () => {
    const { status, log } = await runHung(/\/records\//, 1, STORE_MS, home());
    expect(log).toMatch(
      /error LIVE, record kept at \S+ RECORD_NOT_STORED: The record could not be dated and stored in/,
    );
    expect(log).toContain('got:    no answer within 60 s');
    expect(status).toBe(EXIT_STATUS.RECORD_NOT_STORED);
    expect(predicateOf(step.readOne('.result.sigstore.json'))).toMatchObject({ outcome: { status: 'deployed' } });
  });

  it('costs the result no more than its time, where it is the timestamp authority', async () => {
    const tsa = sandbox.providers?.tsa.url ?? '';
    // The intent has its time.
    const { status, log } = await runHung(/\/timestamp/, 2, STORE_MS, { TIMESTAMP_URL: tsa });
    expect(log).toMatch(/warn The result bears no time of a third party\./);
    expect(status).toBe(0);
    expect(predicateOf(step.readOne('.result.sigstore.json'))).toMatchObject({ outcome: { status: 'deployed' } });
  });

  it('leaves the intent, and says why there is no result, where it is the key that signs', async () => {
    editPolicy(step, (text) => `${VAULT}${text}`);
    // It has signed the intent, and the link to it.
    const { status, log } = await runHung(/\/transit\/sign\//, 3, SIGN_MS, {});
    expect(log).toMatch(
      /error LIVE, without a record\. SERVICE_FAILED: The service of the signer vault did not sign in/,
    );
    expect(status).toBe(EXIT_STATUS.SERVICE_FAILED);
    expect(step.files().map((name) => name.replace(/^.*?\./, ''))).toContain('intent.sigstore.json');
  });
});
