/**
 * `npm run release:snapshot`: keeps the schema of the variables as the version in package.json is released with it.
 * A snapshot is never replaced: what was released does not change.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { snapshotPath } from './release/snapshots.ts';
import { readTree } from './release/tree.ts';
import { ROOT } from './root.ts';

const tree = await readTree(ROOT);
const { version } = JSON.parse(tree.get('package.json') ?? '') as { version: string };
const path = snapshotPath(version);
await mkdir(dirname(`${ROOT}${path}`), { recursive: true });
await writeFile(`${ROOT}${path}`, tree.get('schemas/variables.schema.json') ?? '', { flag: 'wx' });
console.log(path);
