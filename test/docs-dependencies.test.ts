import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { describe, expect, it } from '@jest/globals';
import { BUNDLE_OPTIONS, ROOT } from '../tools/bundle.ts';
import { listPackageFolders, readPackage } from '../tools/image/licenses.ts';
import { listRuntime, type Lock } from '../tools/release/lock.ts';
import { listRows } from './support/page-text.ts';

type Versions = Readonly<Record<string, string>>;

const read = (file: string): string => readFileSync(`${ROOT}${file}`, 'utf8');
const page = read('docs/dependencies.md');
const lock = JSON.parse(read('package-lock.json')) as Lock;
const { dependencies, optionalDependencies } = JSON.parse(read('package.json')) as {
  dependencies: Versions;
  optionalDependencies: Versions;
};
const runtime = listRuntime(lock);
const direct = runtime.filter(({ name }) => name in dependencies);
const [own, brought] = page.split('## What they bring') as [string, string];
const plain = (cell = ''): string => cell.replaceAll('`', '');

describe('the page on dependencies', () => {
  it('has every runtime dependency with its exact version, its licence and a reason, and no other', () => {
    const rows = listRows(own, 'Package').map((cells) => cells.map(plain));
    const wanted = direct.map(({ name, version, license }) => [name, version, license]);
    expect(rows.map((cells) => cells.slice(0, 3))).toEqual(wanted);
    expect(Object.fromEntries(rows)).toEqual(dependencies);
    for (const [, , , reason = ''] of rows) expect(reason.length).toBeGreaterThan(40);
  });

  it('has all that they bring, by whom, and whether it is in the program', async () => {
    const result = await build({ ...BUNDLE_OPTIONS, entryPoints: ['src/app.ts'], outfile: 'app.js', write: false });
    const bundled = await Promise.all(listPackageFolders(result.metafile).map(readPackage));
    const isIn = (name: string, version: string): boolean =>
      bundled.some((each) => each.name === name && each.version === version);
    const wanted = runtime
      .filter((each) => !direct.includes(each))
      .map(({ name, version, license }) => {
        const by = runtime.filter(({ needs }) => needs.includes(`${name}@${version}`));
        const needed = [...new Set(by.map((each) => each.name))].toSorted().join(', ');
        return [name, version, license, needed, isIn(name, version) ? 'yes' : 'no'].join(' | ');
      });
    const rows = listRows(brought, 'Package').map((cells) => cells.map(plain).join(' | '));
    expect(rows.length).toBeGreaterThan(30);
    expect(rows.toSorted()).toEqual(wanted.toSorted());
  });

  it('is right about exact versions and permissive licences', () => {
    for (const version of Object.values({ ...dependencies, ...optionalDependencies })) {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
    }
    expect([...new Set(runtime.map(({ license }) => license))].toSorted()).toEqual(['Apache-2.0', 'ISC', 'MIT']);
  });

  it('names Node’s packages and their version', () => {
    expect(Object.keys(optionalDependencies).filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
    for (const version of Object.values(optionalDependencies)) expect(page).toContain(`both ${version}`);
  });
});
