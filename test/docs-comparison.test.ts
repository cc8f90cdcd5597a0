import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { readOptions } from '../tools/bench/options.ts';
import { ROOT } from '../tools/bundle.ts';
import { CLI_VERSION } from '../tools/vercel-cli.ts';
import { listRows } from './support/page-text.ts';

const read = (file: string): string => readFileSync(`${ROOT}${file}`, 'utf8');
const page = read('docs/comparison.md');
const figures = listRows(page, 'What');

describe('the page that compares', () => {
  it('says of every figure which command prints it, and the command is there', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Readonly<Record<string, string>> };
    expect(figures.length).toBeGreaterThan(10);
    for (const cells of figures) expect(cells.at(-1)).toMatch(/^(?:`npm run .*|the same$)/);
    const named = [...page.matchAll(/npm run ([a-z:]+)/g)].map(([, name = '']) => name);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('calls the bench with options that it takes', () => {
    const calls = [...page.matchAll(/`npm run bench -- ([^`]*)`/g)].map(([, options = '']) => options.split(' '));
    expect(calls.length).toBeGreaterThan(1);
    for (const options of calls) expect(readOptions(options).cli).toBe('PATH');
  });

  it('compares with the version that the tools install', () => {
    const versions = [...page.matchAll(/CLI (\d+\.\d+\.\d+)/g)].map(([, version]) => version);
    expect(new Set(versions)).toEqual(new Set([CLI_VERSION]));
  });
});
