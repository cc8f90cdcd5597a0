import { describe, expect, it } from '@jest/globals';
import { askVault } from '../../src/services/vault-request.ts';
import { bench, NEVER } from '../http/support/bench.ts';

const SERVER = { address: 'https://vault.example.com/behind' };
const GET = { method: 'GET', path: 'kv/data/vercel' } as const;

describe('a question to Vault', () => {
  it('goes below the address, whatever path that has', async () => {
    const made = bench([{ status: 200 }]);
    await askVault(SERVER, GET, made, NEVER);
    expect(made.network.sent.map(({ url }) => url)).toEqual(['https://vault.example.com/behind/v1/kv/data/vercel']);
  });

  it('is asked again of a node that lags behind', async () => {
    const made = bench([{ status: 412 }, { status: 412 }, { status: 200 }]);
    expect(await askVault(SERVER, GET, made, NEVER)).toMatchObject({ status: 200 });
    expect(made.slept).toEqual([500, 1000]);
  });

  it('ends with what a node says that never catches up', async () => {
    const made = bench([{ status: 412 }, { status: 412 }, { status: 412 }]);
    expect(await askVault(SERVER, GET, made, NEVER)).toMatchObject({ status: 412 });
  });

  it.each(['kv/../sys/raw', './kv', 'kv//data', 'kv/'])('never leaves its place: %s', async (path) => {
    const made = bench([{ status: 200 }]);
    await expect(askVault(SERVER, { method: 'GET', path }, made, NEVER)).rejects.toMatchObject({
      code: 'POLICY_INVALID',
      got: JSON.stringify(path),
    });
    expect(made.network.sent).toEqual([]);
  });
});
