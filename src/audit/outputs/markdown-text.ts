import { cut, groupDigits, toLine } from './plain.ts';

const MAX_TEXT = 500;
const MAX_CODE = 200;

/** A foreign text as text and nothing else: no link, picture, mention, HTML or cell of a table comes of it. */
export function toText(text: string): string {
  // An address becomes a link by itself unless its colon or first dot is escaped.
  return cut(toLine(text).trim(), MAX_TEXT).replace(/[!-/:-@[-`{-~]/g, '\\$&');
}

/** An id as code: what could end the code or a cell is replaced. */
export function toCode(text: string): string {
  const plain = cut(toLine(text).trim(), MAX_CODE).replace(/[`|\\]/g, "'");
  return plain === '' ? '-' : `\`${plain}\``;
}

/** Cells are Markdown already. */
export function writeTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return `${line(head)}${line(head.map(() => '---'))}${rows.map(line).join('')}\n`;
}

export function writeList(items: readonly string[]): string {
  return items.length === 0 ? '' : `${items.map((item) => `- ${item}\n`).join('')}\n`;
}

const MAX_ITEMS = 20;

/** The first of them on one line, and how many there are besides. */
export function listSome(items: readonly string[]): string {
  const more = items.length - MAX_ITEMS;
  return [...items.slice(0, MAX_ITEMS), ...(more > 0 ? [`and ${groupDigits(more)} more`] : [])].join('; ');
}
