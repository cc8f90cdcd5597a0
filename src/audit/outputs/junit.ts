import { CLASSES, type AuditClass } from '../classes.ts';
import type { Row, Summary } from '../types.ts';
import { nameProject, nameRow, tellCount, tellTime } from './plain.ts';
import { toXml, writeAttributes } from './xml.ts';

/** More than a test tab shows, and as many as fit in memory. */
const MAX_CASES = 10_000;

type Result = 'passed' | 'failure' | 'error' | 'skipped';

interface Case {
  readonly name: string;
  readonly classname: string;
  readonly result: Result;
  readonly type: string;
  readonly lines: readonly string[];
}

interface Suite {
  readonly counts: Record<Result, number>;
  readonly cases: string[];
  /** What was not written case by case. */
  readonly summed: Map<AuditClass, number>;
}

/** `junit.xml`: a suite for each project, a testcase for each row, and one for each source that was read. */
export interface Junit {
  add(row: Row): void;
  write(): Iterable<string>;
}

/** @param rows how many there will be: with more than ten thousand, those that are explained are summed up. */
export function createJunit(summary: Summary, rows: number): Junit {
  const suites = new Map<string, Suite>();
  let written = 0;
  const suiteOf = (name: string): Suite => {
    const suite = suites.get(name) ?? {
      counts: { passed: 0, failure: 0, error: 0, skipped: 0 },
      cases: [],
      summed: new Map(),
    };
    suites.set(name, suite);
    return suite;
  };
  for (const one of describeSources(summary)) put(suiteOf('What was read'), one);
  return {
    add(row) {
      const suite = suiteOf(nameProject(row.projectId, summary.projects));
      const explained = CLASSES[row.class].weight === 'none';
      if ((rows > MAX_CASES && explained) || written >= MAX_CASES) {
        suite.summed.set(row.class, (suite.summed.get(row.class) ?? 0) + 1);
        return;
      }
      written += 1;
      put(suite, describeRow(row));
    },
    *write() {
      for (const [name, suite] of suites) {
        for (const [id, count] of suite.summed) put(suite, describeSum(id, count, name));
      }
      const summed = [...suites.values()].some((suite) => suite.summed.size > 0);
      yield '<?xml version="1.0" encoding="UTF-8"?>\n';
      if (summed)
        yield `<!-- ${tellCount(rows, 'row')}: not each has a testcase; the others are summed up, audit.json has all. -->\n`;
      yield `<testsuites name="audit"${writeCounts([...suites.values()])}>\n`;
      for (const [name, suite] of suites) {
        yield `  <testsuite${writeAttributes({ name })}${writeCounts([suite])}>\n`;
        yield* suite.cases;
        yield '  </testsuite>\n';
      }
      yield '</testsuites>\n';
    },
  };
}

function describeRow(row: Row): Case {
  const { at, person, target, reasons, exception } = row;
  const name = `${nameRow(row)}, ${tellTime(at)}${person === undefined ? '' : `, by ${person}`}`;
  const excused =
    exception &&
    `${exception.reason} (${exception.ticket}, approved by ${exception.approver}, until ${tellTime(exception.expires)})`;
  const lines = [...(excused === undefined ? [] : [excused]), ...reasons];
  return { name, classname: target, result: resultOf(row.class), type: row.class, lines };
}

function describeSum(id: AuditClass, count: number, project: string): Case {
  const name = `${tellCount(count, 'more row')}: ${CLASSES[id].title}`;
  return { name, classname: project, result: resultOf(id), type: id, lines: [CLASSES[id].meaning] };
}

/** A population that is not whole, and an exception that has ended, are no rows: a test tab must show them all the same. */
function describeSources({ populations, exceptions }: Summary): readonly Case[] {
  const read = populations.map(({ name, seen, missing }): Case => {
    const result = missing.length > 0 ? 'error' : 'passed';
    return {
      name: `${name}: ${String(seen)} read`,
      classname: 'population',
      result,
      type: 'NOT_WHOLE',
      lines: missing,
    };
  });
  const ended = exceptions.filter(({ state }) => state === 'expired');
  return [
    ...read,
    ...ended.map(({ id, reason, ticket, expires }): Case => {
      const lines = [`It ended ${tellTime(expires)}: ${reason} (${ticket})`];
      return { name: `exception ${id}`, classname: 'exception', result: 'failure', type: 'EXPIRED', lines };
    }),
  ];
}

function resultOf(id: AuditClass): Result {
  if (id === 'EXCEPTION') return 'skipped';
  return ({ none: 'passed', finding: 'failure', trust: 'failure', gap: 'error' } as const)[CLASSES[id].weight];
}

function put({ counts, cases }: Suite, { name, classname, result, type, lines }: Case): void {
  counts[result] += 1;
  const head = `    <testcase${writeAttributes({ name, classname, time: 0 })}`;
  if (result === 'passed') {
    cases.push(`${head}/>\n`);
    return;
  }
  const [message = ''] = lines;
  const attributes = writeAttributes(result === 'skipped' ? { message } : { type, message: `${type}: ${message}` });
  cases.push(`${head}><${result}${attributes}>${lines.map(toXml).join('\n')}</${result}></testcase>\n`);
}

function writeCounts(suites: readonly Suite[]): string {
  const sum = (result: Result): number => suites.reduce((all, { counts }) => all + counts[result], 0);
  const [failures, errors, skipped] = [sum('failure'), sum('error'), sum('skipped')];
  return writeAttributes({ tests: sum('passed') + failures + errors + skipped, failures, errors, skipped, time: 0 });
}
