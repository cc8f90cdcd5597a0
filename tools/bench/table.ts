/** The results as lines for people. */
import { countRequests, judge, pick, ratiosOf, REQUEST_KINDS, spreadOf, type Spread, type Verdict } from './figures.ts';
import { ROWS, type Growth, type Metric, type Race, type Row, type Target } from './rows.ts';
import type { GrowthResult, RaceResult, Result } from './run-rows.ts';

export interface Line {
  readonly what: string;
  readonly ours: string;
  readonly peer: string;
  readonly ratio: string;
  readonly target: string;
  readonly verdict: Verdict | '';
}

export interface Section {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly note: string;
}

const METRICS: readonly Metric[] = ['wall', 'cpu', 'memory'];
const NAMES: Readonly<Record<Metric, string>> = { wall: 'wall', cpu: 'CPU', memory: 'peak memory' };
const MIB = 1024 * 1024;
const EMPTY = { ours: '', peer: '', ratio: '', target: '', verdict: '' } as const;

export function toSection(result: Result): Section {
  const row: Row = ROWS[result.row];
  if (row.kind === 'race' && result.kind === 'race') return raceSection(row, result);
  if (row.kind === 'growth' && result.kind === 'growth') return growthSection(row, result);
  throw new Error(`${result.row} is no ${result.kind}`);
}

function raceSection(race: Race, { ours, peer }: RaceResult): Section {
  const lines = METRICS.map((metric): Line => {
    const [mine, theirs] = [pick(ours, metric), pick(peer, metric)];
    const ratio = spreadOf(ratiosOf(mine, theirs));
    const target = race.targets[metric];
    return {
      what: NAMES[metric],
      ours: showSpread(spreadOf(mine), metric),
      peer: showSpread(spreadOf(theirs), metric),
      ratio: showRatio(ratio),
      target: target ? showTarget(target) : '',
      verdict: target ? judge(target.kind === 'ratio' ? ratio : spreadOf(mine), target) : '',
    };
  });
  const cpu = spreadOf(ours.map(({ sandboxCpuMs }) => sandboxCpuMs)).median;
  return {
    title: race.title,
    lines: race.roundTrips === undefined ? lines : [...lines, tripsLine(race.roundTrips, ours)],
    note: `${String(ours.length)} runs of ours, ${String(peer.length)} of the peer; the sandbox itself used ${showOne(cpu, 'cpu')} of CPU in ours`,
  };
}

function tripsLine(most: number, ours: RaceResult['ours']): Line {
  const counts = ours.map(({ requests }) => countRequests(requests));
  const deploying = spreadOf(counts.map((count) => count.deploying));
  const [last] = counts.slice(-1);
  const all = REQUEST_KINDS.map((kind) => `${kind} ${String(last?.[kind])}`).join(', ');
  const verdict = judge(deploying, { kind: 'ratio', most });
  return { ...EMPTY, what: 'requests', ours: all, target: `deploying ≤ ${String(most)}`, verdict };
}

function growthSection(growth: Growth, { trees }: GrowthResult): Section {
  const base = pick(trees[0]?.ours ?? [], 'memory');
  const lines = trees.map(({ name, ours }, index): Line => {
    const peaks = pick(ours, 'memory');
    const grown = spreadOf(ratiosOf(peaks, base));
    const verdicts = [judge(spreadOf(peaks), growth.most), judge(grown, growth.growth)];
    const first = index === 0;
    return {
      what: name,
      ours: showSpread(spreadOf(peaks), 'memory'),
      peer: '',
      ratio: first ? '' : `${showRatio(grown)} of the first`,
      target: first ? showTarget(growth.most) : `${showTarget(growth.most)}, ${showTarget(growth.growth)}`,
      verdict: verdicts.find((verdict) => verdict !== 'met') ?? 'met',
    };
  });
  return { title: growth.title, lines, note: 'one run each, of ours alone' };
}

function showTarget({ kind, most }: Target): string {
  return kind === 'ratio' ? `≤ ${String(most)}` : `≤ ${showOne(most, 'memory')}`;
}

function showRatio({ median, least, most }: Spread): string {
  const show = (value: number): string => value.toFixed(value < 0.1 ? 4 : 2);
  return least === most ? show(median) : `${show(median)} (${show(least)}–${show(most)})`;
}

function showSpread({ median, least, most }: Spread, metric: Metric): string {
  const text = showOne(median, metric);
  return least === most ? text : `${text} (${inUnit(least, metric)}–${inUnit(most, metric)})`;
}

function showOne(value: number, metric: Metric): string {
  return `${inUnit(value, metric)} ${metric === 'memory' ? 'MiB' : 's'}`;
}

function inUnit(value: number, metric: Metric): string {
  return metric === 'memory' ? String(Math.round(value / MIB)) : (value / 1000).toFixed(2);
}

/** The sections as one table, every column as wide as it must be. */
export function printTable(sections: readonly Section[]): string {
  const head = { what: '', ours: 'ours', peer: 'peer', ratio: 'ratio', target: 'target', verdict: '' };
  const columns = ['what', 'ours', 'peer', 'ratio', 'target', 'verdict'] as const;
  const all = [head, ...sections.flatMap(({ lines }) => lines)];
  // The list of requests is one cell over three columns.
  const widths = columns.map((column) =>
    Math.max(...all.filter(({ what }) => what !== 'requests').map((line) => line[column].length)),
  );
  const show = (line: Record<(typeof columns)[number], string>): string =>
    line.what === 'requests'
      ? `  requests: ${line.ours}   ${line.target}   ${line.verdict}`
      : `  ${columns.map((column, index) => line[column].padEnd(widths[index] ?? 0)).join('  ')}`.trimEnd();
  const blocks = sections.map(({ title, lines, note }) => [title, ...lines.map(show), `  (${note})`].join('\n'));
  return [show(head), ...blocks].join('\n\n');
}
