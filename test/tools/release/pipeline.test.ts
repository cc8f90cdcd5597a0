import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { readBase } from '../../../tools/release/sbom.ts';
import { ROOT } from '../../../tools/root.ts';

interface Step {
  readonly name: string;
  readonly image?: string;
  readonly oidc?: boolean;
  readonly deployment?: string;
  readonly runtime?: { readonly cloud: { readonly arch: string } };
  readonly script: readonly string[];
  readonly 'after-script'?: readonly string[];
}
interface Item {
  readonly step?: Step;
  readonly stage?: { readonly deployment: string; readonly steps: readonly { readonly step: Step }[] };
}
interface Pipelines {
  readonly image: string;
  readonly pipelines: { readonly default: readonly Item[]; readonly tags: Readonly<Record<string, readonly Item[]>> };
}

const text = readFileSync(`${ROOT}bitbucket-pipelines.yml`, 'utf8');
const { image, pipelines } = parse(text) as Pipelines;
const items = pipelines.tags['*.*.*'] ?? [];
const open = [...pipelines.default, ...items].flatMap(({ step }) => step ?? []);
const stage = items.flatMap((item) => item.stage ?? []);
const released = stage.flatMap(({ steps }) => steps.map(({ step }) => step));
const linesOf = ({ script, 'after-script': after = [] }: Step): readonly string[] => [...script, ...after];

describe('the pipeline of this repository', () => {
  it('publishes tags that are versions, and nothing else', () => {
    expect(Object.keys(pipelines)).toEqual(['default', 'tags']);
    expect(Object.keys(pipelines.tags)).toEqual(['*.*.*']);
    expect(pipelines.default.flatMap(({ step }) => step?.script ?? []).join('\n')).not.toMatch(/docker|release/);
  });

  it('runs scripts that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8')) as { scripts: Record<string, string> };
    const lines = [...open, ...released].flatMap(linesOf).join('\n');
    const names = [...lines.matchAll(/npm run (?:-s )?([\w:-]+)|npm (test)\b/g)].map(
      ([, run, test]) => run ?? test ?? '',
    );
    expect([...new Set(names)].toSorted()).toEqual([
      ...['demo', 'image:context', 'release:check', 'release:notes', 'release:sbom', 'release:sign', 'test'],
    ]);
    expect(names.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('never says latest, and pushes the version of the tag alone', () => {
    expect(text).not.toMatch(/latest/i);
    const pushes = released.flatMap(linesOf).filter((line) => line.includes(' push '));
    expect(pushes).toHaveLength(3);
    for (const line of pushes) expect(line).toMatch(/ push "\$REGISTRY_IMAGE:\$BITBUCKET_TAG(?:-\$ARCH)?"/);
  });

  it('checks and tests before it publishes', () => {
    const [first, second, third] = items;
    expect(first?.step?.script).toContain('npm test');
    expect(second?.step?.script).toContain('npm run release:check -- "$BITBUCKET_TAG"');
    expect(third?.stage?.deployment).toBe('release');
    expect(items).toHaveLength(3);
  });

  it('builds on a machine of each architecture, and joins both', () => {
    const builds = released.filter(({ runtime }) => runtime);
    expect(builds.map(({ name, runtime }) => [name, runtime?.cloud.arch])).toEqual([
      ['Build for linux/amd64', 'x86'],
      ['Build for linux/arm64', 'arm'],
    ]);
    expect(builds[1]?.script).toEqual(builds[0]?.script);
    expect(linesOf(released[2] as Step).join('\n')).toMatch(/manifest create .*-amd64" .*-arm64"/);
  });

  it('keeps credentials from everything that npm installs', () => {
    const secrets = /REGISTRY_PASSWORD|REGISTRY_USERNAME|SIGN_|OIDC/;
    for (const step of open) {
      expect({
        name: step.name,
        has: secrets.test(linesOf(step).join('\n')),
        oidc: step.oidc,
        at: step.deployment,
      }).toEqual({
        ...{ name: step.name, has: false, oidc: undefined, at: undefined },
      });
    }
    expect(released.flatMap(linesOf).filter((line) => /npm (?:ci|i|install)\b|npx/.test(line))).toEqual([]);
    expect(released.map(({ oidc }) => oidc ?? false)).toEqual([false, false, true]);
  });

  it('runs beside credentials in an image by digest, the one that the Dockerfile is built on', () => {
    expect(image).toBe(readBase(readFileSync(`${ROOT}Dockerfile`, 'utf8')));
    expect(image).toMatch(/@sha256:[0-9a-f]{64}$/);
    expect(released.map((step) => step.image)).toEqual([undefined, undefined, undefined]);
  });

  it('gives the password to nobody’s command line', () => {
    expect(text).not.toMatch(/\$\{?REGISTRY_PASSWORD/);
    expect(text.match(/printenv REGISTRY_PASSWORD \| docker login/g)).toHaveLength(2);
  });
});
