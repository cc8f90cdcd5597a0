import { writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import { LIES, lyingProxy, taken } from './support/lies.ts';
import { aliveTokens, makeWorld } from './support/world.ts';

interface Service {
  readonly name: string;
  readonly asks: RegExp;
  /** What a run may end in that is lied to by this service. */
  readonly ends: readonly number[];
  /** How a run that fails names it. */
  readonly says: RegExp;
}

const SERVICES: readonly Service[] = [
  { name: "Bitbucket's keys", asks: /keys\.json/, ends: [3], says: /ISSUER_KEYS_UNAVAILABLE: The keys of the issuer/ },
  { name: "Bitbucket's pipeline", asks: /pipelines\//, ends: [0], says: /never/ },
  { name: "Bitbucket's reports", asks: /\/(?:reports|statuses)\//, ends: [0], says: /never/ },
  { name: 'the exchange', asks: /oauth\/token$/, ends: [3, 4, 5], says: /Vercel's token exchange/ },
  { name: 'introspection', asks: /introspect/, ends: [0, 3], says: /Vercel's token introspection/ },
  { name: 'the project', asks: /v9\/projects/, ends: [3, 4], says: /Vercel / },
  { name: 'the lists', asks: /v7\/deployments|\/env$/, ends: [0], says: /never/ },
  { name: 'create', asks: /POST .*v13\/deployments$/, ends: [3], says: /Vercel / },
  {
    name: 'the state',
    asks: /GET .*v13\/deployments\//,
    ends: [3],
    says: /(?:SERVICE_FAILED|NETWORK|DENIED_BY_VERCEL|REQUEST_REJECTED).*: Vercel /,
  },
  { name: 'uploads', asks: /v2\/files/, ends: [3], says: /Vercel / },
  { name: 'the build log', asks: /events/, ends: [0], says: /never/ },
  { name: 'revocation', asks: /revoke/, ends: [0], says: /never/ },
  { name: 'the store', asks: /files\.example/, ends: [0, 3], says: /RECORD_NOT_STORED: .*https:\/\/files\.example/ },
];

const world = await makeWorld({ FORCE: 'true' });
afterAll(() => world.step.remove());
let run = 0;

describe.each(SERVICES)('a proxy that lies in the place of $name', ({ asks, ends, says }) => {
  it.each(LIES)('with $name: bounded, in a defined status, and the service is named', async (lie) => {
    taken.bytes = 0;
    const proxy = lyingProxy(asks, lie);
    run += 1;
    // Something new to upload.
    writeFileSync(`${world.step.clone.directory}/.vercel/output/static/new.txt`, String(run));
    const { status, log } = await world.run({ network: proxy.network, proxy: true });
    expect(proxy.told()).toBeGreaterThan(0);
    expect({ ends: ends.includes(status), status, log: ends.includes(status) ? '' : log }).toMatchObject({
      ends: true,
    });
    if (status !== 0) expect(log).toMatch(new RegExp(`^error [^]*${says.source}`, 'm'));
    // A build log is read on until the deployment has ended.
    expect(taken.bytes).toBeLessThan(256 * 1024 * 1024);
    // The log as people see it quotes no page raw.
    expect(log).not.toContain('\u001b');
  });
});

describe('a web page with 200', () => {
  const [page] = LIES;
  const lied = async (asks: RegExp): Promise<{ status: number; log: string }> =>
    world.run({ network: page && lyingProxy(asks, page).network, proxy: true } as Parameters<typeof world.run>[0]);

  it('is no revocation: the token is called alive', async () => {
    const { status, log } = await lied(/revoke/);
    expect(status).toBe(0);
    expect(aliveTokens(world.sandbox)).toBeGreaterThan(0);
    expect(log).toMatch(/^warn The vercel token was not revoked and stays valid until .*a web page: .*Sign in/m);
  });

  it('is no stored record', async () => {
    const { status, log } = await lied(/files\.example/);
    expect(status).toBe(3);
    expect(log).toMatch(/^error LIVE, record kept at .*RECORD_NOT_STORED[^]*a web page: [^]*sign-in page between/m);
  });

  it('is no introspection', async () => {
    const { log } = await lied(/introspect/);
    expect(log).toMatch(
      /^warn Vercel's introspection answered status 200, and a web page: .*read of the project alone/m,
    );
  });

  it('a login that a proxy wants is no refusal by Vercel', async () => {
    const login = LIES.find(({ name }) => name.endsWith('407'));
    if (!login) throw new Error('no such lie');
    for (const asks of [/oauth\/token$/, /v13\/deployments$/, /v2\/files/]) {
      writeFileSync(`${world.step.clone.directory}/.vercel/output/static/new.txt`, String((run += 1)));
      const { status, log } = await world.run({ network: lyingProxy(asks, login).network });
      expect(status).toBe(3);
      expect(log).toMatch(
        /NETWORK: A proxy on the way to Vercel.* wants a login first|status 407 for api\.vercel\.com/,
      );
    }
  });
});
