import { describe, expect, it } from '@jest/globals';
import { showBuildLog, type BuildLog } from '../../src/deploy/build-log.ts';
import { memoryLog } from '../support/test-platform.ts';
import { PAGE, reportOf, scriptedApi, type ScriptedApi, type Stream } from './support/scripted-api.ts';
import { virtualClock, type VirtualClock } from './support/virtual-clock.ts';

interface Shown {
  readonly buildLog: BuildLog;
  readonly api: ScriptedApi;
  readonly clock: VirtualClock;
  readonly news: (string | undefined)[];
  readonly stop: AbortController;
  readonly shown: () => string[];
  readonly text: () => string;
}

function show(streams: readonly Stream[]): Shown {
  const api = scriptedApi({ streams });
  const clock = virtualClock();
  const log = memoryLog();
  const stop = new AbortController();
  const news: (string | undefined)[] = [];
  const { deployment } = reportOf('BUILDING');
  const buildLog = showBuildLog({ api, clock, log }, deployment, (error) => news.push(error), stop.signal);
  return {
    ...{ buildLog, api, clock, news, stop },
    shown: () => log.lines.filter(({ level }) => level === 'info').map(({ message }) => message.replace('  │ ', '')),
    text: () => log.text(),
  };
}

/** Until the reader has nothing to do but wait. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 40; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

const line = (id: string, date: number): Record<string, unknown> => ({ id, date, type: 'stdout', text: id });
const ALIASED = { type: 'alias-assigned', date: 9, alias: ['example.com'], aliasError: null };
const ended = (readyState: string): Record<string, unknown> => ({
  ...{ id: 'end', date: 9, type: 'deployment-state', info: { readyState } },
});

describe('a build log that breaks off', () => {
  it.each(['break', 'end'] as const)('goes on where it was, after a stream that came to its %s', async (how) => {
    const { buildLog, api, clock, shown } = show([
      { items: [line('a', 1), line('b', 2)], then: how },
      { items: [line('b', 2), line('c', 2), line('d', 3)], then: how },
      { items: [line('e', 4), ALIASED], then: 'end' },
    ]);
    await buildLog.ended;
    expect(shown()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(api.calls).toEqual(['events undefined', 'events 2', 'events 3']);
    expect(clock.slept).toEqual([1000, 1000]);
  });

  it('is asked again after longer and longer pauses while nothing new comes, and not for ever', async () => {
    const streams = Array.from({ length: 60 }, () => ({ items: [], then: 'break' }) as const);
    const { buildLog, api, clock, shown } = show(streams);
    await buildLog.ended;
    expect(api.count('events')).toBe(51);
    expect(clock.slept.slice(0, 6)).toEqual([2000, 4000, 8000, 16_000, 30_000, 30_000]);
    expect(shown()).toEqual([`… the build log broke off too often: the rest is at ${PAGE}`]);
  });

  it('is asked soon again after something new came', async () => {
    const { buildLog, clock } = show([
      { items: [], then: 'break' },
      { items: [], then: 'break' },
      { items: [line('a', 1)], then: 'break' },
      { items: [ALIASED], then: 'end' },
    ]);
    await buildLog.ended;
    expect(clock.slept).toEqual([2000, 4000, 1000]);
  });

  it('passes over what is no JSON object', async () => {
    const { buildLog, shown } = show([{ items: ['{', '[1]', 'null', line('a', 1), ALIASED], then: 'end' }]);
    await buildLog.ended;
    expect(shown()).toEqual(['a']);
  });
});

describe('the end of a build log', () => {
  it.each([
    { name: 'assigned domains', item: ALIASED, news: undefined },
    {
      name: 'refused domains',
      item: { ...ALIASED, aliasError: { code: 'cert_missing', message: 'No certificate' } },
      news: 'cert_missing No certificate',
    },
    { name: 'ERROR', item: ended('ERROR'), news: undefined },
    { name: 'CANCELED', item: ended('CANCELED'), news: undefined },
    { name: 'BLOCKED', item: ended('BLOCKED'), news: undefined },
  ])('is told with $name, and nothing is asked again', async ({ item, news: told }) => {
    const { buildLog, api, news } = show([{ items: [line('a', 1), item], then: 'end' }]);
    await buildLog.ended;
    expect(news).toEqual([told]);
    expect(api.count('events')).toBe(1);
  });

  it.each(['BUILDING', 'READY'])('is not told with %s', async (readyState) => {
    const { buildLog, news } = show([{ items: [ended(readyState)], then: 'open' }]);
    await settle();
    expect(news).toEqual([]);
    buildLog.close();
    await buildLog.ended;
  });

  it('comes with close, also within a pause, and nothing is asked again', async () => {
    const { buildLog, api, clock } = show([{ items: [line('a', 1)], then: 'break' }]);
    while (clock.slept.length === 0) await new Promise((resolve) => setImmediate(resolve));
    buildLog.close();
    await buildLog.ended;
    await settle();
    expect(api.count('events')).toBe(1);
  });

  it('comes with a stop, quietly', async () => {
    const { buildLog, stop, api, text } = show([{ items: [line('a', 1)], then: 'open' }]);
    await settle();
    stop.abort(new Error('stopped'));
    await buildLog.ended;
    expect(api.count('events')).toBe(1);
    expect(text()).toBe('info   │ a');
  });

  it('of a deployment that failed is read once more after a break, without a pause', async () => {
    const { buildLog, api, clock, shown } = show([
      { items: [line('a', 1)], then: 'break' },
      { items: [line('why', 2)], then: 'break' },
    ]);
    buildLog.finish(true);
    await buildLog.ended;
    expect(shown()).toEqual(['a', 'why']);
    expect(api.calls).toEqual(['events undefined', 'events 1']);
    expect(clock.elapsed()).toBe(0);
  });

  it('shows the last lines of a failure that are too many', async () => {
    const items = Array.from({ length: 2010 }, (_, index) => ({
      date: index,
      type: 'stdout',
      text: `line ${String(index)}`,
    }));
    const { buildLog, shown } = show([{ items: [...items, ended('ERROR')], then: 'end' }]);
    await buildLog.ended;
    buildLog.finish(true);
    buildLog.close();
    expect(shown().slice(-2)).toEqual(['line 2008', 'line 2009']);
  });

  it('of a deployment that is live is not read once more', async () => {
    const { buildLog, api } = show([{ items: [line('a', 1)], then: 'break' }]);
    buildLog.finish(false);
    await buildLog.ended;
    expect(api.count('events')).toBe(1);
  });
});
