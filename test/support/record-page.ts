import { readFile } from 'node:fs/promises';
import schema from '../../schemas/record.schema.json' with { type: 'json' };

/** docs/record.md. */
export const page = await readFile(new URL('../../docs/record.md', import.meta.url), 'utf8');

/** The text below a heading, up to the next one of its rank or above. */
export function sectionOf(heading: string): string {
  const start = page.indexOf(`\n${heading}\n`);
  if (start === -1) throw new Error(`the page has no ${heading}`);
  const rank = /^#+/.exec(heading)?.[0].length ?? 0;
  const rest = page.slice(start + heading.length + 2);
  const end = rest.search(new RegExp(`^#{1,${String(rank)}} `, 'm'));
  return end === -1 ? rest : rest.slice(0, end);
}

/** Every block of the page in this language, without the indent of a list that it stands in. */
export function listBlocks(language: string): readonly string[] {
  return [...page.matchAll(new RegExp(`^( *)\`\`\`${language}\\n(.*?)^ *\`\`\`$`, 'gms'))].map(
    ([, indent = '', text = '']) => text.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
}

/** The one block that has these words. */
export function blockWith(language: string, words: string): string {
  const found = listBlocks(language).filter((block) => block.includes(words));
  if (found.length !== 1) throw new Error(`${String(found.length)} blocks in ${language} have: ${words}`);
  return found[0] ?? '';
}

/** Cells of the table whose first head this is, row by row, as they are read: without the escapes of Markdown. */
export function rowsOf(text: string, head: string): readonly (readonly string[])[] {
  const tables = text.split('\n\n').filter((part) => part.trimStart().startsWith(`| ${head} `));
  const rows = tables.flatMap((table) => table.trim().split('\n').slice(2));
  return rows.map((row) =>
    row
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll(/\\(?=[_*|])/g, '')),
  );
}

interface Node {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: string | boolean;
  readonly enum?: readonly string[];
  readonly description?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly additionalProperties?: Node;
  readonly items?: Node;
  readonly 'x-wanted'?: string;
}

const DEFINITIONS = schema.$defs as Readonly<Record<string, Node>>;
/** What the page explains once. */
const PLAIN: Readonly<Record<string, string>> = { '#/$defs/time': 'time', '#/$defs/sha256': 'SHA-256' };
const WORDS: Readonly<Record<string, string>> = {
  ...{ string: 'text', integer: 'number', boolean: 'true or false', null: 'null', object: 'object' },
};

/** What the page must say of every field of the schema: name, whether it is always there, kind, meaning. */
export function listFields(): readonly (readonly string[])[] {
  return walk(schema as Node, '').map(([path, ...cells]) => [
    `\`${String(path).replace(/^predicate\./, '')}\``,
    ...cells,
  ]);
}

function walk(node: Node, prefix: string): string[][] {
  const { properties = {}, required = [] } = node;
  return Object.entries(properties).flatMap(([name, child]) => {
    const path = `${prefix}${name}`;
    const target = { ...resolve(child), ...child };
    const items = target.items && resolve(target.items);
    // A list says what it is; of what it is a list is said by the definition that it points to.
    const of = target.items?.$ref === undefined ? undefined : items?.description;
    const meaning = [target.description, of].filter((text) => text !== undefined).join(' ');
    const row = [path, required.includes(name) ? 'yes' : '', tellKind(target), meaning];
    if (child.$ref !== undefined && Object.hasOwn(PLAIN, child.$ref)) return [row];
    return [row, ...walk(target, `${path}.`), ...(items ? walk(items, `${path}[].`) : [])];
  });
}

function resolve(node: Node): Node {
  return node.$ref === undefined ? node : (DEFINITIONS[node.$ref.slice('#/$defs/'.length)] ?? {});
}

function tellKind(node: Node): string {
  const plain = node.$ref === undefined ? undefined : PLAIN[node.$ref];
  if (plain !== undefined) return plain;
  if (node.const !== undefined) return `\`${String(node.const)}\``;
  if (node.enum) return node.enum.map((value) => `\`${value}\``).join(', ');
  if (node.type === 'array') {
    const { properties, ...item } = resolve(node.items ?? {});
    return properties ? 'list' : `list of ${tellKind(item)}`;
  }
  if (node.type === 'object' && node.additionalProperties && !node.properties) {
    return `object of ${tellKind(node.additionalProperties)}`;
  }
  if (node['x-wanted'] !== undefined) return node['x-wanted'];
  return [node.type ?? 'any']
    .flat()
    .map((type) => WORDS[type] ?? type)
    .join(', ');
}
