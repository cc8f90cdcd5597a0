import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readAuditOptions, type AuditArguments } from '../../src/commands/audit-options.ts';
import { findLeft, keepPeriod, settlePeriod } from '../../src/commands/audit-pending.ts';
import { nodeFiles } from '../../src/platform/files.ts';

const NOW = Date.parse('2026-11-25T12:00:00Z');
const HOUR = 3_600_000;
const out = mkdtempSync(`${tmpdir()}/pending-`);
const path = `${out}/audit-period.json`;

beforeEach(() => rmSync(path, { recursive: true, force: true }));
afterAll(() => rmSync(out, { recursive: true }));

function ask(words: string, now = NOW): AuditArguments {
  const read = readAuditOptions(`${words} --key k --out ${out} records`.split(' '), '/clone', now);
  if (read.kind !== 'audit') throw new Error(read.kind);
  return read.audit;
}

const settle = async (words: string): Promise<readonly number[]> => {
  const { since, until } = await settlePeriod(nodeFiles, ask(words));
  return [since, until].map((at) => at - NOW);
};
const plant = (since: number, until: number): void => writeFileSync(path, JSON.stringify({ since, until }));

describe('the period of an interrupted run', () => {
  it.each([
    ['--since 48h', [-50 * HOUR, -2 * HOUR]],
    ['--since 3d --until 24h', [-74 * HOUR, -26 * HOUR]],
    ['--since 2026-11-20', [Date.parse('2026-11-20') - NOW, -2 * HOUR]],
    ['--since 5d --until 2026-11-24', [-122 * HOUR, Date.parse('2026-11-24') - NOW]],
  ])('is that of the next one with --resume, and with no other: %s', async (words, kept) => {
    await keepPeriod(nodeFiles, ask(words, NOW - 2 * HOUR));
    expect(await settle(`${words} --resume`)).toEqual(kept);
    const afresh = ask(words);
    expect(await settle(words)).toEqual([afresh.since - NOW, afresh.until - NOW]);
    expect(await settle(`${words} --fresh`)).toEqual([afresh.since - NOW, afresh.until - NOW]);
  });

  it('is not looked at where both times are days of their own, and not kept for them', async () => {
    plant(Date.parse('2039-01-01T00:00:00Z'), Date.parse('2039-01-01T00:00:01Z'));
    const words = '--since 2026-11-01 --until 2026-11-02 --resume';
    expect(await settle(words)).toEqual([Date.parse('2026-11-01') - NOW, Date.parse('2026-11-02') - NOW]);
    await keepPeriod(nodeFiles, ask(words));
    expect(await findLeft(nodeFiles, ask(words))).toEqual([]);
  });

  it.each([
    ['of the future', '--since 48h', Date.parse('2039-01-01T00:00:00Z'), Date.parse('2039-01-01T00:00:01Z')],
    ['of the future, as long', '--since 48h', NOW - 47 * HOUR, NOW + HOUR],
    ['shorter', '--since 48h', NOW - 47 * HOUR, NOW - HOUR],
    ['longer', '--since 48h', NOW - 50 * HOUR, NOW - HOUR],
    ['older than a day', '--since 48h', NOW - 73 * HOUR, NOW - 25 * HOUR],
    ['of another day that was named', '--since 2026-11-20', Date.parse('2026-11-21'), NOW - HOUR],
    ['that ends before it begins', '--since 2026-11-25', Date.parse('2026-11-25'), NOW - 13 * HOUR],
    ['beside a day that was named', '--since 5d --until 2026-11-24', NOW - 121 * HOUR, Date.parse('2026-11-23')],
    ['that cannot be', '--since 48h', 1e300, 2e300],
  ])('is refused: one %s', async (_, words, since, until) => {
    plant(since, until);
    const range = since > 1e299 ? 'no period' : `${new Date(since).toISOString()} to ${new Date(until).toISOString()}`;
    await expect(settle(`${words} --resume`)).rejects.toMatchObject({
      code: 'USAGE',
      got: `${range} in ${path}`,
      wanted: expect.stringMatching(/ of the last 24 hours; now they mean 2026-11-2.* to 2026-11-2/),
      fix: expect.stringMatching(/^Leave out --resume/),
    });
  });

  it.each(['', 'null', '{}', '{"since":"1","until":"2"}', '[1,2]', 'x'.repeat(5000)])(
    'is refused where it is none: %s',
    async (text) => {
      writeFileSync(path, text);
      const none = { code: 'USAGE', got: `no period in ${path}` };
      await expect(settle('--since 48h --resume')).rejects.toMatchObject(none);
    },
  );

  it('is refused where a folder stands', async () => {
    mkdirSync(path);
    await expect(settle('--since 48h --resume')).rejects.toMatchObject({ code: 'USAGE' });
  });

  it('says nothing but two times', async () => {
    await keepPeriod(nodeFiles, ask('--since 48h'));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({ since: NOW - 48 * HOUR, until: NOW });
  });
});
