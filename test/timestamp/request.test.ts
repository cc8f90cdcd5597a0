import { describe, expect, it } from '@jest/globals';
import { readAuthorities, verifyTimestamp } from '../../src/record/timestamp.ts';
import { createTsa } from '../../src/sandbox/tsa/tsa.ts';
import { requestTimestamp } from '../../src/timestamp/index.ts';
import { routeBench } from '../exchange/support/route-bench.ts';
import { bench, NEVER } from '../http/support/bench.ts';
import { networkFault } from '../http/support/fake-network.ts';
import { makeStamp, SIGNATURE } from '../record/support/timestamps.ts';
import { fail, stamped, URL } from './support/ask.ts';

/** The bench's clock. */
const NOW = 1_000_000;

describe('a timestamp that was asked for', () => {
  it('is the whole reply, and holds under the root of the authority', async () => {
    const { tsa, routes } = createTsa({ url: 'https://tsa.example.com', now: () => NOW });
    const made = routeBench(routes);
    const der = await requestTimestamp(SIGNATURE, { ...made, url: tsa.url }, NEVER);
    expect(made.asked).toEqual([`POST ${URL}`]);
    expect(verifyTimestamp(der, SIGNATURE, readAuthorities(tsa.rootPem))).toEqual({
      at: NOW,
      authority: 'O=Sandbox, CN=Sandbox TSA',
    });
  });

  it('is asked for again after a bad moment, with the same request', async () => {
    const { made } = await fail([{ status: 503 }, networkFault('ECONNRESET'), stamped(makeStamp())]);
    const bodies = made.network.sent.map(({ body }) => Buffer.from(body as Uint8Array).toString('hex'));
    expect(bodies).toHaveLength(3);
    expect(new Set(bodies).size).toBe(1);
    const [sent] = made.network.sent;
    expect(sent?.method).toBe('POST');
    expect(sent?.headers['content-type']).toBe('application/timestamp-query');
    expect(sent?.headers['accept']).toBe('application/timestamp-reply');
  });

  it('has another nonce each time', async () => {
    const nonces = await Promise.all(
      Array.from({ length: 20 }, async () => (await fail([stamped(makeStamp())])).wanted),
    );
    expect(new Set(nonces).size).toBe(20);
  });

  it.each([
    { name: 'five minutes behind', away: -300_000, warnings: 0 },
    { name: 'more than that behind', away: -301_000, warnings: 1 },
    { name: 'more than that ahead', away: 301_000, warnings: 1 },
  ])('is kept from a clock $name', async ({ away, warnings }) => {
    const { routes, tsa } = createTsa({ url: 'https://tsa.example.com', now: () => NOW + away });
    const said: string[] = [];
    const deps = { ...routeBench(routes), log: { warn: (line: string) => void said.push(line) }, url: tsa.url };
    await requestTimestamp(SIGNATURE, deps, NEVER);
    expect(said).toHaveLength(warnings);
    if (warnings > 0)
      expect(said[0]).toContain("The timestamp authority's clock and ours differ by 301 s: 1970-01-01T00:");
  });

  it('is no longer waited for when the run ends', async () => {
    const ending = new Error('the step was stopped');
    const made = bench([stamped(makeStamp())]);
    const work = requestTimestamp(SIGNATURE, { ...made, url: URL }, AbortSignal.abort(ending));
    await expect(work).rejects.toBe(ending);
  });
});
