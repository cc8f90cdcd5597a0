import type { Files, FileStat } from '../../../src/platform/types.ts';
import { nodeFiles } from '../../../src/platform/files.ts';

/** Files and links by their path below the root; folders are where something is in them. */
export type Tree = Readonly<Record<string, string | Uint8Array | { readonly link: string }>>;

type Node = Uint8Array | { readonly link: string } | Map<string, Node>;
type ReadingFiles = Pick<Files, 'lstat' | 'list' | 'readLink' | 'read' | 'stream' | 'readRange' | 'inflate'>;

/** The reading half of the platform's files, of a tree that is nowhere on the disk. A name that is taken stays what it is. */
export function memoryFiles(root: string, tree: Tree): ReadingFiles {
  const top = new Map<string, Node>();
  for (const [path, thing] of Object.entries(tree))
    place(top, path.split('/'), typeof thing === 'string' ? Buffer.from(thing) : thing);
  const find = (path: string): Node | undefined => {
    if (path !== root && !path.startsWith(`${root}/`)) return undefined;
    let node: Node | undefined = top;
    for (const part of path.slice(root.length).split('/')) {
      if (part !== '' && part !== '.') node = node instanceof Map ? node.get(part) : undefined;
    }
    return node;
  };
  const bytesOf = (path: string, maxBytes = Infinity): Uint8Array | undefined => {
    const node = find(path);
    if (!(node instanceof Uint8Array)) return undefined;
    return node.subarray(0, maxBytes);
  };
  return {
    lstat: (path) => Promise.resolve(statOf(find(path))),
    list: (path) => {
      const node = find(path);
      return Promise.resolve(node instanceof Map ? [...node.keys()].sort() : []);
    },
    readLink: (path) => {
      const node = find(path);
      return Promise.resolve(node && 'link' in node ? node.link : '');
    },
    read: (path, maxBytes) => Promise.resolve(bytesOf(path, maxBytes)),
    async *stream(path) {
      await Promise.resolve();
      yield bytesOf(path) ?? new Uint8Array();
    },
    readRange: (path, offset, length) => Promise.resolve(bytesOf(path)?.subarray(offset, offset + length)),
    inflate: (bytes, maxBytes) => nodeFiles.inflate(bytes, maxBytes),
  };
}

function place(
  folder: Map<string, Node>,
  [name = '', ...rest]: readonly string[],
  thing: Uint8Array | { link: string },
): void {
  if (rest.length === 0) {
    if (!(folder.get(name) instanceof Map)) folder.set(name, thing);
    return;
  }
  const inner = folder.get(name) ?? new Map<string, Node>();
  folder.set(name, inner);
  if (inner instanceof Map) place(inner, rest, thing);
}

function statOf(node: Node | undefined): FileStat | undefined {
  if (node === undefined) return undefined;
  if (node instanceof Map) return { kind: 'directory', size: 0, mode: 0o40755 };
  if (node instanceof Uint8Array) return { kind: 'file', size: node.length, mode: 0o100644 };
  return { kind: 'symlink', size: node.link.length, mode: 0o120777 };
}
