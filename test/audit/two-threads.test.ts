import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { CLASSIFYING, TABLING } from '../../src/audit/index.ts';
import { compare } from './support/audit-history.ts';
import { auditWire, writeHistory, type WireAudit, type WrittenHistory } from './support/audit-wire.ts';
import { watchThreads } from './support/watched-threads.ts';

const NAMES = ['audit.json', 'audit.jsonl', 'audit.csv', 'junit.xml', 'audit.md', 'audit.html'];

function textsOf({ out }: WireAudit): readonly string[] {
  return NAMES.map((name) => readFileSync(`${out}/${name}`, 'utf8'));
}

describe('buckets that two threads classify', () => {
  let written: WrittenHistory;
  let alone: WireAudit;

  beforeAll(async () => {
    written = await writeHistory(31, 150);
    alone = await auditWire(written);
  }, 60_000);

  it('come out as those of one, byte for byte', async () => {
    const threads = watchThreads();
    const both = await auditWire(written, { threads });
    expect(compare(written.history, both.rows)).toEqual([]);
    expect(textsOf(both)).toEqual(textsOf(alone));
    expect(both.asked.toSorted()).toEqual(alone.asked.toSorted());
    expect(threads).toMatchObject({ started: [CLASSIFYING, TABLING], ended: 2 });
    expect(threads.asked).toBeGreaterThan(100);
    expect(
      threads.replies.filter((reply) => Buffer.from(reply).toString().startsWith('{"questions":')).length,
    ).toBeGreaterThan(2);
  }, 60_000);

  it.each([0, 1, 7, 100])(
    'come out the same where the other one fails after %i answers',
    async (most) => {
      const threads = watchThreads(most);
      const both = await auditWire(written, { threads });
      expect(textsOf(both)).toEqual(textsOf(alone));
      expect(threads.ended).toBe(2);
    },
    60_000,
  );

  it('are those of one where there is one core', async () => {
    const threads = watchThreads(Infinity, 1);
    expect(textsOf(await auditWire(written, { threads }))).toEqual(textsOf(alone));
    expect(threads.started).toEqual([]);
  }, 60_000);
});
