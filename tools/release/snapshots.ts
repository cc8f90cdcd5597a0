import { isDeepStrictEqual } from 'node:util';
import { readSections } from './changelog.ts';
import { compareSchemas, type Judged, type Schema } from './compare-schema.ts';
import { allowsStep, compareVersions, tellStep } from './semver.ts';
import type { Tree } from './tree.ts';

const SCHEMA = 'schemas/variables.schema.json';
/** The schema of the variables as each released version had it. */
const FOLDER = 'released/variables/';

/** Where the snapshot of a version stands. */
export function snapshotPath(version: string): string {
  return `${FOLDER}${version}.json`;
}

/** Versions with a snapshot, the oldest first. */
export function listSnapshots(tree: Tree): readonly string[] {
  const names = [...tree.keys()].filter((path) => path.startsWith(FOLDER) && path.endsWith('.json'));
  return names.map((path) => path.slice(FOLDER.length, -'.json'.length)).sort(compareVersions);
}

/**
 * Whether `version` may have the variables that the schema describes: not with a smaller step from the newest older
 * snapshot than the changes need, and not with another schema than its own snapshot, once that is made.
 */
export function findSchemaFaults(tree: Tree, version: string): readonly string[] {
  const schema = readJson(tree, SCHEMA) as Schema | undefined;
  if (!schema) return [`${SCHEMA} is missing`];
  const own = readJson(tree, snapshotPath(version)) as Schema | undefined;
  const changed = own && !isDeepStrictEqual(own, schema);
  const older = listSnapshots(tree).findLast((each) => compareVersions(each, version) < 0);
  return [
    ...(changed ? [`${SCHEMA} is not what ${snapshotPath(version)} says that ${version} was released with`] : []),
    ...(older === undefined ? [] : findStepFaults(tree, { older, version, schema })),
    ...findMissingSnapshots(tree),
  ];
}

function findStepFaults(
  tree: Tree,
  { older, version, schema }: { readonly older: string; readonly version: string; readonly schema: Schema },
): readonly string[] {
  const old = (readJson(tree, snapshotPath(older)) ?? {}) as Schema;
  const judged = (readJson(tree, 'released/judged.json') ?? []) as readonly Judged[];
  const changes = compareSchemas(old, schema, judged);
  return changes.flatMap(({ where, step, what }) =>
    allowsStep(older, version, step)
      ? []
      : [`${where} ${what}: after ${older} that needs ${tellStep(older, step)}, and ${version} is none`],
  );
}

/** What was released is what later changes are measured by, so no release is without. */
function findMissingSnapshots(tree: Tree): readonly string[] {
  const released = readSections(tree.get('CHANGELOG.md') ?? '').filter(({ date }) => date !== undefined);
  return released.flatMap(({ version }) =>
    tree.has(snapshotPath(version))
      ? []
      : [
          `${snapshotPath(version)} is missing, and CHANGELOG.md says that ${version} is released: npm run release:snapshot`,
        ],
  );
}

function readJson(tree: Tree, path: string): unknown {
  const text = tree.get(path);
  return text === undefined ? undefined : JSON.parse(text);
}
