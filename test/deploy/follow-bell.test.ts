import { describe, expect, it } from '@jest/globals';
import { createBell, within } from '../../src/deploy/follow-bell.ts';
import { failureOf } from './support/scripted-api.ts';
import { virtualClock } from './support/virtual-clock.ts';

const NEVER = new AbortController().signal;

describe('the bell', () => {
  it('ends a wait at once, also where it rang before', async () => {
    const clock = virtualClock();
    const bell = createBell();
    bell.ring();
    await within(clock, 1000, bell.next(), NEVER);
    expect(clock.elapsed()).toBe(0);
  });

  it('ends one wait only, however often it rang', async () => {
    const clock = virtualClock();
    const bell = createBell();
    bell.ring();
    bell.ring();
    await within(clock, 1000, bell.next(), NEVER);
    await within(clock, 1000, bell.next(), NEVER);
    expect(clock.elapsed()).toBe(1000);
  });

  it('wakes the last of several waits', async () => {
    const clock = virtualClock();
    const bell = createBell();
    await within(clock, 1000, bell.next(), NEVER);
    await within(clock, 1000, bell.next(), NEVER);
    const waiting = within(clock, 1000, bell.next(), NEVER);
    bell.ring();
    await waiting;
    expect(clock.elapsed()).toBe(2000);
  });
});

describe('a wait', () => {
  it('ends with the reason of a stop', async () => {
    const stop = new AbortController();
    const waiting = within(virtualClock(), 1000, createBell().next(), stop.signal);
    stop.abort(new Error('stopped'));
    expect(await failureOf(waiting)).toBe(stop.signal.reason);
  });
});
