import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { createJunit } from '../../../src/audit/outputs/junit.ts';
import type { Row, Summary } from '../../../src/audit/types.ts';
import { makeRow, makeSummary, WHOLE_ROW, WHOLE_SUMMARY } from './support/samples.ts';

interface Element {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  readonly children: readonly Element[];
}

function write(rows: readonly Row[], summary: Summary = makeSummary(rows)): string {
  const junit = createJunit(summary, rows.length);
  for (const row of rows) junit.add(row);
  return [...junit.write()].join('');
}

/** By a parser that is not ours, which refuses what is no XML. */
function parse(text: string): Element {
  const script = `import json,sys,xml.etree.ElementTree as e
d=lambda n: {'tag':n.tag,'attributes':n.attrib,'text':n.text or '','children':[d(c) for c in n]}
print(json.dumps(d(e.fromstring(sys.stdin.buffer.read()))))`;
  const { status, stdout, stderr } = spawnSync('python3', ['-c', script], {
    input: text,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return JSON.parse(stdout) as Element;
}

const suiteOf = (root: Element, name: string): Element | undefined =>
  root.children.find(({ attributes }) => attributes['name'] === name);

describe('junit.xml', () => {
  it('has a suite for each project and a testcase for each row, of the right kind', () => {
    const rows = [
      makeRow(1, { person: 'Ann' }),
      makeRow(2, { class: 'UNEXPLAINED', reasons: ['got nothing; wanted a record', 'second'] }),
      makeRow(3, { class: 'FORGED_LINK', reasons: ['no such step'], projectId: 'prj_b' }),
      makeRow(4, { class: 'NOT_CHECKABLE', reasons: ['not asked'] }),
      WHOLE_ROW,
    ];
    const root = parse(write(rows));
    expect(root.attributes).toMatchObject({ tests: '6', failures: '2', errors: '1', skipped: '1' });
    const web = suiteOf(root, 'web (prj_web)');
    expect(web?.attributes).toMatchObject({ tests: '4', failures: '1', errors: '1', skipped: '1' });
    const cases = web?.children.map(({ attributes: { name, classname }, children: [outcome] }) => {
      return { name, classname, tag: outcome?.tag, ...outcome?.attributes, text: outcome?.text };
    });
    expect(cases).toEqual([
      { name: 'deployment dpl_1, 2026-11-01 00:01:00 UTC, by Ann', classname: 'preview' },
      {
        ...{ name: 'deployment dpl_2, 2026-11-01 00:02:00 UTC', classname: 'preview', tag: 'failure' },
        ...{ type: 'UNEXPLAINED', message: 'UNEXPLAINED: got nothing; wanted a record' },
        text: 'got nothing; wanted a record\nsecond',
      },
      expect.objectContaining({ tag: 'error', type: 'NOT_CHECKABLE', message: 'NOT_CHECKABLE: not asked' }),
      expect.objectContaining({
        tag: 'skipped',
        message: 'Vercel was down (OPS-1, approved by Dee, until 2026-12-01 00:00:00 UTC)',
      }),
    ]);
    expect(suiteOf(root, 'prj_b')?.children[0]?.children[0]).toMatchObject({
      tag: 'failure',
      attributes: { type: 'FORGED_LINK' },
    });
  });

  it('shows a source that is not whole, and an exception that has ended', () => {
    const read = suiteOf(parse(write([], WHOLE_SUMMARY)), 'What was read');
    expect(read?.attributes).toMatchObject({ tests: '2', errors: '1', failures: '1' });
    expect(
      read?.children.map(({ attributes, children: [outcome] }) => [attributes['name'], outcome?.attributes]),
    ).toEqual([
      ['events: 3 read', { type: 'NOT_WHOLE', message: 'NOT_WHOLE: The last page <was> refused.' }],
      ['exception ex-0', { type: 'EXPIRED', message: 'EXPIRED: It ended 2026-11-01 00:00:00 UTC: Too late (OPS-0)' }],
    ]);
  });

  it('is XML, whatever words it is given', () => {
    const odd = `]]><!-- & "'\0\u0008\ud800\ufffe\u202e\n<x a=1>`;
    const row = makeRow(1, { class: 'UNEXPLAINED', id: odd, person: odd, target: odd, projectId: odd, reasons: [odd] });
    const root = parse(write([row]));
    const [, suite] = root.children;
    expect(suite?.attributes['name']).toBe(`]]><!-- & "' <x a=1>`);
    expect(suite?.children[0]?.children[0]?.text).toBe(`]]><!-- & "' <x a=1>`);
  });

  it('sums up what is explained where there are more than ten thousand rows, and says so', () => {
    const rows = Array.from({ length: 10_001 }, (_, number) =>
      makeRow(number, number === 7 ? { class: 'MISMATCH' } : {}),
    );
    const text = write(rows);
    expect(text).toContain(
      '<!-- 10,001 rows: not each has a testcase; the others are summed up, audit.json has all. -->',
    );
    const web = suiteOf(parse(text), 'web (prj_web)');
    expect(web?.children.map(({ attributes }) => attributes['name'])).toEqual([
      'deployment dpl_7, 2026-11-01 00:07:00 UTC',
      '10,000 more rows: Verified',
    ]);
    expect(write(rows.slice(1))).not.toContain('<!--');
  });

  it('stays bounded where nothing is explained: what is left is summed up as a failure', () => {
    const rows = Array.from({ length: 10_005 }, (_, number) => makeRow(number, { class: 'UNEXPLAINED' }));
    const web = suiteOf(parse(write(rows)), 'web (prj_web)');
    expect(web?.attributes).toMatchObject({ tests: '10001', failures: '10001' });
    expect(web?.children.at(-1)?.attributes['name']).toBe('5 more rows: Unexplained');
  });
});
