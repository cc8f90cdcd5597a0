import { describe, expect, it } from '@jest/globals';
import { follow } from './support/follow.ts';
import { failureOf, LIVE, reply, reportOf, state } from './support/scripted-api.ts';

describe('a deployment that is followed', () => {
  it('is live when its domains are assigned, not at READY', async () => {
    const { end, states, api } = follow({
      reads: [state('BUILDING'), state('READY', { readySubstate: 'STAGED' }), LIVE],
    });
    expect(await end).toBe('live');
    expect(states).toEqual(['BUILDING', 'READY', 'READY']);
    expect(api.count('project')).toBe(0);
  });

  it.each([
    { name: 'live', created: { aliasAssigned: true }, options: {}, ending: 'live' },
    { name: 'staged', created: { readySubstate: 'STAGED' }, options: { autoAssign: false }, ending: 'staged' },
    { name: 'rolling', created: { readySubstate: 'ROLLING' }, options: {}, ending: 'rolling' },
  ])('needs no call where its create says that it is $name', async ({ created, options, ending }) => {
    const { end, api } = follow({}, { created: reportOf('READY', created), options });
    expect(await end).toBe(ending);
    expect(api.calls).toEqual([]);
  });

  it('is not followed with wait: false, whatever its state', async () => {
    const { end, api, states } = follow({}, { created: reportOf('ERROR'), options: { wait: false } });
    expect(await end).toBe('created');
    expect({ calls: api.calls, states }).toEqual({ calls: [], states: [] });
  });

  it('is not asked about where its create says that it failed; its log is read', async () => {
    const items = [{ id: 'a', date: 1, type: 'stderr', text: 'why' }];
    const { end, api, log } = follow({ streams: [{ items, then: 'open' }] }, { created: reportOf('ERROR') });
    expect(await failureOf(end)).toMatchObject({ code: 'DEPLOYMENT_FAILED' });
    expect(api.calls).toEqual(['events undefined']);
    expect(log()).toContain('  │ why');
  });

  it('ends at READY where it is staged on purpose, and says how to promote it', async () => {
    const { end, log } = follow(
      { reads: [state('BUILDING'), state('READY', { readySubstate: 'STAGED' })] },
      { options: { autoAssign: false } },
    );
    expect(await end).toBe('staged');
    expect(log()).toMatch(/built and staged, as asked.*COMMAND: promote, DEPLOYMENT: dpl_1/);
  });

  it('ends when a rolling release has begun with it, or waits for another one', async () => {
    const begun = follow({ reads: [state('READY', { readySubstate: 'ROLLING' })] });
    expect(await begun.end).toBe('rolling');
    expect(begun.log()).toContain("share of production's traffic");

    const staged = state('READY', { readySubstate: 'STAGED' });
    const queued = follow({
      reads: [staged, staged, staged],
      projects: [reply({ rollingRelease: { state: 'ACTIVE' } })],
    });
    expect(await queued.end).toBe('rolling');
    expect(queued.log()).toMatch(/built and queued\. Another release is active/);
    expect(queued.api.count('project')).toBe(1);
  });

  it('fails where production was rolled back', async () => {
    const staged = state('READY', { readySubstate: 'STAGED' });
    const { end } = follow({
      reads: [staged, staged, staged],
      projects: [reply({ lastAliasRequest: { type: 'rollback', jobStatus: 'succeeded' } })],
    });
    expect(await failureOf(end)).toMatchObject({ code: 'DOMAINS_NOT_ASSIGNED', exitStatus: 1 });
  });

  it('names a state that is not known, once', async () => {
    const { end, log } = follow({ reads: [state('HIBERNATING'), state('HIBERNATING'), LIVE] });
    expect(await end).toBe('live');
    expect(log().match(/a state that this pipe does not know, HIBERNATING/g)).toHaveLength(1);
  });

  it.each([
    { name: 'ERROR', code: 'DEPLOYMENT_FAILED' },
    { name: 'BLOCKED', code: 'DEPLOYMENT_BLOCKED' },
    { name: 'CANCELED', code: 'DEPLOYMENT_CANCELED' },
    { name: 'DELETED', code: 'DEPLOYMENT_CANCELED' },
  ])('ends at $name with $code', async ({ name, code }) => {
    const { end, states } = follow({ reads: [state('BUILDING'), state(name)] });
    expect(await failureOf(end)).toMatchObject({ code });
    expect(states).toEqual(['BUILDING', name]);
  });
});

describe('the pace of the polls', () => {
  it('begins at a second and slows down', async () => {
    const building = Array.from({ length: 60 }, () => state('BUILDING'));
    const { end, elapsed, api } = follow({ reads: [...building, LIVE] });
    await end;
    // 15 of 1 s, 15 of 3 s, 24 of 10 s, 6 of 15 s; then the log's second.
    expect(elapsed()).toBe(15_000 + 45_000 + 240_000 + 90_000 + 1000);
    expect(api.count('read')).toBe(61);
  });

  it('is broken by the log, which knows first that the domains are assigned', async () => {
    const building = Array.from({ length: 29 }, () => state('BUILDING'));
    const items = [{ type: 'alias-assigned', date: 1, alias: [], aliasError: null }];
    const { end, elapsed } = follow({ reads: [...building.slice(0, 1), LIVE], streams: [{ items, then: 'end' }] });
    expect(await end).toBe('live');
    expect(elapsed()).toBe(0);
  });

  it('believes the log that the domains were refused', async () => {
    const items = [{ type: 'alias-assigned', date: 1, alias: [], aliasError: { code: 'cert_missing', message: 'No' } }];
    const { end } = follow({ reads: [state('READY'), state('READY')], streams: [{ items, then: 'end' }] });
    expect(await failureOf(end)).toMatchObject({ code: 'DEPLOYMENT_FAILED', got: 'cert_missing No' });
  });

  it('believes the state more than the log', async () => {
    const items = [{ type: 'alias-assigned', date: 1, alias: [], aliasError: { code: 'x', message: 'No' } }];
    const { end } = follow({ reads: [state('READY'), LIVE], streams: [{ items, then: 'end' }] });
    expect(await end).toBe('live');
  });
});

describe('a stop', () => {
  it('ends the following with its reason', async () => {
    const stop = new AbortController();
    const { end } = follow({ reads: Array.from({ length: 9 }, () => state('BUILDING')) }, { signal: stop.signal });
    setImmediate(() => stop.abort(new Error('stopped')));
    expect(await failureOf(end)).toBe(stop.signal.reason);
  });
});

describe('the log of a deployment that has ended', () => {
  it('is waited for, a second where all is well and five where it failed', async () => {
    const live = follow({ reads: [LIVE] });
    await live.end;
    expect(live.elapsed()).toBe(1000);
    const failed = follow({ reads: [state('ERROR')] });
    await failureOf(failed.end);
    expect(failed.elapsed()).toBe(5000);
  });

  it('is read once more, at once, where it broke off and the deployment failed', async () => {
    const line = (id: string, date: number): object => ({ id, date, type: 'stderr', text: id });
    const { end, elapsed, log } = follow({
      reads: [state('ERROR')],
      streams: [
        { items: [line('a', 1)], then: 'break' },
        { items: [line('why', 2)], then: 'end' },
      ],
    });
    await failureOf(end);
    expect(log()).toContain('  │ why');
    expect(elapsed()).toBe(0);
  });

  it('fails nothing by itself', async () => {
    const { end } = follow({ reads: [state('BUILDING'), LIVE], streams: [{ items: [], then: 'break' }] });
    expect(await end).toBe('live');
  });
});
