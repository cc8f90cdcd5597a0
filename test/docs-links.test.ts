import { existsSync, globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { ROOT } from '../tools/bundle.ts';

/** Headings as a repository's page names their anchors. */
const slug = (title: string): string =>
  title
    .toLowerCase()
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[^\p{L}\p{N}_ -]/gu, '')
    .replaceAll(' ', '-');

const withoutCode = (text: string): string =>
  text.replace(/^```[^]*?^```$/gm, '').replace(/`[^`\n]*`/g, (code) => code.replaceAll(/[[\]]/g, ''));
const pages = globSync(['*.md', 'docs/**/*.md', 'examples/**/*.md'], { cwd: ROOT }).toSorted();
const read = (page: string): string => withoutCode(readFileSync(join(ROOT, page), 'utf8'));
const anchorsOf = (page: string): string[] =>
  [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => slug(title));
const linksOf = (page: string): string[] =>
  [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => (/^[a-z]+:/.test(link) ? [] : [link]));

describe('the links of the documents', () => {
  it('are found', () => {
    expect(pages).toEqual(expect.arrayContaining(['README.md', 'docs/record.md', 'docs/exchange/vault.md']));
    expect(pages.flatMap(linksOf).length).toBeGreaterThan(100);
  });

  it.each(pages)('lead somewhere: %s', (page) => {
    const dead = linksOf(page).filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : normalize(join(dirname(page), path));
      if (!existsSync(join(ROOT, target))) return true;
      if (anchor === undefined || statSync(join(ROOT, target)).isDirectory()) return false;
      return !anchorsOf(target).includes(anchor);
    });
    expect(dead).toEqual([]);
  });
});
