import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { VERSION } from '../../src/version.ts';
import { ROOT } from '../../tools/root.ts';

interface Preset {
  readonly customManagers: readonly [
    { readonly managerFilePatterns: readonly string[]; readonly matchStrings: readonly string[] },
  ];
  readonly packageRules: readonly { readonly matchPackageNames: readonly string[]; readonly enabled?: boolean }[];
}

const text = readFileSync(`${ROOT}renovate/pipe.json`, 'utf8');
const preset = JSON.parse(text) as Preset;
const [manager] = preset.customManagers;
const DIGEST = `sha256:${'ab'.repeat(32)}`;
const NAME = 'registry.example.com/platform/vercel-oidc-deploy';

/** As Renovate does: every match in the file, by its named groups. */
const find = (file: string): readonly unknown[] =>
  manager.matchStrings.flatMap((pattern) =>
    [...file.matchAll(new RegExp(pattern, 'g'))].map((match) => ({ ...match.groups })),
  );
/** Renovate's `/…/` is a regular expression. */
const matches = (pattern: string, value: string): boolean => new RegExp(pattern.slice(1, -1)).test(value);

describe('the Renovate preset', () => {
  it.each([
    ['- pipe: docker://NAME:1.2.3', {}],
    ['  -   pipe:   docker://NAME:1.2.3   # why this one', {}],
    ["- pipe: 'docker://NAME:1.2.3'", {}],
    ['- pipe: "docker://NAME:1.2.3"', {}],
    [`- pipe: docker://NAME:1.2.3@${DIGEST}`, { currentDigest: DIGEST }],
    ['- { pipe: docker://NAME:1.2.3, variables: { TARGET: preview } }', {}],
    ['- pipe: docker://NAME:1.2.3\r', {}],
  ])('finds %j', (line, more) => {
    expect(find(line.replace('NAME', NAME))).toEqual([
      { depName: NAME, currentValue: '1.2.3', currentDigest: undefined, ...more },
    ]);
  });

  it.each([
    '- pipe: docker://registry.example.com/platform/other:1.2.3',
    '- pipe: docker://registry.example.com/platform/my-vercel-oidc-deploy:1.2.3',
    '- pipe: docker://NAME:latest',
    '- pipe: docker://NAME',
    '- pipe: platform/vercel-oidc-deploy:1.2.3',
    'image: NAME:1.2.3',
  ])('leaves %j alone', (line) => {
    expect(find(line.replace('NAME', NAME))).toEqual([]);
  });

  it('takes a registry with a port, and several steps of a file', () => {
    const file = `- pipe: docker://r.example:5000/vercel-oidc-deploy:1.2.3\n- pipe: docker://${NAME}:10.20.30\n`;
    expect(find(file)).toEqual([
      { depName: 'r.example:5000/vercel-oidc-deploy', currentValue: '1.2.3', currentDigest: undefined },
      { depName: NAME, currentValue: '10.20.30', currentDigest: undefined },
    ]);
  });

  it('finds the step of the README', () => {
    expect(find(readFileSync(`${ROOT}README.md`, 'utf8'))).toContainEqual(
      expect.objectContaining({ depName: NAME, currentValue: VERSION }),
    );
  });

  it.each([
    ['bitbucket-pipelines.yml', true],
    ['sites/web/bitbucket-pipelines.yaml', true],
    ['.bitbucket/pipelines/deploy.yml', true],
    ['docs/bitbucket-pipelines.md', false],
    ['my-bitbucket-pipelines.yml', false],
  ])('looks into %s: %s', (path, wanted) => {
    expect(manager.managerFilePatterns.some((pattern) => matches(pattern, path))).toBe(wanted);
  });

  it('takes each line once: Renovate’s own manager leaves this image to it', () => {
    const [off, rules] = preset.packageRules;
    expect(off).toMatchObject({ matchManagers: ['bitbucket-pipelines'], matchDatasources: ['docker'], enabled: false });
    for (const { matchPackageNames } of [off, rules].flatMap((rule) => rule ?? [])) {
      expect(matchPackageNames.map((pattern) => matches(pattern, NAME))).toEqual([true]);
      expect(matchPackageNames.map((pattern) => matches(pattern, 'platform/vercel-oidc-deploy'))).toEqual([true]);
      expect(matchPackageNames.map((pattern) => matches(pattern, `${NAME}-other`))).toEqual([false]);
    }
  });

  it('uses nothing that RE2 lacks, by which Renovate matches', () => {
    expect(text).not.toMatch(/\(\?(?:=|!|<=|<!)|\\\\[1-9]|\\\\k</);
  });
});
