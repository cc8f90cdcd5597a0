import { describe, expect, it } from '@jest/globals';
import { comparePipeline } from '../../src/bitbucket/index.ts';
import type { Pipeline } from '../../src/bitbucket/types.ts';

const PIPELINE: Pipeline = {
  uuid: '{44444444-4444-4444-8444-444444444444}',
  buildNumber: 42,
  commit: '4b825dc642cb6eb9a060e54bf8d69288fbee4904',
  ref: { kind: 'branch', name: 'main' },
  trigger: 'push',
  creator: undefined,
  actor: 'unknown',
};
const BUILD = { buildNumber: '42', commit: String(PIPELINE.commit), branch: 'main' };
const TAG = { kind: 'tag', name: 'v1' } as const;

describe("the step's variables against Bitbucket's API", () => {
  it.each([
    { name: 'the same', pipeline: {}, build: BUILD },
    { name: 'nothing said', pipeline: {}, build: {} },
    { name: 'nothing known', pipeline: { commit: undefined, buildNumber: undefined, ref: undefined }, build: BUILD },
    { name: 'a tag', pipeline: { ref: TAG }, build: { ...BUILD, branch: 'main', tag: 'v1' } },
    {
      name: 'the source of a pull request',
      pipeline: { ref: { kind: 'pull-request', name: 'main' } as const },
      build: BUILD,
    },
  ])('agree: $name', ({ pipeline, build }) => {
    expect(comparePipeline({ ...PIPELINE, ...pipeline }, build)).toEqual([]);
  });

  it.each([
    { name: 'COMMIT', build: { commit: '1'.repeat(40) }, pipeline: {} },
    { name: 'BUILD_NUMBER', build: { buildNumber: '41' }, pipeline: {} },
    { name: 'BRANCH', build: { branch: 'release' }, pipeline: {} },
    { name: 'TAG', build: { tag: 'v2', branch: undefined }, pipeline: { ref: TAG } },
  ])('differ in $name, which is told', ({ name, build, pipeline }) => {
    const changed = Object.fromEntries(
      Object.entries({ ...BUILD, ...build }).filter(([, value]) => value !== undefined),
    );
    const warnings = comparePipeline({ ...PIPELINE, ...pipeline }, changed);
    expect(warnings).toEqual([expect.stringContaining(`BITBUCKET_${name} is `)]);
    expect(warnings[0]).toContain('someone overrode the variable');
  });
});
