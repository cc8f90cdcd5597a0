import { describe, expect, it } from '@jest/globals';
import { aliveTokens, breaking, madeDeployments, makeWorld } from './support/world.ts';

const DETAILS = ['ENOTFOUND', 'ECONNREFUSED', 'ETIMEDOUT', 'ECONNRESET', 'ERR_TLS_CERT_ALTNAME_INVALID'];

/** Uploads are alike: of eight the first and the last tell what the others would. */
async function countRequests(): Promise<readonly number[]> {
  const world = await makeWorld();
  const seen: string[] = [];
  await world.run({ network: breaking(() => false, seen), proxy: true });
  world.step.remove();
  const isUpload = (at: number): boolean => seen[at]?.endsWith('/v2/files') ?? false;
  return [...seen.keys()].filter((at) => !(isUpload(at) && isUpload(at - 1) && isUpload(at + 1)));
}

const numbers = await countRequests();

describe('each request of a deploy in turn', () => {
  it('may fail once, by name, by connection, by time or by TLS: one deployment, live, and no credential left', async () => {
    expect(numbers.length).toBeGreaterThan(20);
    for (const number of numbers) {
      const { sandbox, step, run } = await makeWorld();
      const seen: string[] = [];
      const detail = DETAILS[number % DETAILS.length] ?? '';
      const { status, log } = await run({ network: breaking((at) => at === number && detail, seen), proxy: true });
      step.remove();
      const name = `${String(number)} ${seen[number] ?? 'none'}`;
      const end = { status, made: madeDeployments(sandbox), left: aliveTokens(sandbox) };
      expect({ name, ...end, log: status === 0 ? '' : log }).toEqual({ name, status: 0, made: 1, left: 0, log: '' });
    }
  }, 30_000);

  it('may be the last that is answered: status 3, notes or a record, and what is left alive is told', async () => {
    for (const number of numbers) {
      const { sandbox, step, run } = await makeWorld();
      const seen: string[] = [];
      const { status, log } = await run({ network: breaking((at) => at >= number && 'ENOTFOUND', seen), proxy: true });
      const name = `${String(number)} ${seen[number] ?? 'none'}`;
      const onlyTold = /\/(?:reports|statuses)\//.test(name) && number > (numbers.at(-1) ?? 0) - 2;
      expect({ name, status }).toEqual({ name, status: onlyTold ? 0 : 3 });
      expect(step.files().filter((file) => /(?:result\.sigstore|diagnostic)\.json$/.test(file))).toHaveLength(1);
      if (aliveTokens(sandbox) > 0)
        expect(log).toMatch(/^warn The vercel token was not revoked and stays valid until /m);
      step.remove();
    }
  }, 30_000);
});
