import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from '../tools/bundle.ts';
import { listRows } from './support/page-text.ts';

const read = (file: string): string => readFileSync(`${ROOT}${file}`, 'utf8');
const page = read('CONTRIBUTING.md');
const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> };
const FOLDERS = 'src|test|tools|schemas|docs|examples';

/** Names of files to be made have NAME in them; what is built is no file of the house. */
const isOfTheHouse = (path: string): boolean => !path.includes('NAME');
const named = [...page.matchAll(new RegExp(`(?<![\\w./-])(?:${FOLDERS})/[\\w./-]*\\w/?`, 'g'))].map(([path]) => path);
const run = [...page.matchAll(/npm run (?:-s )?([a-z:]+)/g)].map(([, name = '']) => name);

describe('the page for contributors', () => {
  it('names files that are there', () => {
    expect(named.length).toBeGreaterThan(60);
    expect(named.filter(isOfTheHouse).filter((path) => !existsSync(`${ROOT}${path}`))).toEqual([]);
  });

  it('names scripts that are there', () => {
    expect(run.length).toBeGreaterThan(10);
    expect(run.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('has every room, with what it may import', () => {
    const [common = '', ...other] = page.split('\n').filter((line) => line.startsWith('Every room but'));
    expect(other).toEqual([]);
    const rules = readRules();
    expect([...common.matchAll(/src\/(\w+)\.ts/g)].map(([, name]) => name).sort()).toEqual(readCommon().sort());
    const rows = listRows(page, 'Room').map(([room = '', , imports = '']) => [plain(room), quoted(imports)] as const);
    const shown = new Map(rows);
    expect([...shown.keys()].sort()).toEqual([...rules.keys()].sort());
    for (const [room, imports] of rules) {
      // This one's rule is written as a sentence.
      if (room === 'commands') continue;
      expect({ room, imports: shown.get(room)?.toSorted() }).toEqual({ room, imports: imports.toSorted() });
    }
  });

  it('shows a trial run that runs', () => {
    const [, program = ''] = /```ts\n([^]*?)```/.exec(page) ?? [];
    mkdirSync(`${ROOT}build`, { recursive: true });
    const file = `${ROOT}build/try-of-the-page.ts`;
    writeFileSync(file, program.replace('build/demo-try', 'build/demo-try-of-the-page'));
    try {
      const { status, stdout, stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8', timeout: 60_000 });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toMatch(/Deployed and live/);
      expect(stdout.match(/^429 POST \/v2\/files$/gm)).toHaveLength(2);
      expect(stdout).toMatch(/^200 POST \/login\/oauth\/token\/revoke$/m);
    } finally {
      rmSync(file);
      rmSync(`${ROOT}build/demo-try-of-the-page`, { recursive: true, force: true });
    }
  }, 90_000);
});

/** The table of the import rules as it is written, but for what is computed. */
function readRules(): ReadonlyMap<string, readonly string[]> {
  const [, table = ''] = /const ALLOWED[^{]*\{\n([^]*?)^\};/m.exec(read('test/architecture.test.ts')) ?? [];
  const entries = table.replaceAll(/^ *\/\/.*$/gm, '').split(/^ {2}(?=['\w])/m);
  const rules = entries.flatMap((entry) => {
    const [, room = '', rest = ''] = /^'?([\w.]+)'?: ([^]*)$/.exec(entry) ?? [];
    const imports = [...rest.matchAll(/'([^']+)'/g)].map(([, rule = '']) => toRoom(rule));
    // Files of their own import as good as nothing, and make no room.
    return room === '' || (room.endsWith('.ts') && room !== 'app.ts') ? [] : [[room, [...new Set(imports)]] as const];
  });
  expect(rules.length).toBeGreaterThan(15);
  return new Map(rules);
}

function readCommon(): string[] {
  const [, list = ''] = /const COMMON = \[(.*)\]/.exec(read('test/architecture.test.ts')) ?? [];
  return quotedNames(list);
}

/** Whole rooms: which file of one may be imported is left to the test of the rules. */
function toRoom(rule: string): string {
  return /^(?:node:|schemas\/)/.test(rule) ? rule : rule.replace(/\/.*$/, '');
}

function plain(cell: string): string {
  return cell.replaceAll('`', '');
}

function quoted(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}

function quotedNames(text: string): string[] {
  return [...text.matchAll(/'([^']+)'/g)].map(([, name = '']) => name);
}
