import { afterEach, describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { predicateOf, runStep } from '../support/step.ts';
import { DAY, HOUR, makeWorld, type World } from './support/cleanup.ts';

const worlds: World[] = [];
afterEach(() => worlds.splice(0).forEach(({ step }) => step.remove()));

async function world(...given: Parameters<typeof makeWorld>): Promise<World> {
  const made = await makeWorld(...given);
  worlds.push(made);
  made.sandbox.bitbucket.plantPullRequest({ id: 2, state: 'MERGED' });
  return made;
}

describe('a removal', () => {
  it.each([
    { name: 'is gone already', status: 404, body: { error: { code: 'not_found' } }, outcome: 'gone' },
    { name: 'serves production by now', status: 200, body: { readySubstate: 'PROMOTED' }, outcome: 'changed' },
    { name: 'is of production by now', status: 200, body: { target: 'production' }, outcome: 'changed' },
    { name: 'is another by now', status: 200, body: { meta: {} }, outcome: 'changed' },
  ])('is none where the deployment $name', async ({ status: answer, body, outcome }) => {
    const { plant, act, acts, recorded, sandbox } = await world();
    const { id, meta } = plant({ pullRequest: 2 });
    const shown = { id, readyState: 'READY', target: null, meta, ...body };
    sandbox.misbehave({
      match: { path: new RegExp(`/v13/deployments/${id}`) },
      action: { kind: 'status', status: answer, body: shown },
    });
    expect((await act()).status).toBe(0);
    expect(acts()).toEqual([]);
    expect(recorded()).toMatchObject([{ deploymentId: id, outcome }]);
  });

  it('whose answer is lost is found gone', async () => {
    const { plant, act, recorded, sandbox } = await world();
    plant({ pullRequest: 2 });
    sandbox.misbehave({ match: { method: 'DELETE' }, action: { kind: 'after-then-reset' } });
    expect((await act()).status).toBe(0);
    expect(recorded()).toMatchObject([{ outcome: 'gone' }]);
  });

  it('waits where Vercel limits requests', async () => {
    const { plant, act, recorded, sandbox } = await world();
    plant({ pullRequest: 2 });
    sandbox.misbehave({ match: { method: 'DELETE' }, action: { kind: 'rate-limit', retryAfterSeconds: 7 } });
    const { status, platform } = await act();
    expect(status).toBe(0);
    expect(platform.clock.slept.some((ms) => ms >= 7000)).toBe(true);
    expect(recorded()).toMatchObject([{ outcome: 'done' }]);
  });

  it('that is refused three times in a row ends the cleanup, and the record says what was not reached', async () => {
    const { plant, act, recorded, sandbox, step } = await world();
    for (let index = 0; index < 5; index += 1) plant({ pullRequest: 2, age: (20 + index) * DAY });
    sandbox.misbehave({ match: { method: 'DELETE' }, times: 99, action: { kind: 'status', status: 403 } });
    const { status, log } = await act();
    expect(status).toBe(5);
    expect(log).toMatch(
      /DENIED_BY_VERCEL: The cleanup is not complete: 3 of 5 acts failed, and 2 were not tried\. Vercel did not delete/,
    );
    expect((recorded() as { outcome: string }[]).map(({ outcome }) => outcome)).toEqual([
      'failed',
      'failed',
      'failed',
      'not-reached',
      'not-reached',
    ]);
    expect(predicateOf(step.readOne('.result.sigstore.json'))['outcome']).toMatchObject({
      status: 'denied',
      code: 'DENIED_BY_VERCEL',
    });
  });

  it('is no denial where another has been done', async () => {
    const { plant, act, recorded, sandbox, step } = await world();
    const [, { id }] = [plant({ pullRequest: 2, age: 20 * DAY }), plant({ pullRequest: 2, age: 21 * DAY })];
    sandbox.misbehave({ match: { method: 'DELETE', path: new RegExp(id) }, action: { kind: 'status', status: 403 } });
    expect((await act()).status).toBe(5);
    expect((recorded() as { outcome: string }[]).map(({ outcome }) => outcome).sort()).toEqual(['done', 'failed']);
    expect(predicateOf(step.readOne('.result.sigstore.json'))['outcome']).toMatchObject({ status: 'failed' });
  });

  it('that a stop cuts off is unknown, and what comes after it is not reached', async () => {
    const { plant, recorded, sandbox, step } = await world();
    for (const days of [20, 21, 22]) plant({ pullRequest: 2, age: days * DAY });
    const stop = new AbortController();
    const { status } = await runStep(sandbox, step, {
      environment: { DRY_RUN: 'false' },
      stop: stop.signal,
      network: (network) => ({
        ...network,
        async send(request) {
          const reply = await network.send(request);
          if (request.method === 'DELETE') stop.abort(new PipeError({ code: 'TERMINATED', message: 'stopped' }));
          return reply;
        },
      }),
    });
    expect(status).toBe(143);
    expect((recorded() as { outcome: string }[]).map(({ outcome }) => outcome)).toEqual([
      'unknown',
      'not-reached',
      'not-reached',
    ]);
  });
});

describe('the note that a run is settled', () => {
  it('is not stored where the record that it names is not: the next cleanup looks again', async () => {
    const { plant, act, stored, sandbox } = await world();
    plant({ age: 7 * HOUR, records: ['intent'] });
    const before = stored();
    const match = { method: 'PUT', path: /-preview-.*\.intent\.sigstore/ };
    sandbox.misbehave({ match, times: 99, action: { kind: 'status', status: 403 } });
    const { status, log } = await act();
    expect(status).toBe(3);
    expect(log).toMatch(/- not stored: \S+\.intent\.sigstore\.json\n.*- not stored: \S+\.settled\.json\n/);
    expect(stored().filter((name) => !before.includes(name))).toEqual([
      expect.stringMatching(/\.result\.sigstore\.json$/),
    ]);
  });
});
