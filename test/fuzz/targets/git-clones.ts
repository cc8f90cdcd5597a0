import fc from 'fast-check';
import { buildGitMetadata, compareHead, explainMissingAuthor, readGitFacts } from '../../../src/deploy/index.ts';
import { applyDelta } from '../../../src/deploy/git-delta.ts';
import { COMMIT, makeDelta, makePack, OFS_DELTA, REF_DELTA } from '../../deploy/support/git-pack.ts';
import { COMMIT_TEXT, makeObject } from '../../deploy/support/git-repository.ts';
import { mutatedBytes, mutatedText } from '../support/hostile.ts';
import { Find, judgeLine } from '../support/judge.ts';
import { memoryFiles, type Tree } from '../support/memory-files.ts';
import { defineTarget } from '../support/target.ts';

const BODY = Buffer.from(COMMIT_TEXT);
const OTHER = Buffer.from(COMMIT_TEXT.replace('Add', 'Remove'));
const LOOSE = makeObject('commit', BODY);
const BASE = makeObject('commit', OTHER);
const CONFIG = '[core]\n\tbare = false\n[remote "origin"]\n\turl = https://x:y@bitbucket.org/acme/web.git\n';
const REF = `${LOOSE.sha}\n`;

const packed = (type: number): { readonly pack: Buffer; readonly index: Buffer } =>
  makePack([
    { name: BASE.sha, type: COMMIT, body: OTHER },
    { name: LOOSE.sha, type, body: makeDelta(OTHER, BODY), base: type === OFS_DELTA ? 1 : BASE.sha },
  ]);
const PACKS = [packed(OFS_DELTA), packed(REF_DELTA), makePack([{ name: LOOSE.sha, type: COMMIT, body: BODY }])];
const PACK = `.git/objects/pack/pack-${'a'.repeat(40)}`;

const texts = fc.record({
  head: fc.oneof(mutatedText(['ref: refs/heads/main\n', REF]), fc.constant('ref: refs/heads/main\n')),
  ref: fc.oneof(mutatedText([REF]), fc.constant(REF)),
  packedRefs: mutatedText([`# pack-refs with: peeled\n${LOOSE.sha} refs/heads/main\n^${LOOSE.sha}\n`]),
  config: mutatedText([CONFIG]),
});
const objects = fc.oneof(
  mutatedBytes([LOOSE.bytes]).map((bytes): Tree => ({ [`.git/${LOOSE.path}`]: bytes })),
  fc
    .constantFrom(...PACKS)
    .chain(({ pack, index }) =>
      fc
        .tuple(fc.oneof(fc.constant(pack), mutatedBytes([pack])), fc.oneof(fc.constant(index), mutatedBytes([index])))
        .map(([bytes, names]): Tree => ({ [`${PACK}.pack`]: bytes, [`${PACK}.idx`]: names })),
    ),
);
const pointers = fc.constantFrom<Tree>(
  {},
  { '.git/commondir': '../.git' },
  { '.git/refs/heads': { link: '../../.git' } },
  { '.git/HEAD': { link: 'HEAD' } },
);

export const gitClones = defineTarget<Tree>({
  name: 'git-clones',
  runs: 4000,
  inputs: fc.tuple(texts, objects, pointers).map(([{ head, ref, packedRefs, config }, found, odd]) => ({
    ...{
      ...odd,
      '.git/HEAD': head,
      '.git/refs/heads/main': ref,
      '.git/packed-refs': packedRefs,
      '.git/config': config,
    },
    ...found,
  })),
  async run(tree) {
    const files = memoryFiles('/clone', tree);
    const git = await readGitFacts(files, '/clone', files);
    const build = { commit: LOOSE.sha, branch: 'main' };
    const metadata = buildGitMetadata({ git, build, includeAuthor: true });
    if (metadata.remoteUrl?.includes('x:y@') === true) throw new Find('a password in an address');
    for (const line of [compareHead(git, { commit: 'x' }), explainMissingAuthor({ git, build, includeAuthor: true })])
      judgeLine(line ?? '');
  },
});

const DELTA = makeDelta(OTHER, BODY);

export const gitDeltas = defineTarget<Uint8Array>({
  name: 'git-deltas',
  runs: 15_000,
  inputs: mutatedBytes([DELTA]),
  run(bytes) {
    const made = applyDelta(OTHER, bytes, 64 * 1024);
    if (made && made.length > 64 * 1024) throw new Find('more than was allowed');
  },
});
