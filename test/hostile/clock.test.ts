import { describe, expect, it } from '@jest/globals';
import { aliveTokens, madeDeployments, makeWorld, type World } from './support/world.ts';

const HOUR_MS = 3_600_000;

interface Jumped {
  readonly status: number;
  readonly made: number;
  readonly left: number;
  readonly log: string;
  /** Requests in all. */
  readonly asked: number;
  readonly shortest: number;
}

/** A deploy whose clock is set while the request of this number (from 0) is on its way. */
async function jump({ sandbox, run }: World, number: number, byMs: number): Promise<Jumped> {
  const before = { made: madeDeployments(sandbox), left: aliveTokens(sandbox) };
  let shift = 0;
  let asked = 0;
  const { status, log, platform } = await run({
    proxy: true,
    clock: (clock) => ({ now: () => clock.now() + shift }),
    network: (network) => ({
      ...network,
      send(request) {
        if (asked === number) shift = byMs;
        asked += 1;
        return network.send(request);
      },
    }),
  });
  const times = platform.log.lines.map(({ fields }) => fields?.['elapsedMs']).filter((ms) => typeof ms === 'number');
  const made = madeDeployments(sandbox) - before.made;
  return { status, made, left: aliveTokens(sandbox) - before.left, log, asked, shortest: Math.min(0, ...times) };
}

describe.each([-5, -0.5, 0.5, 5])('a clock that is set by %d hours while a request is on its way', (hours) => {
  it('ends every run: deployed, or by a token that the clock calls expired or early; and no time is negative', async () => {
    const world = await makeWorld({ FORCE: 'true' });
    for (let number = 0, asked = 1; number < asked; number += 1) {
      const end = await jump(world, number, hours * HOUR_MS);
      asked = end.asked;
      const at = { hours, number };
      expect({ ...at, left: end.left, shortest: end.shortest }).toEqual({ ...at, left: 0, shortest: 0 });
      expect(end.log.match(/.*[ (]-\d+(?:\.\d+)? ?(?:ms|s|min)\b.*/g) ?? []).toEqual([]);
      // What Bitbucket is told has a time as well; it takes none below 0.
      expect(end.log).not.toContain('refused the report');
      if (end.status === 0) expect({ ...at, made: end.made }).toEqual({ ...at, made: 1 });
      else {
        expect({ ...at, status: end.status, made: end.made }).toEqual({ ...at, status: 4, made: 0 });
        expect(end.log).toMatch(
          /^error[^]*(?:TOKEN_INVALID: The OIDC token (?:has expired|is from the f)|that ended \d+ s ago)/m,
        );
      }
    }
    world.step.remove();
  }, 30_000);
});
