import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSandbox } from '../../../src/sandbox/index.ts';
import { checkSecrets } from '../../../tools/soak/check-secrets.ts';
import type { Ran } from '../../../tools/soak/types.ts';
import type { World } from '../../../tools/soak/world.ts';

const STORE_TOKEN = 'a-token-of-the-store';

let root: string;
beforeEach(() => {
  root = mkdtempSync(`${tmpdir()}/soak-test-`);
  // As a run leaves it that is killed while it packs.
  mkdirSync(`${root}/tmp/packed`, { recursive: true });
  writeFileSync(`${root}/tmp/packed/part`, `x${STORE_TOKEN}x`);
});
afterEach(() => rmSync(root, { recursive: true }));

describe('the search for secrets', () => {
  const search = async (more: Partial<Ran>): Promise<string[]> => {
    const ran = {
      environment: { RECORD_STORE_TOKEN: STORE_TOKEN },
      tokens: [],
      log: '',
      changed: [],
      made: [],
      ...more,
    };
    const world = { root, served: { sandbox: await createSandbox() } } as unknown as World;
    return checkSecrets(world, ran as unknown as Ran).map(({ invariant, words }) => `${invariant} ${words}`);
  };

  it('finds one in the log, and in a file', async () => {
    const part = 'tmp/packed/part';
    expect(await search({ log: `got ${STORE_TOKEN}` })).toEqual(['SECRET RECORD_STORE_TOKEN stands in the log']);
    expect(await search({ changed: [part] })).toEqual([`SECRET RECORD_STORE_TOKEN stands in ${part}`]);
  });

  it('passes over folders, and over what is gone', async () => {
    expect(await search({ changed: ['tmp/packed', 'tmp/other (gone)'] })).toEqual([]);
  });
});
