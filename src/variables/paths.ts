/**
 * The absolute path of `path` seen from `base`, or undefined where it leads out of `root`. Text alone is judged;
 * what links on disk do is judged where files are opened.
 */
export function resolveInside(root: string, base: string, path: string): string | undefined {
  const absolute = normalize(path.startsWith('/') ? path : `${base}/${path}`);
  const top = normalize(root);
  const inside = absolute === top || absolute.startsWith(top === '/' ? '/' : `${top}/`);
  return inside && !path.includes('\0') ? absolute : undefined;
}

function normalize(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}
