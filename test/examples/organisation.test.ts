import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { runPolicy } from '../../src/commands/policy.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { parsePolicy } from '../../src/policy/index.ts';
import { parseIssuerKeys } from '../../src/record/issuer-keys.ts';
import { readLayer } from '../../src/sources/index.ts';
import { VERSION } from '../../src/version.ts';
import { ROOT } from '../../tools/root.ts';
import { testPlatform } from '../support/test-platform.ts';

const FOLDER = `${ROOT}examples/organisation`;
const layer = await readLayer(nodeFiles, FOLDER);
const policy = parsePolicy(layer.policy ?? new Uint8Array(), VERSION);
const issuer = policy.issuers[0] ?? '';

describe('the example of an organisation’s image', () => {
  it('copies its three files to where the pipe reads them, and no other', () => {
    const dockerfile = readFileSync(`${FOLDER}/Dockerfile`, 'utf8');
    const [, names = ''] = /^COPY (.+) \/etc\/vercel-oidc-deploy\/$/m.exec(dockerfile) ?? [];
    expect(names.split(' ').toSorted()).toEqual(['defaults.yml', 'issuer-keys.json', 'policy.yml']);
    expect(readdirSync(FOLDER)).toEqual(expect.arrayContaining(names.split(' ')));
  });

  it('is built on the pipe by version and digest', () => {
    const [, version] =
      /^ARG PIPE=\S+\/vercel-oidc-deploy:([\d.]+)@sha256:0{64}\n\n# hadolint ignore=DL3006\nFROM \$\{PIPE\}$/m.exec(
        readFileSync(`${FOLDER}/Dockerfile`, 'utf8'),
      ) ?? [];
    expect(version).toBe(VERSION);
  });

  it('has a policy that this version takes, with a grant for production and one for previews', () => {
    expect(policy.grants.map(({ id, allow }) => [id, allow.targets])).toEqual([
      ['web-production', ['production']],
      ['web-preview', ['preview']],
    ]);
  });

  it('has tests of the policy, which all pass, and none of its grants is without one', async () => {
    const printed: string[] = [];
    const platform = testPlatform({ send: () => Promise.reject(new Error('asked')), close: () => undefined });
    const status = await runPolicy({
      ...{ args: ['test', 'policy.yml'], environment: {}, workingDir: FOLDER, platform },
      stop: new AbortController().signal,
      print: (text) => void printed.push(text),
    });
    expect({ status, log: platform.log.text() }).toEqual({ status: 0, log: '' });
    expect(printed.join('')).toMatch(/\n10 passed, 0 failed\n$/);
  });

  it('has defaults, some of them locked', () => {
    const locked = Object.entries(layer.defaults).flatMap(([name, each]) => (each.locked ? [name] : []));
    expect(locked).toEqual(['VERCEL_TEAM_ID', 'RECORD_STORE', 'GIT_AUTHOR']);
    expect(layer.defaults['TIMEOUT']).toEqual({ value: '20m', locked: false });
  });

  it('has a key of the policy’s issuer that nobody can sign with: its modulus is a text’s digests', () => {
    const text = Buffer.from(layer.issuerKeys ?? []).toString();
    expect(parseIssuerKeys(text).issuers).toEqual([issuer]);
    const { keys } = (JSON.parse(text) as Record<string, { keys: { n: string }[] }>)[issuer] ?? { keys: [] };
    expect(keys.map(({ n }) => n)).toEqual([madeUpModulus()]);
  });
});

/** 2048 bits whose factors nobody has chosen, so nobody knows them. */
function madeUpModulus(): string {
  const seed = 'vercel-oidc-deploy: an example of a key, of which no private half exists';
  const parts = Array.from({ length: 8 }, (_, index) =>
    createHash('sha256')
      .update(`${seed} ${String(index)}`)
      .digest(),
  );
  const bytes = Buffer.concat(parts);
  bytes[0] = (bytes[0] ?? 0) | 0x80;
  bytes[255] = (bytes[255] ?? 0) | 1;
  return bytes.toString('base64url');
}
