import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { COLUMNS } from '../../../src/audit/outputs/columns.ts';
import { writeCsvHead, writeTableLines } from '../../../src/audit/outputs/table.ts';
import type { Row } from '../../../src/audit/types.ts';
import { HEX, makeRow, WHOLE_ROW } from './support/samples.ts';

const PROJECTS = { prj_web: 'web' };
const parse = (row: Row): Record<string, unknown> =>
  JSON.parse(writeTableLines(row, PROJECTS).json) as Record<string, unknown>;

/** RFC 4180, as python reads it. */
function readCsv(text: string): readonly (readonly string[])[] {
  const script =
    'import csv,io,json,sys; print(json.dumps(list(csv.reader(io.StringIO(sys.stdin.buffer.read().decode(), newline="")))))';
  const { stdout } = spawnSync('python3', ['-c', script], { input: text, encoding: 'utf8' });
  return JSON.parse(stdout) as string[][];
}

describe('a line of audit.jsonl', () => {
  it('has every column, in the same order, null where there is nothing', () => {
    const names = COLUMNS.map(({ name }) => name);
    expect(Object.keys(parse(makeRow(1)))).toEqual(names);
    expect(Object.keys(parse(WHOLE_ROW))).toEqual(names);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(name))).toEqual([]);
    expect(parse(makeRow(1))).toMatchObject({ reason: null, record_id: null, approvals: null, check_record: null });
  });

  it('has all of a row', () => {
    const values = parse(WHOLE_ROW);
    expect(values).toMatchObject({
      ...{ kind: 'change', class: 'EXCEPTION', weight: 'none', instead: 'UNRECORDED_PROMOTION', project_name: 'web' },
      ...{ reason: 'No record tells of it.', reasons: 'No record tells of it. | a <b> & "c" | `d`', production: true },
      ...{ occurred_at: '2026-11-01T00:00:01.000Z', deployment_deleted: true, event_policy_id: 'pol_1' },
      ...{ record_digest: HEX, build_number: 7, approved_by: 'Bob; Cid', approvals: 2 },
      ...{ exception_expires: '2026-12-01T00:00:00.000Z', check_record: 'missing', check_vercel_policy: 'bad' },
    });
    const empty = Object.entries(values).flatMap(([name, value]) => (value === null ? [name] : []));
    expect(empty.filter((name) => !name.startsWith('check_'))).toEqual([]);
  });

  it('has each value as its column says', () => {
    const values = parse(WHOLE_ROW);
    const kinds = { text: 'string', number: 'number', boolean: 'boolean', time: 'string' };
    for (const { name, type } of COLUMNS) {
      if (values[name] !== null) expect([name, typeof values[name]]).toEqual([name, kinds[type]]);
    }
  });

  it('has null for a time that is none', () => {
    expect(parse(makeRow(1, { at: 9e15 }))['occurred_at']).toBeNull();
  });
});

describe('audit.csv', () => {
  const person = COLUMNS.findIndex(({ name }) => name === 'person');
  const csvOf = (row: Row): string => `${writeCsvHead()}${writeTableLines(row, PROJECTS).csv}`;

  it('is read by others as it was meant, a row a line', () => {
    const text = csvOf(WHOLE_ROW);
    expect(text.split('\r\n')).toHaveLength(3);
    const [head, row] = readCsv(text);
    expect(head).toEqual(COLUMNS.map(({ name }) => name));
    expect(row).toHaveLength(COLUMNS.length);
    expect(row?.[head?.indexOf('reasons') ?? -1]).toBe('No record tells of it. | a <b> & "c" | `d`');
    expect(row?.[head?.indexOf('build_number') ?? -1]).toBe('7');
  });

  it.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1+1', "' =1+1"],
    ['\r\n=1', "' =1"],
    ['  =1', "'  =1"],
    ['\uff1d1', "'\uff1d1"],
    ['\u200b=1', "' =1"],
    ['Ann "A", Bob', 'Ann "A", Bob'],
    ['a\nb\0c', 'a b c'],
    ['a;=1', 'a;=1'],
    ['Jos\u00e9 \u{1f600}', 'Jos\u00e9 \u{1f600}'],
    ['a=1', 'a=1'],
  ])('has %j as %j', (name, cell) => {
    const text = csvOf(makeRow(1, { person: name }));
    expect(text.split('\r\n')).toHaveLength(3);
    expect(readCsv(text)[1]?.[person]).toBe(cell);
  });

  it('quotes a cell with a semicolon, which separates cells in some countries', () => {
    expect(writeTableLines(makeRow(1, { person: 'a;=1' }), PROJECTS).csv).toContain(',"a;=1",');
  });
});
