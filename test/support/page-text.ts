import { readdirSync, readFileSync } from 'node:fs';

/** The YAML blocks of a page, without the indent they stand in. */
export function listBlocks(page: string): readonly string[] {
  return [...page.matchAll(/^( *)```yaml\n(.*?)^ *```$/gms)].map(([, indent = '', block = '']) =>
    block.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

/** Rows of all tables whose first head is this. */
export function listRows(page: string, head: string): readonly (readonly string[])[] {
  const tables = page.split('\n\n').filter((part) => part.trim().startsWith(`| ${head} `));
  const rows = tables.flatMap((table) => table.trim().split('\n').slice(2));
  return rows.map((row) => [...row.matchAll(/(?<=\| +)[^|]+?(?= +\|)/g)].map(([cell]) => cell));
}

/** The kinds of token that a cell's words name. */
export function readKinds(cell: string): readonly string[] {
  const kinds = { access: /access token/, oidc: /identity (?:or access )?token/, vercel: /Vercel token/ };
  return Object.entries(kinds).flatMap(([kind, words]) => (words.test(cell) ? [kind] : []));
}

/** What a cell quotes and no source says, in parts around `…`. */
export function findUnknown(cell: string, sources: string): readonly string[] {
  const quoted = [...cell.matchAll(/`([^`]+)`/g)].flatMap(([, words = '']) => words.split('…'));
  return quoted.map((part) => part.trim()).filter((part) => !sources.includes(part));
}

/** The text of every source whose path is wanted, quotes unescaped. */
export function readSources(wanted: (path: string) => boolean): string {
  const root = new URL('../../src/', import.meta.url);
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'));
  const texts = paths.filter(wanted).map((path) => readFileSync(new URL(path, root), 'utf8'));
  return texts.join('\n').replaceAll(/\\(?=')/g, '');
}

/** As Bitbucket and GitHub name a heading. */
export function slug(title: string): string {
  const words = title.toLowerCase().replaceAll(/[^\w -]/g, '');
  return words.replaceAll(' ', '-');
}
