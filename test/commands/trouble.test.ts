import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { watchNetwork, type WatchedNetwork } from '../../src/commands/trouble.ts';
import type { SendRequest } from '../../src/platform/types.ts';
import { createSandbox } from '../../src/sandbox/index.ts';
import { makeStep, runStep } from '../support/step.ts';

type Outcome = number | Error;

/** A network that answers each request by the next outcome. */
function watch(
  outcomes: readonly Outcome[],
): WatchedNetwork & { ask: (path: string, signal?: AbortSignal) => Promise<void> } {
  const left = [...outcomes];
  const watched = watchNetwork({
    send() {
      const outcome = left.shift() ?? 200;
      if (typeof outcome !== 'number') return Promise.reject(outcome);
      return Promise.resolve({ status: outcome, headers: {}, body: Readable.from([]) });
    },
    close: () => undefined,
  });
  const ask = async (path: string, signal?: AbortSignal): Promise<void> => {
    const request: SendRequest = {
      method: 'GET',
      url: `https://a.example${path}`,
      headers: {},
      ...(signal ? { signal } : {}),
    };
    await watched.network.send(request).catch(() => undefined);
  };
  return { ...watched, ask };
}

const fault = (detail: string): Error => Object.assign(new Error(detail), { name: 'NetworkFault', detail });

describe('what goes wrong on the network', () => {
  it('is known without its query, until the same request succeeds', async () => {
    const { ask, trouble } = watch([500, fault('ECONNRESET'), 404]);
    await ask('/one?signature=secret');
    await ask('/two');
    expect(trouble()).toEqual(['GET a.example/one: status 500', 'GET a.example/two: ECONNRESET']);
    await ask('/one?signature=secret');
    expect(trouble()).toEqual(['GET a.example/two: ECONNRESET']);
  });

  it('is no answer that another attempt would not change, and nothing that was given up', async () => {
    const { ask, trouble } = watch([404, 403, new Error('a bug'), fault('aborted'), new Error('late')]);
    for (const path of ['/a', '/b', '/c']) await ask(path);
    await ask('/d', AbortSignal.abort(new Error('stopped')));
    expect(trouble()).toEqual([]);
    await ask('/e', AbortSignal.abort(new DOMException('late', 'TimeoutError')));
    expect(trouble()).toEqual(['GET a.example/e: no answer in time']);
  });

  it('is nothing where Bitbucket has no proxy for reports', async () => {
    const network = watchNetwork({ send: () => Promise.reject(fault('ECONNREFUSED')), close: () => undefined });
    const request: SendRequest = { method: 'PUT', url: 'https://a.example/', headers: {}, proxy: 'bitbucket' };
    await expect(network.network.send(request)).rejects.toThrow('ECONNREFUSED');
    expect(network.trouble()).toEqual([]);
  });

  it('is watched on all that the network is: whoever asks must know its proxy', async () => {
    const httpsProxy = 'proxy.example.com:3128';
    const sandbox = await createSandbox();
    const step = await makeStep(sandbox);
    const refused = (): Promise<never> => Promise.reject(fault('ECONNREFUSED'));
    const { status, log } = await runStep(sandbox, step, {
      network: (network) => ({ ...network, httpsProxy, send: refused }),
    });
    step.remove();
    expect(status).toBe(3);
    expect(log).toContain(`through the proxy ${httpsProxy}`);
  });

  it('is told of the last three, the newest last', async () => {
    const { ask, trouble } = watch([500, 500, 500, 500, 502]);
    for (const path of ['/a', '/b', '/c', '/d', '/b']) await ask(path);
    expect(trouble()).toEqual([
      'GET a.example/c: status 500',
      'GET a.example/d: status 500',
      'GET a.example/b: status 502',
    ]);
  });
});
