import { sha256Hex } from '../../../src/digest.ts';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writeOutputs } from '../../../src/audit/outputs/index.ts';
import { writeSummary } from '../../../src/audit/outputs/order-summary.ts';
import { nodeFiles } from '../../../src/platform/files.ts';
import { makeFolder, type Folder } from './support/folder.ts';
import { makeRow, makeSummary, sourceOf, WHOLE_ROW, WHOLE_SUMMARY } from './support/samples.ts';

const NAMES = ['audit.csv', 'audit.html', 'audit.json', 'audit.jsonl', 'audit.md', 'junit.xml'];
let folder: Folder;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.end());

const write = (rows: Parameters<typeof sourceOf>[0], summary = makeSummary(rows)): ReturnType<typeof writeOutputs> =>
  writeOutputs(summary, sourceOf(rows), { files: nodeFiles, folder: `${folder.path}/out` });

it('writes audit.json a row a line, and says what it wrote', async () => {
  const rows = [makeRow(1), WHOLE_ROW, makeRow(2)];
  const summary = makeSummary(rows);
  const { files } = await write(rows);
  const text = folder.read('out/audit.json');
  expect(JSON.parse(text)).toEqual({ summary, rows });
  const [first, second, ...rest] = text.split('\n');
  expect(first).toBe(`{"summary":${writeSummary(summary)},`);
  expect(second).toBe('"rows":[');
  expect(rest.slice(-2)).toEqual([']}', '']);
  expect(rest.slice(0, -2).map((line) => (JSON.parse(line.replace(/,$/, '')) as { id: string }).id)).toEqual(
    rows.map(({ id }) => id),
  );
  expect(folder.list('out')).toEqual(NAMES);
  for (const { name, bytes, digest } of files) {
    const content = folder.bytes(`out/${name}`);
    expect({ name, bytes, digest }).toEqual({ name, bytes: content.length, digest: sha256Hex(content) });
  }
});

it('has the page allow records of a sandbox where the audit did', async () => {
  const options = { files: nodeFiles, folder: `${folder.path}/out` };
  for (const allowSandbox of [true, false]) {
    await writeOutputs(makeSummary([]), sourceOf([]), { ...options, allowSandbox });
    expect(folder.read('out/audit.html').includes('"allowSandbox":true')).toBe(allowSandbox);
  }
});

it('writes files without rows', async () => {
  await write([]);
  expect(JSON.parse(folder.read('out/audit.json'))).toEqual({ summary: makeSummary([]), rows: [] });
  expect(folder.read('out/audit.jsonl')).toBe('');
  expect(folder.read('out/audit.csv').split('\r\n')).toHaveLength(2);
  expect(folder.read('out/audit.md')).toContain('**0 deployments and 0 changes: nothing to explain.** Status 0');
});

it('writes the same bytes again, in the place of what stood there', async () => {
  const once = (await write([makeRow(1), WHOLE_ROW])).files;
  expect((await write([makeRow(1), WHOLE_ROW])).files).toEqual(once);
});

describe('where the rows are not those that were counted', () => {
  it.each([
    ['deployment VERIFIED: 2 counted, 1 rows', [makeRow(1)], [makeRow(1), makeRow(2)]],
    ['deployment UNEXPLAINED: 0 counted, 1 rows', [makeRow(1, { class: 'UNEXPLAINED' })], [makeRow(1)]],
  ] as const)('%s: nothing is left', async (fault, rows, counted) => {
    await expect(write(rows, makeSummary(counted))).rejects.toMatchObject({
      code: 'INTERNAL',
      faults: expect.arrayContaining([fault]),
    });
    expect(folder.list('out')).toEqual([]);
  });

  it('nor where what was seen is not the sum of the classes', async () => {
    const summary = makeSummary([]);
    const counts = { ...summary.counts, record: { seen: 3, classes: { VERIFIED: 2 } } };
    await expect(write([], { ...summary, counts })).rejects.toMatchObject({
      faults: ['record: 3 seen, and the classes add up to 2'],
    });
  });
});

it('leaves nothing where a row cannot be read', async () => {
  const rows = {
    count: 1,
    classes: {},
    read: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('x')) }) }),
  };
  const options = { files: nodeFiles, folder: `${folder.path}/out` };
  await expect(writeOutputs(makeSummary([]), rows, options)).rejects.toThrow('x');
  expect(folder.list('out')).toEqual([]);
});

it('gives the worst rows first: by weight, those of production before the others', async () => {
  const rows = [
    makeRow(1, { class: 'NOT_CHECKABLE' }),
    makeRow(2, { class: 'UNEXPLAINED' }),
    makeRow(3, { class: 'UNEXPLAINED', production: true }),
    makeRow(4),
    makeRow(5, { class: 'FORGED_LINK' }),
    ...Array.from({ length: 200 }, (_, index) => makeRow(10 + index, { class: 'UNEXPLAINED' })),
  ];
  const { worst } = await write(rows);
  expect(worst.slice(0, 3).map(({ id }) => id)).toEqual(['dpl_5', 'dpl_3', 'dpl_2']);
  expect(worst).toHaveLength(100);
});

describe('audit.md', () => {
  const rows = [
    makeRow(1, { class: 'UNEXPLAINED', person: '[x](https://evil.example) <b> @ann', reasons: ['a | b', 'second'] }),
    ...Array.from({ length: 30 }, (_, index) => makeRow(10 + index, { class: 'UNEXPLAINED' })),
    makeRow(2, { class: 'FORGED_LINK', deployment: { id: 'dpl_2', readyState: 'READY', url: 'https://x`|y' } }),
    WHOLE_ROW,
  ];

  it('has the figures first, then what is not explained, the worst first, and not all of it', async () => {
    await write(rows, makeSummary(rows, { ...WHOLE_SUMMARY, status: 4, counts: makeSummary(rows).counts }));
    const text = folder.read('out/audit.md');
    const heads = [...text.matchAll(/^## (.*)$/gm)].map(([, head]) => head);
    expect(heads).toEqual(['What was found', 'Forged link: 1', 'Unexplained: 31', 'What was read', 'Figures']);
    expect(text).toContain(
      '**32 deployments and 1 change: 1 trust failure, 31 findings. Not read in whole: events.** Status 4: something is',
    );
    expect(text).toContain('Status 4: something is not what it claims to be.');
    expect(text).toContain('And 11 more, in `audit.json`');
    expect(text).toContain('| **Seen** | 32 | 1 | 2 |');
    expect(text).toContain('The last page \\<was\\> refused\\.');
    expect(text).toContain('**expired**');
  });

  it('makes nothing of words of others', async () => {
    await write(rows);
    const text = folder.read('out/audit.md');
    expect(text).toContain('| \\[x\\]\\(https\\:\\/\\/evil\\.example\\) \\<b\\> \\@ann | a \\| b |');
    expect(text).toContain("`https://x''y`");
    const tables = text.split('\n\n').filter((part) => part.startsWith('|'));
    for (const table of tables) {
      const cells = table
        .trim()
        .split('\n')
        .map((line) => line.split(/(?<!\\)\|/).length);
      expect(new Set(cells).size).toBe(1);
    }
  });
});
