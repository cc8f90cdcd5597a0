/** What is read of Stryker's JSON report (mutation-testing-report-schema 2). */
export interface StrykerReport {
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly ReportedMutant[] }>>;
}

interface ReportedMutant {
  readonly mutatorName: string;
  readonly replacement: string;
  readonly status: string;
  readonly statusReason?: string;
  readonly location: Record<'start' | 'end', { readonly line: number; readonly column: number }>;
}

export interface Row {
  readonly file: string;
  readonly killed: number;
  readonly timedOut: number;
  readonly survived: number;
  readonly uncovered: number;
  /** Neither: the runner could not say. */
  readonly failed: number;
}

export interface Survivor {
  readonly file: string;
  readonly line: number;
  readonly isCovered: boolean;
  /** On one line, shortened. */
  readonly before: string;
  readonly after: string;
}

const LONGEST = 100;

export function readReport({ files }: StrykerReport): { rows: readonly Row[]; survivors: readonly Survivor[] } {
  const rows: Row[] = [];
  const survivors: Survivor[] = [];
  for (const [file, { source, mutants }] of Object.entries(files)) {
    const drawn = mutants.filter(({ statusReason }) => statusReason !== 'not in the sample');
    const count = (...wanted: string[]): number => drawn.filter(({ status }) => wanted.includes(status)).length;
    rows.push({
      file,
      killed: count('Killed'),
      timedOut: count('Timeout'),
      survived: count('Survived'),
      uncovered: count('NoCoverage'),
      failed: count('RuntimeError', 'CompileError'),
    });
    for (const { status, location, replacement } of drawn) {
      if (status !== 'Survived' && status !== 'NoCoverage') continue;
      const { start, end } = location;
      const before = toLine(cut(source, start, end));
      survivors.push({ file, line: start.line, isCovered: status === 'Survived', before, after: toLine(replacement) });
    }
  }
  return { rows, survivors };
}

/** Lines and columns count from one; the end is not in it. */
function cut(source: string, start: { line: number; column: number }, end: { line: number; column: number }): string {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  const last = lines.length - 1;
  return lines
    .map((line, at) => line.slice(at === 0 ? start.column - 1 : 0, at === last ? end.column - 1 : undefined))
    .join('\n');
}

function toLine(code: string): string {
  // Backquotes would end the code in the page of survivors.
  const line = code.replace(/\s+/g, ' ').replaceAll('`', "'").trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** Per cent killed; what timed out is killed: someone would have noticed. */
export function scoreOf(rows: readonly Row[]): number {
  const sum = (of: (row: Row) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const killed = sum(({ killed, timedOut }) => killed + timedOut);
  const all = killed + sum(({ survived, uncovered }) => survived + uncovered);
  return all === 0 ? 100 : (killed / all) * 100;
}
