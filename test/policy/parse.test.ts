import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { parsePolicy } from '../../src/policy/index.ts';
import { ENVIRONMENT, GOOD, ISSUER, REPOSITORY, WORKSPACE, parse } from './support/policy.ts';

describe('a good policy', () => {
  it('is parsed whole, with every value of when as a list', () => {
    expect(parse(GOOD)).toEqual({
      digest: createHash('sha256').update(GOOD).digest('hex'),
      version: 1,
      minPipe: '1.0.0',
      issued: '2026-11-01',
      expires: '2026-11-30',
      issuers: [ISSUER],
      audience: 'https://vercel.com/api/login/oauth/token',
      exchanges: { direct: [{ vercel: { team: 'team_abc', policy: 'pol_abc' } }], token: [{ static: {} }] },
      signers: {},
      grants: [
        {
          id: 'web-production',
          allow: { actions: ['deploy', 'promote', 'rollback'], projects: ['prj_abc'], targets: ['production'] },
          when: {
            workspaceUuid: [WORKSPACE],
            repositoryUuid: [REPOSITORY, '{33333333-3333-4333-8333-333333333333}'],
            deploymentEnvironmentUuid: [ENVIRONMENT],
            branchName: ['main', 'release/*'],
          },
          exchange: 'direct',
          require: { signers: ['vault', 'key'], noStatic: true },
        },
        {
          id: 'web-preview',
          allow: { actions: ['deploy'], projects: ['prj_abc'], targets: ['preview'] },
          when: { workspaceUuid: [WORKSPACE], repositoryUuid: [REPOSITORY] },
          exchange: 'direct',
          require: {},
        },
      ],
    });
  });

  it('may pin the keys of its issuers, and say who may act', () => {
    const keys = { file: 'keys/issuer-keys.json', sha256: '0a'.repeat(32) };
    const text = GOOD.replace('exchanges:', `keys: { file: ${keys.file}, sha256: ${keys.sha256} }\nexchanges:`);
    const policy = parse(text.replace('noStatic: true', 'actors: [human, schedule]'));
    expect(policy.keys).toEqual(keys);
    expect(policy.grants[0]?.require).toEqual({ signers: ['vault', 'key'], actors: ['human', 'schedule'] });
  });

  it('may write a UUID once and name it again by an alias', () => {
    const text = GOOD.replace(`workspaceUuid: '${WORKSPACE}'`, `workspaceUuid: &acme '${WORKSPACE}'`);
    const policy = parse(text.replace(`workspaceUuid: '${WORKSPACE}'`, 'workspaceUuid: *acme'));
    expect(policy.grants).toEqual(parse(GOOD).grants);
  });

  it.each([
    { name: 'with a byte order mark', text: `\uFEFF${GOOD}` },
    { name: 'with Windows line ends', text: GOOD.replaceAll('\n', '\r\n') },
    { name: 'with comments and document marks', text: `# reviewed\n---\n${GOOD}...\n` },
    { name: 'without what is optional', text: GOOD.replace(/^(minPipe|issued|expires|issuers|audience):.*\n/gm, '') },
    { name: 'as JSON', text: JSON.stringify({ version: 1, exchanges: { d: [{ vercel: {} }] }, grants: [preview()] }) },
    { name: 'with a claim that YAML 1.1 reads as a boolean', text: GOOD.replace('[main,', '[no,') },
    { name: 'with a claim named constructor', text: GOOD.replace('branchName:', 'constructor:') },
    {
      name: 'that spells out what it does not ask for',
      text: GOOD.replace('noStatic: true', 'timestamp: false, store: false, recordedOnly: false'),
    },
    {
      name: 'with production by the name of the environment',
      text: GOOD.replace(/deploymentEnvironmentUuid: .*/, 'deploymentEnvironment: production'),
    },
  ])('may be written $name', ({ text }) => {
    expect(parse(text).grants.length).toBeGreaterThan(0);
  });

  it.each(['1.0.0', '1.0.1', '1.1.0', '10.0.0', '1.0.0-rc.1', '1.0.0+build'])(
    'of minPipe 1.0.0 is read by %s',
    (version) => {
      expect(parse(GOOD, version).grants).toHaveLength(2);
    },
  );
});

describe('a policy for a newer pipe', () => {
  it.each([
    { minPipe: '1.0.1', pipe: '1.0.0' },
    { minPipe: '1.10.0', pipe: '1.9.9' },
    { minPipe: '2.0.0', pipe: '1.9.9' },
    { minPipe: '1.0.0', pipe: '0.9.0' },
    { minPipe: '1.0.0', pipe: 'unknown' },
  ])('$minPipe is refused by $pipe, and both are named', ({ minPipe, pipe }) => {
    expect(() => parse(GOOD.replace('minPipe: 1.0.0', `minPipe: ${minPipe}`), pipe)).toThrow(
      expect.objectContaining({
        code: 'POLICY_UNSUPPORTED',
        message: `The policy needs vercel-oidc-deploy ${minPipe} or newer; this is ${pipe}.`,
      }),
    );
  });

  it('names the unknown keys and the version that they need', () => {
    const text = GOOD.replace('minPipe: 1.0.0', 'minPipe: 2.0.0\nmode: audit').replace(
      'noStatic',
      'quorum: 2, noStatic',
    );
    expect(() => parse(text)).toThrow(
      expect.objectContaining({
        code: 'POLICY_UNSUPPORTED',
        faults: [
          '2:1 minPipe: 2.0.0; wanted 1.0.0 or older',
          '3:1 mode: unknown key; wanted vercel-oidc-deploy 2.0.0 or newer',
          '22:39 grants[0].require.quorum: unknown key; wanted vercel-oidc-deploy 2.0.0 or newer',
        ],
      }),
    );
  });
});

it('reads bytes, not their text: the digest is that of the file', () => {
  const bytes = new TextEncoder().encode(`\uFEFF${GOOD}`);
  expect(parsePolicy(bytes, '1.0.0').digest).toBe(createHash('sha256').update(bytes).digest('hex'));
});

function preview(): object {
  return {
    id: 'p',
    allow: { actions: ['deploy'], projects: ['prj_abc'], targets: ['preview'] },
    when: { workspaceUuid: WORKSPACE, repositoryUuid: REPOSITORY },
    exchange: 'd',
  };
}
