import { afterEach, describe, expect, it } from '@jest/globals';
import { createSpedClock, type RunClock } from '../../../tools/soak/clock.ts';

const HOUR = 3_600_000;
let runs: RunClock[] = [];
afterEach(() => {
  for (const run of runs) run.end();
  runs = [];
});

function open(): { sped: ReturnType<typeof createSpedClock>; clock: RunClock } {
  const sped = createSpedClock();
  const clock = sped.startRun();
  runs.push(clock);
  return { sped, clock };
}

describe('the clock of a soak', () => {
  it('wakes sleepers in the order of their times, and has gone on by as much', async () => {
    const { clock } = open();
    const [startedAt, real, woken] = [clock.now(), Date.now(), [] as string[]];
    const sleep = (ms: number): Promise<void> => clock.sleep(ms).then(() => void woken.push(String(ms)));
    await Promise.all([sleep(3 * HOUR), sleep(5), sleep(HOUR)]);
    expect(woken).toEqual(['5', String(HOUR), String(3 * HOUR)]);
    expect(clock.now() - startedAt).toBeGreaterThanOrEqual(3 * HOUR);
    expect(clock.now() - startedAt).toBeLessThan(3 * HOUR + 5000);
    expect(Date.now() - real).toBeLessThan(2000);
    expect(clock.slept()).toBe(4 * HOUR + 5);
    expect(Number.isInteger(clock.now())).toBe(true);
  });

  it('lets a deadline come before a sleeper that is later', async () => {
    const { clock } = open();
    const deadline = clock.timeout(1000);
    await expect(clock.sleep(HOUR, deadline)).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(clock.sleepers()).toBe(0);
    await expect(clock.sleep(1, deadline)).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('does not overtake what is under way', async () => {
    const { sped, clock } = open();
    const end = sped.hold();
    let woken = false;
    const sleeping = clock.sleep(HOUR).then(() => (woken = true));
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(woken).toBe(false);
    end();
    end();
    await sleeping;
  });

  it('goes on by itself where something waits for a deadline alone', async () => {
    const { sped, clock } = open();
    const deadline = clock.timeout(HOUR);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(deadline.aborted).toBe(false);
    const end = sped.await();
    await new Promise((resolve) => deadline.addEventListener('abort', resolve));
    end();
  });

  it('ends the deadlines of a run that is over', () => {
    const { clock } = open();
    const deadline = clock.timeout(HOUR);
    clock.end();
    expect(deadline.aborted).toBe(true);
  });
});
