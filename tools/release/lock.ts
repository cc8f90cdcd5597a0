/** An entry of package-lock.json (version 3), as far as it is read here. */
interface Locked {
  readonly version?: string;
  readonly license?: string;
  /** `sha512-` and base64. */
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
  readonly peer?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
}

export interface Lock {
  /** By path from the root, such as `node_modules/a/node_modules/b`; the root itself is the empty path. */
  readonly packages: Readonly<Record<string, Locked>>;
}

export interface Package {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly integrity: string;
  /** `name@version` of those that it asks for. */
  readonly needs: readonly string[];
}

/**
 * The packages that are there without development and options, by name and version. `npm sbom --omit dev` is not asked:
 * it leaves out what a tool for development uses too (npm/cli#7909), here `jose` and `ignore`.
 */
export function listRuntime({ packages }: Lock): readonly Package[] {
  const found = new Map<string, Package>();
  for (const [path, entry] of Object.entries(packages)) {
    if (path === '' || isLeftOut(entry)) continue;
    const name = nameOf(path);
    const { version = '', license = '', integrity = '' } = entry;
    const id = `${name}@${version}`;
    const needs = [...(found.get(id)?.needs ?? []), ...listNeeds(packages, path)];
    found.set(id, { name, version, license, integrity, needs: [...new Set(needs)].sort() });
  }
  return [...found.values()];
}

/** `name@version` of what the package at that path asks for, as Node finds it. */
export function listNeeds(packages: Lock['packages'], path: string): readonly string[] {
  return Object.keys(packages[path]?.dependencies ?? {}).map((name) => {
    const at = foldersFrom(path)
      .map((folder) => `${folder}node_modules/${name}`)
      .find((each) => each in packages);
    if (at === undefined) throw new Error(`package-lock.json has no ${name}, which ${path || 'package.json'} asks for`);
    return `${name}@${packages[at]?.version ?? ''}`;
  });
}

/** The folder of the package, and those above it, with a slash at the end of each. */
function foldersFrom(path: string): readonly string[] {
  const parts = path === '' ? [] : path.split(/\/?node_modules\//).slice(1);
  const folders = parts.map(
    (_, index) =>
      `${parts
        .slice(0, index + 1)
        .map((part) => `node_modules/${part}`)
        .join('/')}/`,
  );
  return [...folders.toReversed(), ''];
}

function isLeftOut({ dev = false, optional = false, devOptional = false, peer = false }: Locked): boolean {
  return dev || optional || devOptional || peer;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}
