import { describe, expect, it } from '@jest/globals';
import { listSources } from '../../../tools/mutation/files.ts';
import { partSurvivors } from '../../../tools/mutation/known.ts';
import { readOptions } from '../../../tools/mutation/options.ts';
import { readReport, scoreOf, type StrykerReport } from '../../../tools/mutation/report.ts';
import { isChosen } from '../../../tools/mutation/sample.ts';

const FILE = 'src/policy/parse.ts';
const at = (line: number, from: number, to: number): { location: { start: Place; end: Place } } => ({
  location: { start: { line, column: from }, end: { line, column: to } },
});
interface Place {
  readonly line: number;
  readonly column: number;
}
const mutant = (
  status: string,
  replacement: string,
  more: object = {},
): StrykerReport['files'][string]['mutants'][0] => ({
  ...{ mutatorName: 'EqualityOperator', status, replacement },
  ...at(2, 5, 10),
  ...more,
});
const report = (...mutants: StrykerReport['files'][string]['mutants']): StrykerReport => ({
  files: { [FILE]: { source: 'if (x)\nif (a > b) return;\n', mutants } },
});

describe('the options of npm run mutation', () => {
  it('are every room and all mutants', () => {
    expect(readOptions([])).toEqual({ rooms: ['identity', 'policy', 'record'], files: [], sample: 100, seed: 1 });
  });

  it('take the room from a file', () => {
    expect(readOptions(['--file', FILE, '--sample', '5', '--seed', '3'])).toEqual({
      ...{ rooms: ['policy'], files: [FILE], sample: 5, seed: 3 },
    });
  });

  it.each([
    [['--room', 'deploy'], '--room: deploy; wanted of identity, policy, record'],
    [['--file', 'src/der.ts'], '--file: src/der.ts; wanted one of src/identity, src/policy, src/record'],
    [['--sample', '0'], '--sample: not "0"; wanted 1 to 100'],
    [['--seed', 'x'], '--seed: not "x"'],
    [['--rooms', 'policy'], 'rooms'],
  ])('are refused: %j', (args, words) => {
    expect(() => readOptions(args)).toThrow(words);
  });
});

describe('the report of Stryker', () => {
  it('is counted by file, and scored without what was not drawn or could not be said', () => {
    const counted = report(
      ...[mutant('Killed', 'a'), mutant('Killed', 'b'), mutant('Timeout', 'c'), mutant('Survived', 'd')],
      ...[mutant('NoCoverage', 'e'), mutant('RuntimeError', 'f'), mutant('Ignored', 'g')],
      mutant('RuntimeError', 'h', { statusReason: 'not in the sample' }),
    );
    const { rows } = readReport(counted);
    expect(rows).toEqual([{ file: FILE, killed: 2, timedOut: 1, survived: 1, uncovered: 1, failed: 1 }]);
    expect(scoreOf(rows)).toBe(60);
  });

  it('names survivors by the code that was there, on one line', () => {
    const { survivors } = readReport(report(mutant('Survived', 'a\n  >= `b`'), mutant('NoCoverage', 'x'.repeat(101))));
    expect(survivors).toEqual([
      { file: FILE, line: 2, isCovered: true, before: 'a > b', after: "a >= 'b'" },
      { file: FILE, line: 2, isCovered: false, before: 'a > b', after: `${'x'.repeat(100)}…` },
    ]);
  });
});

it('parts survivors by the page that explains them', () => {
  const { survivors } = readReport(report(mutant('Survived', 'a >= b'), mutant('Survived', 'true')));
  const page = [
    '## `src/policy/rules.ts`\n\n- `a > b` → `true`: of another file',
    `## \`${FILE}\`\n\n- \`a > b\` → \`a >= b\`: one more or less\n- \`c\` → \`d\`: gone\n- \`a > b\` → \`true\`:`,
  ].join('\n\n');
  const { fresh, known, gone } = partSurvivors(survivors, page, [FILE]);
  expect(fresh.map(({ after }) => after)).toEqual(['true']);
  expect(known.map(({ after }) => after)).toEqual(['a >= b']);
  expect(gone).toEqual([`${FILE}: c → d`]);
});

it('draws the same sample for the same seed, wherever the tree is, and about as many as were asked for', () => {
  const draw = (root: string, seed: number): readonly boolean[] =>
    Array.from({ length: 1000 }, (_, line) =>
      isChosen({ fileName: `${root}/src/a.ts`, replacement: 'x', ...at(line, 1, 2) }, { sample: 20, seed }),
    );
  expect(draw('/one', 1)).toEqual(draw('/other/tree', 1));
  expect(draw('/one', 1)).not.toEqual(draw('/one', 2));
  expect(draw('/one', 1).filter(Boolean).length).toBeGreaterThan(150);
  expect(draw('/one', 1).filter(Boolean).length).toBeLessThan(250);
});

it('mutates what a verification rests on, and nothing that makes records', async () => {
  const sources = await listSources('record');
  expect(sources).toEqual(
    expect.arrayContaining(['bundle', 'proof', 'timestamp-chain', 'key-list'].map((name) => `src/record/${name}.ts`)),
  );
  expect(sources).not.toContain('src/record/sign.ts');
  expect(sources.filter((path) => !path.startsWith('src/record/'))).toEqual([]);
});
