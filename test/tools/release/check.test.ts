import { describe, expect, it } from '@jest/globals';
import { VERSION } from '../../../src/version.ts';
import { findReleaseFaults } from '../../../tools/release/check.ts';
import { findSchemaFaults, listSnapshots } from '../../../tools/release/snapshots.ts';
import { readTree, type Tree } from '../../../tools/release/tree.ts';
import { findVersionFaults } from '../../../tools/release/versions.ts';
import { ROOT } from '../../../tools/root.ts';

const REFERENCE = '- pipe: docker://registry.example.com/platform/vercel-oidc-deploy';
const schema = (keys = {}): string => JSON.stringify({ required: [], properties: { MODE: { default: 'a', ...keys } } });

/** A made-up tree that can be released as 1.1.0, with an earlier release. */
function makeTree(changes: Readonly<Record<string, string | undefined>> = {}): Tree {
  const files: Record<string, string | undefined> = {
    'package.json': '{"version":"1.1.0"}',
    'package-lock.json': '{"version":"1.1.0","packages":{"":{"version":"1.1.0"}}}',
    'src/version.ts': "export const VERSION = '1.1.0';\n",
    'CHANGELOG.md': '# Changelog\n\n## 1.1.0 - 2026-12-24\n\n- New.\n\n## 1.0.0 - 2026-12-01\n\n- First.\n',
    'README.md': `text\n${REFERENCE}:1.1.0\n`,
    'pipe.yml': 'name: x\nimage: registry.example.com/platform/vercel-oidc-deploy:1.1.0\n',
    'docs/page.md': `${REFERENCE}:1.1.0\nurn:vercel-oidc-deploy:record:v1\n`,
    'schemas/variables.schema.json': schema(),
    'released/variables/1.0.0.json': schema(),
    'released/variables/1.1.0.json': schema(),
    ...changes,
  };
  return new Map(Object.entries(files).flatMap(([path, text]) => (text === undefined ? [] : [[path, text] as const])));
}

const check = (changes: Readonly<Record<string, string | undefined>> = {}, version = '1.1.0'): readonly string[] =>
  findReleaseFaults(makeTree(changes), version);

describe('findReleaseFaults', () => {
  it('finds none where all agree', () => {
    expect(check()).toEqual([]);
    expect(findReleaseFaults(makeTree(), '1.1.0', 'registry.example.com/platform/vercel-oidc-deploy')).toEqual([]);
  });

  it.each([
    ['package.json', '{"version":"1.0.0"}', 'package.json: 1.0.0, wanted 1.1.0'],
    ['package.json', '{}', 'package.json: no version, wanted 1.1.0'],
    ['package.json', undefined, 'package.json is missing'],
    [
      'package-lock.json',
      '{"version":"1.0.0","packages":{"":{"version":"1.1.0"}}}',
      'package-lock.json: 1.0.0, wanted 1.1.0',
    ],
    [
      'package-lock.json',
      '{"version":"1.1.0","packages":{"":{"version":"1.0.0"}}}',
      'package-lock.json, its first package: 1.0.0, wanted 1.1.0',
    ],
    ['src/version.ts', "export const VERSION = '1.0.0';", 'src/version.ts: 1.0.0, wanted 1.1.0'],
    ['pipe.yml', 'image: r.example/vercel-oidc-deploy:1.0.0\n', 'pipe.yml, image: 1.0.0, wanted 1.1.0'],
    ['pipe.yml', 'image: r.example:5000/vercel-oidc-deploy\n', 'pipe.yml, image: no version, wanted 1.1.0'],
    ['README.md', `\n\n${REFERENCE}:1.0.0`, 'README.md:3: 1.0.0, wanted 1.1.0'],
    ['README.md', 'nothing', 'README.md shows no step with the pipe'],
    ['docs/page.md', `a\n${REFERENCE}:latest`, 'docs/page.md:2: latest, wanted 1.1.0'],
    [
      'examples/a/Dockerfile',
      'FROM r.example/vercel-oidc-deploy:1.0.0@sha256:00',
      'examples/a/Dockerfile:1: 1.0.0, wanted 1.1.0',
    ],
  ])('refuses where %s is %j', (path, text, fault) => {
    expect(check({ [path]: text })).toContain(fault);
  });

  it.each([
    ['## 1.1.0\n\n- New.\n', 'CHANGELOG.md: the heading of 1.1.0 has no date, wanted ## 1.1.0 - YYYY-MM-DD'],
    [
      '## 1.1.0 - 2026-02-30\n\n- New.\n',
      'CHANGELOG.md: the heading of 1.1.0 has 2026-02-30, wanted ## 1.1.0 - YYYY-MM-DD',
    ],
    ['## 1.1.0 - soon\n\n- New.\n', 'CHANGELOG.md: the heading of 1.1.0 has soon, wanted ## 1.1.0 - YYYY-MM-DD'],
    ['## 1.1.0 - 2026-12-24\n\n', 'CHANGELOG.md says nothing under 1.1.0'],
    ['## 1.0.0 - 2026-12-01\n\n- First.\n', 'CHANGELOG.md has no heading ## 1.1.0 - YYYY-MM-DD'],
    ['## Unreleased\n\n## 1.1.0 - 2026-12-24\n\n- New.\n', 'CHANGELOG.md, its first heading: Unreleased, wanted 1.1.0'],
  ])('refuses the changelog %j', (text, fault) => {
    expect(check({ 'CHANGELOG.md': text })).toContain(fault);
  });

  it('tells all faults at once, each once', () => {
    const faults = check({}, '1.2.0');
    expect(faults).toHaveLength(10);
    expect(new Set(faults).size).toBe(10);
    expect(check({}, 'v1.1.0')[0]).toBe('v1.1.0 is no version: wanted three numbers, such as 1.2.3');
  });

  it('misses the snapshot of the version, once, with a date or without', () => {
    const snapshot = 'released/variables/1.1.0.json';
    expect(check({ [snapshot]: undefined })).toEqual([
      `${snapshot} is missing, and CHANGELOG.md says that 1.1.0 is released: npm run release:snapshot`,
    ]);
    expect(check({ [snapshot]: undefined, 'CHANGELOG.md': '## 1.1.0\n\n- New.\n' })).toEqual([
      'CHANGELOG.md: the heading of 1.1.0 has no date, wanted ## 1.1.0 - YYYY-MM-DD',
      `${snapshot} is missing: npm run release:snapshot`,
    ]);
  });

  it('refuses an image that pipe.yml does not name', () => {
    expect(findReleaseFaults(makeTree(), '1.1.0', 'other.example/pipe')).toEqual([
      'pipe.yml, image: registry.example.com/platform/vercel-oidc-deploy, and REGISTRY_IMAGE is other.example/pipe',
    ]);
  });
});

