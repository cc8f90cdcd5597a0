import { readFileSync } from 'node:fs';
import { build } from 'esbuild';
import { describe, expect, it } from '@jest/globals';
import { BUNDLE_OPTIONS, ROOT } from '../../../tools/bundle.ts';
import { listNeeds, listRuntime, type Lock } from '../../../tools/release/lock.ts';
import { makeSbom, readBase } from '../../../tools/release/sbom.ts';

const INTEGRITY = `sha512-${Buffer.alloc(64, 0xab).toString('base64')}`;
const entry = (version: string, more = {}): object => ({ version, license: 'MIT', integrity: INTEGRITY, ...more });
const LOCK = {
  packages: {
    '': { version: '1.2.3', dependencies: { a: '1.0.0', '@s/b': '2.0.0' }, devDependencies: { d: '1.0.0' } },
    'node_modules/a': entry('1.0.0', { dependencies: { c: '^2.0.0' } }),
    'node_modules/a/node_modules/c': entry('2.0.0', { dependencies: { e: '^1.0.0' } }),
    'node_modules/@s/b': entry('2.0.0', { dependencies: { c: '^1.0.0' } }),
    'node_modules/c': entry('1.0.0'),
    'node_modules/d': entry('1.0.0', { dev: true, dependencies: { c: '^1.0.0' } }),
    'node_modules/e': entry('1.1.0'),
    'node_modules/f': entry('1.0.0', { optional: true }),
    'node_modules/g': entry('1.0.0', { devOptional: true }),
    'node_modules/h': entry('1.0.0', { peer: true }),
  },
} as Lock;
const BASE = `registry.example.com:5000/library/node:24.20.0-slim@sha256:${'0'.repeat(64)}`;

const own = JSON.parse(readFileSync(`${ROOT}package-lock.json`, 'utf8')) as Lock;
const base = readBase(readFileSync(`${ROOT}Dockerfile`, 'utf8')) ?? '';

describe('the packages of the lock file', () => {
  it('are those that are needed at run time, also where a tool for development needs them too', () => {
    const names = listRuntime(LOCK).map(({ name, version }) => `${name}@${version}`);
    expect(names).toEqual(['a@1.0.0', 'c@2.0.0', '@s/b@2.0.0', 'c@1.0.0', 'e@1.1.0']);
  });

  it('know what they need, as Node finds it', () => {
    expect(listNeeds(LOCK.packages, '')).toEqual(['a@1.0.0', '@s/b@2.0.0']);
    const needs = Object.fromEntries(listRuntime(LOCK).map((each) => [`${each.name}@${each.version}`, each.needs]));
    expect(needs).toMatchObject({ 'a@1.0.0': ['c@2.0.0'], '@s/b@2.0.0': ['c@1.0.0'], 'c@2.0.0': ['e@1.1.0'] });
  });

  it('need the one that is nearest', () => {
    const packages = {
      'node_modules/a/node_modules/c': entry('1.0.0', { dependencies: { e: '*' } }),
      'node_modules/a/node_modules/c/node_modules/e': entry('3.0.0'),
      'node_modules/a/node_modules/e': entry('2.0.0'),
      'node_modules/e': entry('1.0.0'),
    } as Lock['packages'];
    expect(listNeeds(packages, 'node_modules/a/node_modules/c')).toEqual(['e@3.0.0']);
  });

  it('are refused where one is not there', () => {
    const packages = { 'node_modules/a': entry('1.0.0', { dependencies: { x: '1' } }) } as Lock['packages'];
    expect(() => listRuntime({ packages })).toThrow('package-lock.json has no x, which node_modules/a asks for');
  });
});

describe('the list of what is in the image', () => {
  it('names each package with its licence and digest, and the base', () => {
    const sbom = makeSbom(LOCK, BASE);
    expect(sbom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.5' });
    expect(sbom.metadata.component).toMatchObject({ name: 'vercel-oidc-deploy', version: '1.2.3', type: 'container' });
    expect(sbom.components).toContainEqual({
      type: 'library',
      'bom-ref': '@s/b@2.0.0',
      name: '@s/b',
      version: '2.0.0',
      purl: 'pkg:npm/%40s/b@2.0.0',
      licenses: [{ expression: 'MIT' }],
      hashes: [{ alg: 'SHA-512', content: 'ab'.repeat(64) }],
    });
    expect(sbom.components.at(-1)).toMatchObject({
      name: 'node',
      version: '24.20.0-slim',
      purl: `pkg:oci/node@sha256%3A${'0'.repeat(64)}?tag=24.20.0-slim`,
    });
  });

  it('refers to nothing that it does not list', () => {
    for (const sbom of [makeSbom(LOCK, BASE), makeSbom(own, base)]) {
      const refs = [sbom.metadata.component, ...sbom.components].map((each) => each['bom-ref']);
      expect(new Set(refs).size).toBe(refs.length);
      expect(sbom.dependencies.map(({ ref }) => ref).toSorted()).toEqual(refs.toSorted());
      expect(sbom.dependencies.flatMap(({ dependsOn }) => dependsOn).filter((ref) => !refs.includes(ref))).toEqual([]);
    }
  });

  it.each(['node:24', 'node:latest', `node@sha256:${'0'.repeat(64)}`, ''])('is refused for the base %j', (name) => {
    expect(() => makeSbom(LOCK, name)).toThrow('is no image by tag and digest');
  });

  it('is refused where a package has no digest', () => {
    const packages = { 'node_modules/a': { version: '1.0.0' } };
    expect(() => makeSbom({ packages }, BASE)).toThrow('package-lock.json has no SHA-512 of a 1.0.0');
  });

  it('has every package whose code is in the program', async () => {
    const { metafile } = await build({
      ...BUNDLE_OPTIONS,
      entryPoints: ['src/app.ts'],
      outfile: 'app.js',
      write: false,
    });
    const bundled = Object.keys(metafile.inputs).flatMap(
      (input) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1] ?? [],
    );
    const listed = makeSbom(own, base).components.map(({ name }) => name);
    expect(new Set(bundled).size).toBeGreaterThan(5);
    expect([...new Set(bundled)].filter((name) => !listed.includes(name))).toEqual([]);
  });
});
