import { describe, expect, it } from '@jest/globals';
import { codesOf, tellsIdentity } from '../../../tools/soak/log.ts';
import { readOptions } from '../../../tools/soak/options.ts';
import { planRun } from '../../../tools/soak/plan.ts';
import { checkGrowth, growthOf, MAX_HEAP_SLOPE } from '../../../tools/soak/table.ts';
import { fitLine } from '../../../tools/soak/trend.ts';

describe('a line through points', () => {
  it('has their slope, and no error where they lie on it', () => {
    expect(
      fitLine([
        [0, 5],
        [10, 25],
        [20, 45],
      ]),
    ).toEqual({ slope: 2, error: 0 });
  });

  it('is none for two points', () => {
    const points = [
      [0, 1],
      [1, 2],
    ] as const;
    expect(fitLine(points)).toBeUndefined();
  });
});

describe('growth', () => {
  const memory = (heapOf: (runs: number) => number): Parameters<typeof growthOf>[0] =>
    Array.from({ length: 40 }, (_, at) => ({ runs: at * 10, heap: heapOf(at * 10), rss: 1 }));

  it.each<[string, (runs: number) => number, string[]]>([
    ['that goes on is told', (runs) => runs * MAX_HEAP_SLOPE * 1.5, ['HEAP']],
    ['that is over in the first half is none', (runs) => Math.min(runs, 150) * 100_000, []],
    ['below the bound is none', (runs) => runs * MAX_HEAP_SLOPE * 0.9, []],
    ['that may be chance is none', (runs) => (runs % 20 === 0 ? 0 : 40_000_000) + runs * MAX_HEAP_SLOPE * 1.1, []],
  ])('%s', (_, heapOf, names) => {
    expect(checkGrowth(growthOf(memory(heapOf))).map(({ invariant }) => invariant)).toEqual(names);
  });

  it('is not judged in a short series', () => {
    const [heap] = growthOf(memory((runs) => runs * 1e9).slice(0, 10));
    expect(heap?.slope).toBeUndefined();
  });
});

describe('what a log says', () => {
  it('is its code words, of lines for people and for machines', () => {
    const human = '22:15:58 \u001b[31m✖ ERROR\u001b[0m LIVE, record kept at x.json. RECORD_NOT_STORED: No room: none.';
    const json = '{"level":"error","message":"NETWORK: gone","code":"NETWORK"}';
    const others =
      '22:15:58   NETWORK: said in passing\n  │ got:    TIMEOUT: x\n{"level":"info","code":"USAGE"}\n{broken';
    expect(codesOf([human, json, others].join('\n'))).toEqual(['RECORD_NOT_STORED', 'NETWORK']);
  });

  it('is whether the identity was verified', () => {
    expect(tellsIdentity('22:15:58 \u001b[32m✔\u001b[0m identity  step 1 of')).toBe(true);
    expect(tellsIdentity('{"level":"info","message":"identity  step 1 of"}')).toBe(true);
    expect(tellsIdentity('22:15:58   DEBUG identity verified')).toBe(false);
  });
});

describe('a plan', () => {
  it('is the same for the same season, and another for another', () => {
    const season = { seed: 7, kind: 'inside', runs: 10 } as const;
    const plans = (seed: number): string[] =>
      Array.from({ length: 10 }, (_, index) => JSON.stringify(planRun({ ...season, seed }, index)));
    expect(plans(7)).toEqual(plans(7));
    expect(plans(8)).not.toEqual(plans(7));
  });

  it('kills every third process, and stops every third', () => {
    const signals = Array.from({ length: 9 }, (_, index) => planRun({ seed: 1, kind: 'process', runs: 9 }, index).stop);
    expect(signals.filter((stop) => stop?.signal === 'SIGKILL')).toHaveLength(3);
    expect(signals.filter((stop) => stop === undefined)).toHaveLength(3);
  });
});

describe('the command line', () => {
  it('has 500 runs, ten of the bundle, and a seed of its own', () => {
    expect(readOptions([])).toMatchObject({ runs: 500, bundle: 10, verbose: false });
    expect(readOptions(['--runs', '4', '--seed', '9', '--verbose'])).toEqual({
      runs: 4,
      seed: 9,
      bundle: 4,
      verbose: true,
    });
  });

  it.each([['--runs', '0'], ['--runs', '1.5'], ['--seed', '-1'], ['--bundle', 'all'], ['--nothing']])(
    'takes no %s %s',
    (...words) => {
      expect(() => readOptions(words)).toThrow();
    },
  );
});
