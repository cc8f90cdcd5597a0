import type { Reader } from './reader.ts';

/** Where `vercel build` puts what is deployed. */
export const OUTPUT = '.vercel/output';
const MAX_LINKS = 40;

/** Where a path really leads: `stat` is of what stands there; a link that leads out of the root is never followed. */
export type Resolved =
  | { readonly kind: 'file' | 'directory' | 'other'; readonly path: string }
  | { readonly kind: 'missing'; readonly path: string }
  | { readonly kind: 'outside'; readonly path: string }
  | { readonly kind: 'loop'; readonly path: string };

/**
 * Follows `path` (relative to `root`, with `/`) component by component. The container is root beside other people's
 * keys, so a link in a build's artifacts must not make it read anything outside the root.
 */
export async function resolveInRoot(files: Reader, root: string, path: string): Promise<Resolved> {
  const pending = path.split('/');
  const done: string[] = [];
  let links = 0;
  for (let part = pending.shift(); part !== undefined; part = pending.shift()) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (done.pop() === undefined) return { kind: 'outside', path };
      continue;
    }
    const here = [...done, part].join('/');
    const stat = await files.lstat(`${root}/${here}`);
    if (!stat) return { kind: 'missing', path: here };
    if (stat.kind === 'symlink') {
      links += 1;
      if (links > MAX_LINKS) return { kind: 'loop', path };
      const target = await files.readLink(`${root}/${here}`);
      if (target.startsWith('/')) return { kind: 'outside', path: here };
      pending.unshift(...target.split('/'));
      continue;
    }
    done.push(part);
    if (stat.kind !== 'directory' && pending.some((rest) => rest !== '' && rest !== '.')) {
      return pending.includes('..') ? { kind: 'outside', path } : { kind: 'missing', path: here };
    }
    if (pending.length === 0) return { kind: stat.kind, path: done.join('/') };
  }
  return { kind: 'directory', path: done.join('/') };
}

/** The path of `target` seen from the folder of `from`, both relative to the root; undefined where it leaves the root. */
export function joinInRoot(from: string, target: string): string | undefined {
  if (target.startsWith('/')) return undefined;
  const parts = from === '' ? [] : from.split('/');
  for (const part of target.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** The folder of a path, empty at the root. */
export function parentOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '';
}

/** Of a path, where it stands, if its folder stands at `folder`. */
export function standIn(folder: string, path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return folder === '' ? name : `${folder}/${name}`;
}

/** The order of `LC_ALL=C sort`: by the bytes of UTF-8, not by UTF-16 units, and the same on every machine. */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const x = a.charCodeAt(index);
    const y = b.charCodeAt(index);
    if (x === y) continue;
    // Half of an astral sign, whose four bytes come after those of every sign that is one unit.
    const astral = Number(isSurrogate(x)) - Number(isSurrogate(y));
    return astral === 0 ? x - y : astral;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
