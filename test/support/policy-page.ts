import { readFile } from 'node:fs/promises';

/** docs/policy.md. */
export const page = await readFile(new URL('../../docs/policy.md', import.meta.url), 'utf8');

/** Every block of the page in this language. Indented ones stand in a list. */
export function listBlocks(language: 'yaml' | 'text' | 'sh'): readonly string[] {
  return [...page.matchAll(new RegExp(`^( *)\`\`\`${language}\\n(.*?)^ *\`\`\`$`, 'gms'))].map(
    ([, indent = '', text = '']) => text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

/** The one block that begins so. */
export function blockAt(language: 'yaml' | 'text' | 'sh', beginning: string, number = 0): string {
  const block = listBlocks(language).filter((text) => text.startsWith(beginning))[number];
  if (block === undefined) throw new Error(`the page has no ${language} block that begins with ${beginning}`);
  return block;
}

/**
 * True where the printed text has the shown lines, one after the other. `…` is what the page leaves out: lines where it
 * stands alone, else a part of one. A log puts a word before its lines, and what `debug` adds is not shown.
 */
export function isShown(shown: string, printed: string): boolean {
  const parts = shown.trimEnd().split(/^…\n/m);
  const patterns = parts.map((part) => {
    const lines = part.replace(/\n$/, '').split('\n');
    return lines.map((line) => `(?:\\w+ )?${line.split('…').map(escapePattern).join('.*')}`).join('\n');
  });
  return new RegExp(`^${patterns.join('$[^]*^')}$`, 'm').test(printed.replace(/^debug .*\n/gm, ''));
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** Rows of the tables whose first cell is a head like this: what stands in backticks in the cells of each. */
export function listRows(head: string): readonly (readonly (readonly string[])[])[] {
  const table = page.split(new RegExp(`^\\| ${head} .*\\n\\|[ |:-]+\\n`, 'm'))[1] ?? '';
  const rows = table.slice(0, table.indexOf('\n\n')).split('\n');
  return rows.map((row) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code)),
  );
}
