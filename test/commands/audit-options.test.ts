import { describe, expect, it } from '@jest/globals';
import { readAuditOptions, type AuditArguments } from '../../src/commands/audit-options.ts';
import { PipeError } from '../../src/errors.ts';

const PAIR = '1de489be-5a3c-4a0e-9d1f-2f4c8a1b6e70/1de489be-5a3c-4a0e-9d1f-2f4c8a1b6e71';
const NOW = Date.parse('2026-11-25T12:00:00Z');
const read = (words: string): ReturnType<typeof readAuditOptions> => readAuditOptions(words.split(' '), '/clone', NOW);

function faultsOf(words: string): readonly string[] {
  try {
    read(words);
  } catch (error) {
    if (error instanceof PipeError && error.code === 'USAGE') return error.faults;
    throw error;
  }
  return [];
}

describe('the words of an audit', () => {
  it('name a period, in days, times and ages', () => {
    const periods = ['--since 2026-11-01 --until 2026-11-02T00:00:00.5Z', '--since 48h', '--since 30d --until 1d'];
    const texts = periods.map((words) => {
      const { audit } = read(`${words} --keys k.json records`) as { audit: { since: number; until: number } };
      return [audit.since, audit.until].map((at) => new Date(at).toISOString());
    });
    expect(texts).toEqual([
      ['2026-11-01T00:00:00.000Z', '2026-11-02T00:00:00.500Z'],
      ['2026-11-23T12:00:00.000Z', '2026-11-25T12:00:00.000Z'],
      ['2026-10-26T12:00:00.000Z', '2026-11-24T12:00:00.000Z'],
    ]);
  });

  it('tell which of its ends move on with the clock, and whether an earlier run is believed', () => {
    const all = ['2026-11-01', '2026-11-01 --until 2026-11-02', '1d --until 2026-11-25', '2d --until 1d --resume'];
    const told = all.map((words) => {
      const { audit } = read(`--since ${words} --keys k.json records`) as { audit: AuditArguments };
      return [audit.counted, audit.fresh];
    });
    expect(told).toEqual([
      [['until'], true],
      [[], true],
      [['since'], true],
      [['since', 'until'], false],
    ]);
  });

  it('are read whole', () => {
    const uuid = '1de489be-5a3c-4a0e-9d1f-2f4c8a1b6e70';
    const words = `--since 1d --projects prj_a,prj_b --repositories {${uuid}}/${uuid} --fail-on MISMATCH,UNTIMED --issuer-keys i.json --out /tmp/a --pack records more`;
    expect(read(words)).toMatchObject({
      kind: 'audit',
      audit: {
        projects: ['prj_a', 'prj_b'],
        repositories: [{ workspaceUuid: `{${uuid}}`, repositoryUuid: uuid }],
        failOn: ['MISMATCH', 'UNTIMED'],
        trust: { issuerKeys: '/clone/i.json', keyList: undefined },
        records: ['/clone/records', '/clone/more'],
        out: '/tmp/a',
        pack: true,
        counted: ['since', 'until'],
        fresh: true,
      },
    });
  });

  it('are told with all their faults at once', () => {
    const words = '--until 2026-13-01 --projects web --repositories acme/web --fail-on FORGED_LINK,NOTHING --what';
    expect(faultsOf(words)).toEqual([
      '"--what": not known',
      '--since: missing; it says where the audit begins',
      '--until: got "2026-13-01"; wanted 2026-11-01, 2026-11-01T12:00:00Z, 30d or 48h',
      expect.stringContaining('--keys: missing, and --key and --issuer-keys too'),
      'no folder of records is named',
      '--projects: got "web"; wanted prj_…',
      '--repositories: got "acme/web"; wanted WORKSPACE/REPOSITORY, two UUIDs',
      expect.stringMatching(
        /^--fail-on: got "FORGED_LINK"; wanted some of .* \(gaps and trust failures always count\)$/,
      ),
      expect.stringMatching(/^--fail-on: got "NOTHING"; wanted some of UNEXPLAINED, /),
    ]);
  });

  it.each([
    ['--since 2026-11-24 --until 2026-11-24 --key k r', '--since: wanted a time before --until'],
    ['--since 1d --until 2026-11-26 --key k r', '--until: wanted a time that has passed'],
    ['--since 2026-02-29 --key k r', '--since: got "2026-02-29"; wanted 2026-11-01, 2026-11-01T12:00:00Z, 30d or 48h'],
    [
      `--since 1d --key k --auditor ${PAIR},${PAIR.toUpperCase()} r`,
      '--auditor: wanted one repository, whose steps may sign',
    ],
    [
      '--since 1d --key k --resume --fresh r',
      '--resume: got --fresh too, which forgets what an earlier run has left; wanted one of them',
    ],
    ['merge a.json --resume b.json', '"--resume": not known'],
    ['merge a.json', 'fewer than two audits are named; wanted at least two audit.json to merge'],
    ['sign-exceptions a.yml', '--out: missing; it names the signed file'],
    ['sign-exceptions --out o a.yml b.yml', '2 files; wanted the one with the exceptions'],
  ])('refuse %j', (words, fault) => {
    expect(faultsOf(words)).toEqual([fault]);
  });
});
