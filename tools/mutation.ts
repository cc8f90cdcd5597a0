/**
 * `npm run mutation`: changes the code that decides whom to believe, a place at a time, and asks whether a test notices.
 * Status 1 where less than 90 % of the changes of a room are noticed; texts are left alone.
 */
import { readFile } from 'node:fs/promises';
import { partSurvivors } from './mutation/known.ts';
import { readOptions, USAGE, type Options } from './mutation/options.ts';
import { readReport, scoreOf, type Row, type Survivor } from './mutation/report.ts';
import { mutateRoom } from './mutation/run.ts';
import { ROOT } from './root.ts';

const LEAST_SCORE = 90;
const SURVIVORS = 'test/mutation-survivors.md';

function tellTable(name: string, rows: readonly Row[]): void {
  console.log(`\n${name.padEnd(40)} killed  timed out  survived  not reached  failed   score`);
  const sum = (of: (row: Row) => number): number => rows.reduce((total, row) => total + of(row), 0);
  const total: Row = {
    file: 'all',
    killed: sum(({ killed }) => killed),
    timedOut: sum(({ timedOut }) => timedOut),
    survived: sum(({ survived }) => survived),
    uncovered: sum(({ uncovered }) => uncovered),
    failed: sum(({ failed }) => failed),
  };
  for (const row of [...rows, total]) {
    const counts = [row.killed, row.timedOut, row.survived, row.uncovered, row.failed];
    const cells = counts.map((count, at) => String(count).padStart([7, 11, 10, 13, 8][at] ?? 0));
    console.log(`${row.file.padEnd(40)}${cells.join('')}${scoreOf([row]).toFixed(1).padStart(6)} %`);
  }
}

function tellSurvivors(survivors: readonly Survivor[]): void {
  for (const { file, line, isCovered, before, after } of survivors) {
    console.log(`${file}:${String(line)}${isCovered ? '' : ' (not reached)'}\n- \`${before}\` → \`${after}\``);
  }
}

async function runAll(options: Options): Promise<void> {
  const page = await readFile(`${ROOT}${SURVIVORS}`, 'utf8');
  for (const room of options.rooms) {
    const startedAt = Date.now();
    const { rows, survivors } = readReport(await mutateRoom(room, options));
    const files = rows.map(({ file }) => file);
    const { fresh, known, gone } = partSurvivors(survivors, page, files);
    tellTable(room, rows);
    tellSurvivors(fresh);
    if (options.sample === 100) for (const words of gone) console.log(`explained in ${SURVIVORS}, and gone: ${words}`);
    const score = scoreOf(rows);
    const seconds = Math.round((Date.now() - startedAt) / 1000);
    const survived = `${String(fresh.length)} new survivors, ${String(known.length)} explained`;
    console.log(`${room}: ${score.toFixed(1)} % killed, ${survived}, ${String(seconds)} s`);
    if (score < LEAST_SCORE) process.exitCode = 1;
  }
}

if (process.argv.includes('--help')) console.log(USAGE);
else {
  try {
    await runAll(readOptions(process.argv.slice(2)));
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exitCode = 2;
  }
}
