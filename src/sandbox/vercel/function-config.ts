import type { SentFile } from './file-entries.ts';

const RUNTIMES = [
  'nodejs20.x',
  'nodejs22.x',
  'nodejs24.x',
  'provided.al2023',
  'python3.12',
  'python3.13',
  'python3.14',
  'ruby3.3',
  'bun1.x',
  'executable',
];

/** The files that were sent, with their contents at hand. */
export interface Tree {
  readonly files: ReadonlyMap<string, SentFile>;
  /** UTF-8 text; undefined where there is no such file. */
  text(path: string): string | undefined;
}

/** One function: `folder` holds its files, `name` is the path under which it is served. */
export function checkFunction(tree: Tree, folder: string, name: string): string | undefined {
  const text = tree.text(`${folder}/.vc-config.json`);
  if (text === undefined) return `Function "${name}" has no ".vc-config.json"`;
  const config = parseObject(text);
  if (!config) return `".vc-config.json" of function "${name}" is not a JSON object`;
  const { runtime, filePathMap } = config;
  const mapped = parseTable(filePathMap);
  if (!mapped) return `\`filePathMap\` of function "${name}" is not a table of paths`;
  for (const [inside, outside] of Object.entries(mapped)) {
    if (!tree.files.has(outside))
      return `File "${outside}" of \`filePathMap["${inside}"]\` of function "${name}" does not exist`;
  }
  if (runtime === 'edge') return checkEdge(tree, { folder, name, entry: config['entrypoint'], mapped });
  if (typeof runtime !== 'string' || !RUNTIMES.includes(runtime)) {
    return `Function "${name}" has the invalid runtime ${JSON.stringify(runtime)}`;
  }
  return checkEntry(tree, { folder, name, entry: config['handler'], mapped }, 'handler');
}

interface Entry {
  readonly folder: string;
  readonly name: string;
  readonly entry: unknown;
  readonly mapped: Readonly<Record<string, string>>;
}

function checkEdge(tree: Tree, entry: Entry): string | undefined {
  if (tree.files.has(entry.name.replace(/\.func$/, '.prerender-config.json'))) {
    return `Prerender of "${entry.name}" points at an Edge Function`;
  }
  return checkEntry(tree, entry, 'entrypoint');
}

function checkEntry(tree: Tree, { folder, name, entry, mapped }: Entry, field: string): string | undefined {
  if (typeof entry !== 'string' || entry === '') return `Function "${name}" has no \`${field}\``;
  // Runtimes other than JavaScript name a symbol, not a file.
  if (!/\.[cm]?js$/.test(entry)) return undefined;
  return tree.files.has(`${folder}/${entry}`) || Object.hasOwn(mapped, entry)
    ? undefined
    : `The ${field} "${entry}" of function "${name}" does not exist`;
}

function parseTable(value: unknown): Readonly<Record<string, string>> | undefined {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) return undefined;
  return Object.values(value).every((path) => typeof path === 'string') ? (value as Record<string, string>) : undefined;
}

export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
