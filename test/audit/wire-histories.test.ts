import { describe, expect, it } from '@jest/globals';
import { readRecords } from '../../src/audit/records/index.ts';
import type { SeenRecord } from '../../src/audit/types.ts';
import { findBelow } from '../../src/commands/verify-find.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { compare } from './support/audit-history.ts';
import { auditWire, HISTORY_TRUST, writeHistory, type WrittenHistory } from './support/audit-wire.ts';

const SEEDS = [11, 12, 13];

async function readAll({ history, folder }: WrittenHistory): Promise<readonly SeenRecord[]> {
  const { records } = readRecords({
    ...{ folders: [`${folder}/records`], find: (below: string) => findBelow(nodeFiles, below), files: nodeFiles },
    ...{ trust: HISTORY_TRUST, now: history.now, allowSandbox: false, rest: () => Promise.resolve() },
  });
  return (await Array.fromAsync(records)).flat();
}

describe.each(SEEDS)('a history on the wire, of seed %i', (seed) => {
  it('has records that are read as it says', async () => {
    const written = await writeHistory(seed);
    const wanted = new Map(written.history.records.map((record) => [record.file, record]));
    const read = await readAll(written);
    const trusted = read.filter(({ verdict }) => verdict.state === 'verified');
    expect(read.map(({ file, verdict }) => `${file} ${verdict.state}`)).toEqual(
      read.map(({ file }) => `${file} ${wanted.get(file)?.verdict.state ?? 'unknown'}`),
    );
    expect(trusted.length).toBeGreaterThan(20);
    for (const { file, facts, digest, payloadDigest, verdict } of trusted) {
      const { verdict: said, ...record } = wanted.get(file) ?? { verdict: undefined };
      expect({ file, facts, digest, payloadDigest }).toEqual(record);
      expect(verdict).toMatchObject(said?.state === 'verified' ? { assurance: said.assurance } : {});
    }
  }, 60_000);

  it('comes out of the whole audit as it was planted', async () => {
    const written = await writeHistory(seed);
    expect(compare(written.history, (await auditWire(written)).rows)).toEqual([]);
  }, 60_000);
});
