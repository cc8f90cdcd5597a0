import { isDate, readSections } from './changelog.ts';
import { findSchemaFaults, snapshotPath } from './snapshots.ts';
import type { Tree } from './tree.ts';
import { findVersionFaults } from './versions.ts';

/** Every reason why `version` cannot be released from this tree. `image` is where it will be pushed to, without a tag. */
export function findReleaseFaults(tree: Tree, version: string, image?: string): readonly string[] {
  const faults = [
    ...findVersionFaults(tree, version),
    ...findHeadingFaults(tree, version),
    ...findSchemaFaults(tree, version),
    ...findSnapshotFaults(tree, version),
    ...findImageFaults(tree, image),
  ];
  return [...new Set(faults)];
}

function findHeadingFaults(tree: Tree, version: string): readonly string[] {
  const section = readSections(tree.get('CHANGELOG.md') ?? '').find((each) => each.version === version);
  const wanted = `## ${version} - YYYY-MM-DD`;
  if (!section) return [`CHANGELOG.md has no heading ${wanted}`];
  return [
    ...(isDate(section.date ?? '')
      ? []
      : [`CHANGELOG.md: the heading of ${version} has ${section.date ?? 'no date'}, wanted ${wanted}`]),
    ...(section.text === '' ? [`CHANGELOG.md says nothing under ${version}`] : []),
  ];
}

/** One with a date is missed by the snapshots themselves. */
function findSnapshotFaults(tree: Tree, version: string): readonly string[] {
  const section = readSections(tree.get('CHANGELOG.md') ?? '').find((each) => each.version === version);
  const isTold = section?.date !== undefined || tree.has(snapshotPath(version));
  return isTold ? [] : [`${snapshotPath(version)} is missing: npm run release:snapshot`];
}

/** `pipe: workspace/repo:1.2.3` takes the image that pipe.yml names. */
function findImageFaults(tree: Tree, image: string | undefined): readonly string[] {
  const [, found] = /^image: (\S+):[\w.-]+$/m.exec(tree.get('pipe.yml') ?? '') ?? [];
  if (image === undefined || found === image) return [];
  return [`pipe.yml, image: ${found ?? 'none'}, and REGISTRY_IMAGE is ${image}`];
}
