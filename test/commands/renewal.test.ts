import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { makeStep, runStep } from '../support/step.ts';

const WAIT_S = 120;
const UPLOAD = /^\/v2\/files$/;

/** A Vercel whose tokens live for less than its own rate limits make an upload take. */
async function slowVercel(expiresInSeconds: number): Promise<Sandbox> {
  const made: { sandbox?: Sandbox } = {};
  // Its time moves on as the client's does, which sleeps for each 429.
  const waits = (): number => made.sandbox?.journal.filter(({ status }) => status === 429).length ?? 0;
  const now = (): number => Date.now() + waits() * WAIT_S * 1000;
  made.sandbox = await createSandbox({ now, exchange: { expiresInSeconds } });
  return made.sandbox;
}

describe('a credential that expires in the middle of an upload', () => {
  it("is exchanged again while the step's token lives, and both are revoked", async () => {
    const sandbox = await slowVercel(200);
    // One at a time: each wait is longer than the last token has left.
    for (let index = 0; index < 3; index += 1) {
      sandbox.misbehave({ match: { path: UPLOAD }, action: { kind: 'rate-limit', retryAfterSeconds: WAIT_S } });
    }
    const step = await makeStep(sandbox);
    const { status, log } = await runStep(sandbox, step);
    step.remove();
    expect({ status, log: status === 0 ? '' : log }).toEqual({ status: 0, log: '' });
    const tokens = sandbox.vercel.tokens.filter(({ kind }) => kind === 'app');
    expect(tokens.length).toBeGreaterThan(1);
    expect(tokens.filter(({ revokedAt }) => revokedAt === undefined)).toEqual([]);
    expect(sandbox.vercel.deployments.filter(({ body }) => body !== undefined)).toHaveLength(1);
  });

  it('is not what a stopped run cancels with: the renewed one is', async () => {
    const sandbox = await slowVercel(200);
    sandbox.vercel.planDeployments({ outcome: 'STUCK' });
    for (let index = 0; index < 3; index += 1) {
      sandbox.misbehave({ match: { path: UPLOAD }, action: { kind: 'rate-limit', retryAfterSeconds: WAIT_S } });
    }
    const step = await makeStep(sandbox);
    const stop = new AbortController();
    const { status, log } = await runStep(sandbox, step, {
      stop: stop.signal,
      network: (network) => ({
        ...network,
        send(request) {
          const polled = request.method === 'GET' && request.url.includes('/v13/deployments/');
          if (polled) setTimeout(() => stop.abort(new PipeError({ code: 'TERMINATED', message: 'Stopped.' })), 50);
          return network.send(request);
        },
      }),
    });
    step.remove();
    expect(status).toBe(143);
    expect(log).toMatch(/Canceled dpl_\w+, which was still building\./);
    const [first] = sandbox.vercel.tokens.filter(({ kind }) => kind === 'app');
    expect(first?.expiresAt).toBeLessThan(Date.now() + 3 * WAIT_S * 1000);
  });

  it('ends the run in time, and says so at its start, where it cannot be renewed', async () => {
    const sandbox = await slowVercel(200);
    const step = await makeStep(sandbox);
    const environment = {
      BITBUCKET_STEP_OIDC_TOKEN: await sandbox.issuer.mintToken({
        claims: { exp: Math.floor(Date.now() / 1000) + 90 },
      }),
      TIMEOUT: '1h',
    };
    const { log } = await runStep(sandbox, step, { environment });
    step.remove();
    expect(log).toMatch(/warn The step's token carries this run for \d min only, less than TIMEOUT\./);
  });
});
