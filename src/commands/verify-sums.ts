import type { ManifestItem } from './verify-manifest.ts';

const LINES_AT_ONCE = 1000;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r' };

/**
 * The regular files as `sha256sum -c` takes them, in pieces of whole lines. A name with a backslash or a line break is
 * escaped as coreutils do it: a backslash before the digest says so.
 */
export function* writeSums(items: readonly ManifestItem[]): Generator<string> {
  let lines: string[] = [];
  for (const item of items) {
    if (item.kind !== 'file') continue;
    const name = item.path.replace(/[\\\n\r]/g, (sign) => ESCAPES[sign] ?? sign);
    lines.push(`${name === item.path ? '' : '\\'}${item.sha256}  ${name}\n`);
    if (lines.length < LINES_AT_ONCE) continue;
    yield lines.join('');
    lines = [];
  }
  if (lines.length > 0) yield lines.join('');
}
