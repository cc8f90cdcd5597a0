import { mkdtempSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { COLUMNS } from '../src/audit/outputs/columns.ts';
import { writeOutputs } from '../src/audit/outputs/index.ts';
import { readAuditOptions } from '../src/commands/audit-options.ts';
import { nodeFiles } from '../src/platform/files.ts';
import { makeSummary, sourceOf, UNTIL, WHOLE_ROW } from './audit/outputs/support/samples.ts';
import { ROWS } from './audit/outputs/support/month.ts';
import { listRows } from './support/page-text.ts';

const page = readFileSync(new URL('../docs/audit-at-scale.md', import.meta.url), 'utf8');
const blocksOf = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms'))].map(([, text = '']) => text);
const SQL = blocksOf('sql');
/** What Athena alone takes. */
const ATHENA = SQL.filter((sql) => /EXTERNAL TABLE|MSCK REPAIR|from_iso8601/.test(sql));
const [VIEW = '', ...QUESTIONS] = SQL.filter((sql) => !ATHENA.includes(sql));
const asked: string[] = [];

let folder: string;
let instance: DuckDBInstance;
let connection: DuckDBConnection;
beforeAll(async () => {
  folder = mkdtempSync(`${tmpdir()}/audit-at-scale-`);
  const summary = makeSummary(ROWS, { status: 4 });
  await writeOutputs(summary, sourceOf(ROWS), { files: nodeFiles, folder: `${folder}/out` });
  mkdirSync(`${folder}/audits/audit=2026-11-web`, { recursive: true });
  renameSync(`${folder}/out/audit.jsonl`, `${folder}/audits/audit=2026-11-web/audit.jsonl`);
  instance = await DuckDBInstance.create(':memory:');
  connection = await instance.connect();
  await connection.run(VIEW.replace("'audits/", `'${folder}/audits/`));
});
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
  rmSync(folder, { recursive: true });
});

/** Runs the question with these words in the sentence before it. */
async function ask(words: string): Promise<readonly Record<string, unknown>[]> {
  const at = page.indexOf(words);
  expect(at).not.toBe(-1);
  const [, sql = ''] = /```sql\n(.*?)^```$/ms.exec(page.slice(at)) ?? [];
  asked.push(sql);
  return (await connection.runAndReadAll(sql)).getRowObjectsJson();
}

describe("the table's layout", () => {
  it('is the one that is written', () => {
    expect(listRows(page, 'Column').map(([name]) => name?.replaceAll('`', ''))).toEqual(
      COLUMNS.map(({ name }) => name),
    );
    for (const { name, type, meaning } of COLUMNS) {
      const [, cells = ''] = new RegExp(`^\\| \`${name}\` +\\|(.*)\\|$`, 'm').exec(page) ?? [];
      expect([name, ...cells.split(/ +\| /).map((cell) => cell.trim())]).toEqual([name, type, meaning]);
    }
  });

  it("is DuckDB's, with nothing lost on the way", async () => {
    const kinds = { text: 'VARCHAR', number: 'BIGINT', boolean: 'BOOLEAN', time: 'TIMESTAMP' };
    const found = (await connection.runAndReadAll('DESCRIBE audit_rows')).getRowObjectsJson();
    const columns = found.map(({ column_name: name, column_type: type }) => [name, type]);
    expect(columns).toEqual([...COLUMNS.map(({ name, type }) => [name, kinds[type]]), ['audit', 'VARCHAR']]);
    const lines = readFileSync(`${folder}/audits/audit=2026-11-web/audit.jsonl`, 'utf8').trim().split('\n');
    const rows = (await connection.runAndReadAll('SELECT * FROM audit_rows ORDER BY occurred_at')).getRowObjectsJson();
    const plain = rows.map((row) =>
      Object.fromEntries(COLUMNS.map(({ name, type }) => [name, toPlain(type, row[name])])),
    );
    expect(plain).toEqual(lines.map((line) => JSON.parse(line) as unknown));
  });

  it("is Athena's, column for column", () => {
    const [table = '', repair, view = ''] = ATHENA;
    const kinds = { text: 'string', number: 'bigint', boolean: 'boolean', time: 'string' };
    const columns = [...table.matchAll(/`(\w+)` (\w+)/g)].map(([, name, type]) => [name, type]);
    expect(columns).toEqual(COLUMNS.map(({ name, type }) => [name, kinds[type]]));
    expect(repair).toBe('MSCK REPAIR TABLE audit_lines;\n');
    const inner = view.replaceAll(
      /CAST\(from_iso8601_timestamp\((\w+)\) AT TIME ZONE 'UTC' AS timestamp\) AS \1\b/g,
      '$1*',
    );
    const names = [...inner.matchAll(/\b(\w+\*?)(?=[,;\s])/g)].map(([, name = '']) => name);
    const wanted = COLUMNS.map(({ name, type }) => (type === 'time' ? `${name}*` : name));
    expect(names.filter((name) => /^[a-z]/.test(name)).toSorted()).toEqual(
      [...wanted, 'audit', 'audit_rows', 'audit_lines'].toSorted(),
    );
    expect(ATHENA).toHaveLength(3);
  });
});