describe('the snapshots of the variables', () => {
  it('refuse another schema than the version was released with', () => {
    const faults = check({ 'schemas/variables.schema.json': schema({ description: 'x' }) });
    expect(faults).toEqual([
      'schemas/variables.schema.json is not what released/variables/1.1.0.json says that 1.1.0 was released with',
    ]);
  });

  it('refuse a change that the version is too small for, also where its own snapshot is made', () => {
    const next = schema({ default: 'b' });
    const changed = { 'schemas/variables.schema.json': next, 'released/variables/1.1.0.json': next };
    expect(check(changed)).toEqual([
      'MODE.default was "a", is "b": after 1.0.0 that needs a new major version, and 1.1.0 is none',
    ]);
    const where = { where: 'MODE.default', from: 'a', to: 'b', why: 'the same' };
    expect(check({ ...changed, 'released/judged.json': JSON.stringify([where]) })).toEqual([]);
  });

  it('take an addition for a new minor version, and not for a patch', () => {
    const next = JSON.stringify({ required: [], properties: { MODE: { default: 'a' }, NEW: {} } });
    const own = { 'schemas/variables.schema.json': next, 'released/variables/1.1.0.json': undefined };
    expect(findSchemaFaults(makeTree({ ...own, 'CHANGELOG.md': '' }), '1.1.0')).toEqual([]);
    expect(findSchemaFaults(makeTree({ ...own, 'CHANGELOG.md': '' }), '1.0.1')).toEqual([
      'NEW is new: after 1.0.0 that needs a new minor version, and 1.0.1 is none',
    ]);
  });

  it('compare with the newest that is older, by number', () => {
    const tree = makeTree({ 'released/variables/0.10.0.json': schema(), 'released/variables/0.9.0.json': schema() });
    expect(listSnapshots(tree)).toEqual(['0.9.0', '0.10.0', '1.0.0', '1.1.0']);
    // 1.0.0 had another default, and 1.1.0 has this one already.
    expect(findSchemaFaults(makeTree({ 'released/variables/1.0.0.json': schema({ default: 'b' }) }), '1.2.0')).toEqual(
      [],
    );
  });

  it('are missed for every version that the changelog says is released', () => {
    expect(findSchemaFaults(makeTree({ 'released/variables/1.0.0.json': undefined }), '1.1.0')).toEqual([
      'released/variables/1.0.0.json is missing, and CHANGELOG.md says that 1.0.0 is released: npm run release:snapshot',
    ]);
  });
});

describe('this repository', () => {
  const own = readTree(ROOT);

  it('says one version everywhere', async () => {
    const tree = await own;
    expect(tree.size).toBeGreaterThan(15);
    expect(findVersionFaults(tree, VERSION)).toEqual([]);
  });

  it('has changed no variable in a way that its version does not allow', async () => {
    expect(findSchemaFaults(await own, VERSION)).toEqual([]);
  });
});
