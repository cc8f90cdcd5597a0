import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it } from '@jest/globals';
import { ROOT } from '../tools/root.ts';

const read = (file: string): string => readFileSync(`${ROOT}${file}`, 'utf8');
const PAGES = ['README.md', 'docs/getting-started.md', 'docs/migration.md'];

it("the project's settings are committed as the page has it, past the CLI's own .gitignore, and nothing beside them", () => {
  const [, line = ''] = /```sh\nnpx vercel pull\n(git add .*)\n```/.exec(read('docs/getting-started.md')) ?? [];
  const cwd = mkdtempSync(`${tmpdir()}/getting-started-`);
  const git = (...words: readonly string[]): string => execFileSync('git', words, { cwd, encoding: 'utf8' });
  try {
    git('init', '--quiet');
    mkdirSync(`${cwd}/.vercel`);
    // What `vercel pull` leaves.
    writeFileSync(`${cwd}/.gitignore`, '.vercel\n.env*\n');
    writeFileSync(`${cwd}/.vercel/project.json`, '{}');
    writeFileSync(`${cwd}/.vercel/.env.development.local`, 'A=secret\n');
    const [program = '', ...words] = line.split(' ');
    const refused = spawnSync(
      program,
      words.filter((word) => word !== '-f'),
      { cwd, encoding: 'utf8' },
    );
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('ignored') });
    execFileSync(program, words, { cwd });
    expect(git('diff', '--cached', '--name-only')).toBe('.vercel/project.json\n');
  } finally {
    rmSync(cwd, { recursive: true });
  }
});

it.each(PAGES)('%s fetches the settings by vercel pull, and commits them past .gitignore', (page) => {
  const lines = read(page)
    .split('\n')
    .filter((text) => text.includes('.vercel/project.json`') && /commit/.test(text));
  expect(lines.length).toBeGreaterThan(0);
  expect(read(page)).toMatch(/vercel pull[^]{0,120}git add -f/);
  expect(read(page)).not.toMatch(/run `(?:npx )?vercel link`/);
});
