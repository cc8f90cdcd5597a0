import { describe, expect, it } from '@jest/globals';
import { createPace, MOST_AT_ONCE, type Pace, type Place } from '../../src/deploy/upload-pace.ts';
import { NEVER } from './support/fake-api.ts';
import { virtualClock } from './support/virtual-clock.ts';

const MIB = 1024 * 1024;

/** Takes places until none is free. */
async function fill(pace: Pace, bytes = 0, signal = NEVER): Promise<Place[]> {
  const places: Place[] = [];
  for (let taken = 0; taken < 2000; taken += 1)
    void pace.enter(bytes, signal).then(
      (place) => places.push(place),
      () => undefined,
    );
  await settle();
  return places;
}

function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('createPace', () => {
  it('begins with 64 at once, adds 16 for each round of successes, and ends at 192', async () => {
    const pace = createPace(virtualClock());
    const places = await fill(pace);
    expect(places.length).toBe(64);
    const sizes: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      for (const place of places.splice(0)) {
        pace.succeeded(place);
        pace.leave(place);
      }
      await settle();
      sizes.push(pace.atOnce());
    }
    expect(sizes).toEqual([80, 96, 112, 128, 144, 160, 176, 192, 192, 192]);
    expect(MOST_AT_ONCE).toBe(192);
  });

  it('halves for a wave of refusals once, and never goes below one', async () => {
    const clock = virtualClock();
    const pace = createPace(clock);
    const places = await fill(pace);
    for (const place of places) pace.refused(place, 0);
    expect([pace.atOnce(), pace.fruitless()]).toEqual([32, 1]);
    const sizes: number[] = [];
    for (const place of places.splice(0)) pace.leave(place);
    for (let wave = 0; wave < 7; wave += 1) {
      await settle();
      const [place] = places;
      if (place) pace.refused(place, 0);
      sizes.push(pace.atOnce());
      for (const taken of places.splice(0)) pace.leave(taken);
    }
    expect(sizes).toEqual([16, 8, 4, 2, 1, 1, 1]);
    expect(pace.fruitless()).toBe(8);
  });

  it('adds four for each round after a refusal, and forgets the refusals at the first success', async () => {
    const pace = createPace(virtualClock());
    const first = await pace.enter(0, NEVER);
    pace.refused(first, 0);
    pace.succeeded(first);
    expect(pace.fruitless()).toBe(1);
    pace.leave(first);
    const places = await fill(pace);
    expect(places.length).toBe(32);
    for (const place of places) pace.succeeded(place);
    expect([pace.atOnce(), pace.fruitless()]).toEqual([36, 0]);
  });

  it('lets nobody in before the latest time that was named', async () => {
    const clock = virtualClock();
    const pace = createPace(clock);
    const place = await pace.enter(0, NEVER);
    pace.refused(place, 2000);
    pace.refused(place, 5000);
    pace.refused(place, 1000);
    const entered = [pace.enter(0, NEVER), pace.enter(0, NEVER), pace.enter(0, NEVER)];
    await Promise.all(entered);
    expect(clock.elapsed()).toBe(5000);
    expect(clock.slept).toEqual([5000]);
  });

  it('tells the first word of a refusal from its echoes', async () => {
    const pace = createPace(virtualClock());
    const [first, second] = [await pace.enter(0, NEVER), await pace.enter(0, NEVER)];
    expect([pace.isNews(first), pace.isNews(second)]).toEqual([true, true]);
    pace.refused(first, 0);
    expect(pace.isNews(second)).toBe(false);
    expect(pace.isNews(await pace.enter(0, NEVER))).toBe(true);
  });

  it('bounds the bytes on their way, and lets one in however large it is', async () => {
    const pace = createPace(virtualClock());
    expect((await fill(pace, MIB)).length).toBe(8);
    expect((await fill(createPace(virtualClock()), 100 * MIB)).length).toBe(1);
  });

  it('keeps nobody waiting when all is stopped', async () => {
    const clock = virtualClock();
    const pace = createPace(clock);
    const stop = new AbortController();
    const reason = new Error('stopped');
    const outcomes = Promise.allSettled(
      Array.from({ length: 200 }, async () => {
        const place = await pace.enter(0, stop.signal);
        await clock.sleep(10, stop.signal).finally(() => pace.leave(place));
      }),
    );
    await settle();
    stop.abort(reason);
    expect((await outcomes).every((outcome) => outcome.status === 'rejected' && outcome.reason === reason)).toBe(true);
  });

  it('keeps nobody waiting when all is stopped in a pause', async () => {
    const clock = { now: () => 0, timeout: () => NEVER, sleep: sleepForEver };
    const pace = createPace(clock);
    const stop = new AbortController();
    const taken = await pace.enter(0, stop.signal);
    const others = await fill(pace, 0, stop.signal);
    const outcomes = Promise.allSettled([pace.enter(0, stop.signal), pace.enter(0, stop.signal)]);
    pace.refused(taken, 1000);
    for (const place of [taken, ...others]) pace.leave(place);
    await settle();
    stop.abort(new Error('stopped'));
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

function sleepForEver(_ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason as Error)));
}
