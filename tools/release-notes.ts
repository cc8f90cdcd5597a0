/** `npm run -s release:notes [-- VERSION]`: the notes of a release. `REGISTRY_IMAGE` and `DIGEST` add how a step names it. */
import { makeNotes } from './release/notes.ts';
import { readTree } from './release/tree.ts';
import { ROOT } from './root.ts';
import { VERSION } from '../src/version.ts';

const tree = await readTree(ROOT);
const [version = VERSION] = process.argv.slice(2);
const { REGISTRY_IMAGE: image, DIGEST: digest } = process.env;
process.stdout.write(makeNotes(tree.get('CHANGELOG.md') ?? '', { version, image, digest }));