function toPlain(type: string, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (type === 'number') return Number(value);
  if (type !== 'time') return value;
  return new Date(`${(value as string).replace(' ', 'T')}Z`).toISOString();
}

describe("an auditor's questions, asked of DuckDB,", () => {
  it('which production changes happened, and who made each', async () => {
    const found = await ask('**Which production changes happened');
    expect(found.map(({ kind, deployment_id: id, person, class: is }) => [kind, id, person, is].join())).toEqual([
      ...['deployment,dpl_1,Ann,VERIFIED', 'deployment,dpl_2,,VERIFIED', 'deployment,dpl_3,,VERIFIED'],
      ...['deployment,,,EXCEPTION', 'change,,,FORGED_LINK'],
    ]);
    expect(found[0]).toMatchObject({ occurred_at: '2026-11-01 00:01:00', project: 'web', change_kind: null });
  });

  it('from which build, approved by whom', async () => {
    const found = await ask('**From which build');
    expect(found.map((row) => row['deployment_id'])).toEqual(['dpl_1', 'dpl_2', 'dpl_3', 'dpl_9']);
    expect(found[0]).toMatchObject({
      build_number: '7',
      git_commit: WHOLE_ROW.build.commit,
      pull_request: '12',
      approved_by: 'Bob; Cid',
    });
  });

  it('under which policy, by which key', async () => {
    const found = await ask('**Under which policy');
    expect(found.map((row) => [row['record_grant'], row['record_assurance'], row['changes']])).toEqual([
      ['web', 'timed', '3'],
      ['web', 'held-token', '1'],
    ]);
  });

  it('whether the list is complete', async () => {
    const found = await ask('**Is the list complete?**');
    expect(found.map((row) => Object.values(row).join())).toEqual([
      '2026-11-web,change,FORGED_LINK,1',
      '2026-11-web,deployment,EXCEPTION,1',
      '2026-11-web,deployment,UNEXPLAINED,2',
      '2026-11-web,deployment,VERIFIED,5',
    ]);
  });

  it('what is not explained', async () => {
    expect((await ask('**What is not explained')).map((row) => Object.values(row).join())).toEqual([
      'UNEXPLAINED,git,Bob,2',
      'FORGED_LINK,unknown,unknown,1',
    ]);
  });

  it('which had no approval but their own', async () => {
    const found = await ask('**Which production changes had no approval');
    expect(found.map((row) => row['deployment_id'])).toEqual(['dpl_2', 'dpl_3']);
  });

  it('which were excused', async () => {
    expect((await ask('**Which were excused')).map((row) => Object.values(row).join())).toEqual([
      'ex-1,Dee,OPS-1,UNEXPLAINED,1,2026-12-01 00:00:00',
    ]);
  });

  it('which rest on the token alone', async () => {
    expect(await ask('**Which records rest on')).toMatchObject([{ changes: '1', latest: '2026-11-01 00:03:00' }]);
  });

  it('how often, and how long', async () => {
    const found = await ask('**How often does each project');
    expect(found.map((row) => Object.values(row).join())).toEqual([
      '2026-10-26 00:00:00,prj_web,3,1',
      '2026-11-30 00:00:00,prj_web,1,1',
    ]);
  });

  it('for a sample that is the same again, and another for another word', async () => {
    const draw = async (): Promise<readonly unknown[]> => (await ask('**A sample of 25')).map(({ id }) => id);
    const first = await draw();
    expect(first.toSorted()).toEqual(
      ROWS.filter((row) => row.production)
        .map(({ id }) => id)
        .toSorted(),
    );
    expect(await draw()).toEqual(first);
    const sql = asked.at(-1)?.replace('the word of the auditor', 'b') ?? '';
    expect((await connection.runAndReadAll(sql)).getRowObjectsJson().map(({ id }) => id)).not.toEqual(first);
  });

  it('are all of the page', () => {
    expect(QUESTIONS.filter((sql) => !asked.includes(sql))).toEqual([]);
  });
});

it('every command line of the page is one that audit takes, and the parts have one period', () => {
  const texts = blocksOf('yaml').flatMap(
    (yaml) => JSON.stringify(parse(yaml)).match(/(?<="COMMAND":")audit [^"]+/g) ?? [],
  );
  const words = texts.map((text) =>
    text.replace('$SINCE', '2026-10-01').replace('$UNTIL', '2026-11-01').split(/\s+/).slice(1),
  );
  const read = words.map((line) => readAuditOptions(line, '/work', UNTIL));
  expect(read.map(({ kind }) => kind)).toEqual(['audit', 'audit', 'merge']);
  const audits = read.flatMap((one) => (one.kind === 'audit' ? [`${one.audit.out}/audit.json`] : []));
  expect(read.flatMap((one) => (one.kind === 'merge' ? one.merge.files : []))).toEqual(audits);
});
