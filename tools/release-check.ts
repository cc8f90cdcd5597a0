/**
 * `npm run release:check [-- VERSION]`: whether VERSION (package.json's, where none is given) can be released from this
 * tree. Names every disagreement at once; status 1 where there is one. With `REGISTRY_IMAGE`, pipe.yml must name it.
 */
import { findReleaseFaults } from './release/check.ts';
import { readTree } from './release/tree.ts';
import { ROOT } from './root.ts';

const tree = await readTree(ROOT);
const own = (JSON.parse(tree.get('package.json') ?? '{}') as { version?: string }).version ?? '';
const [version = own] = process.argv.slice(2);
const image = process.env['REGISTRY_IMAGE'];
const faults = findReleaseFaults(tree, version, image === '' ? undefined : image);
if (faults.length === 0) {
  console.log(`${version} can be released.`);
} else {
  console.error(`${version} cannot be released:\n${faults.map((fault) => `- ${fault}`).join('\n')}`);
  process.exitCode = 1;
}
