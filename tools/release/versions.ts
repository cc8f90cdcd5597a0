import { parse } from 'yaml';
import { readSections } from './changelog.ts';
import { parseVersion } from './semver.ts';
import type { Tree } from './tree.ts';

/** A reference to the image, and not one of the URNs that hold the same name. */
const REFERENCE = /\/vercel-oidc-deploy:([\w.-]+)/g;

/** Every place that names another version than this, or none where one must stand. Empty where all agree. */
export function findVersionFaults(tree: Tree, version: string): readonly string[] {
  if (!parseVersion(version)) return [`${version} is no version: wanted three numbers, such as 1.2.3`];
  const numbers = NAMED.flatMap(({ where, file, read }) => {
    const text = tree.get(file);
    if (text === undefined) return [`${file} is missing`];
    const found = read(text);
    return found === version ? [] : [`${where}: ${found ?? 'no version'}, wanted ${version}`];
  });
  return [...numbers, ...findReferenceFaults(tree, version)];
}

interface Named {
  readonly where: string;
  readonly file: string;
  readonly read: (text: string) => string | undefined;
}

interface Package {
  readonly version?: string;
  readonly packages?: Readonly<Record<string, { readonly version?: string }>>;
}

const asPackage = (text: string): Package => JSON.parse(text) as Package;

const NAMED: readonly Named[] = [
  { where: 'package.json', file: 'package.json', read: (text) => asPackage(text).version },
  { where: 'package-lock.json', file: 'package-lock.json', read: (text) => asPackage(text).version },
  {
    where: 'package-lock.json, its first package',
    file: 'package-lock.json',
    read: (text) => asPackage(text).packages?.['']?.version,
  },
  { where: 'src/version.ts', file: 'src/version.ts', read: (text) => /VERSION = '([^']*)'/.exec(text)?.[1] },
  { where: 'CHANGELOG.md, its first heading', file: 'CHANGELOG.md', read: (text) => readSections(text)[0]?.version },
  {
    where: 'pipe.yml, image',
    file: 'pipe.yml',
    read: (text) => /:([\w.-]+)$/.exec((parse(text) as { image?: string }).image ?? '')?.[1],
  },
];

/** In the README, the pages and the examples, line by line. */
function findReferenceFaults(tree: Tree, version: string): readonly string[] {
  const pages = [...tree].filter(([path]) => /^(?:README\.md$|docs\/|examples\/)/.test(path));
  const readme = tree.get('README.md')?.match(REFERENCE) ?? [];
  const missing = readme.length === 0 ? ['README.md shows no step with the pipe'] : [];
  const wrong = pages.flatMap(([path, text]) =>
    text.split('\n').flatMap((line, index) =>
      [...line.matchAll(REFERENCE)].flatMap(([, found = '']) => {
        return found === version ? [] : [`${path}:${String(index + 1)}: ${found}, wanted ${version}`];
      }),
    ),
  );
  return [...missing, ...wrong];
}
