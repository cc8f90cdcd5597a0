import { describe, expect, it } from '@jest/globals';
import { findDrift, toVercelSide, type LivePolicy } from '../../src/boundary/index.ts';
import { OTHER_REPOSITORY, SMALL, policyOf, sketch } from './support/policies.ts';

const { policies: WANTED } = toVercelSide(policyOf(SMALL));

/** The policies as they would be live. */
function asLive(wanted = WANTED): LivePolicy[] {
  return wanted.map(({ policyId, teamId, request }, index) => ({
    policyId: policyId ?? `pol_${String(index)}`,
    teamId,
    name: request.name,
    clientId: request.clientId,
    issuerUrl: request.issuerUrl,
    claims: request.claims,
    permissions: request.permissions,
    commands: undefined,
    projectIds: request.resources.projectIds,
  }));
}

function driftWith(change: (live: LivePolicy) => Partial<LivePolicy>): readonly string[] {
  return findDrift(
    WANTED,
    asLive().map((live) => ({ ...live, ...change(live) })),
  );
}

const HEAD = 'pol_production (web-production) differs:';

describe('drift', () => {
  it('is nothing where all is as the file wants, in any order and under any name', () => {
    const reversed = driftWith(({ claims }) => ({
      name: 'renamed by hand',
      claims: claims.toReversed().map(({ name, values }) => ({ name, values: values.toReversed() })),
    }));
    expect(reversed).toEqual([]);
    const plain = driftWith(({ claims }) => ({
      // Without a * in it a value means the same either way.
      claims: claims.map(({ name, values }) => ({
        name,
        values: values.map((value) => ({ ...value, wildcards: true })),
      })),
    }));
    expect(plain).toEqual([]);
  });

  it.each<{ name: string; change: (live: LivePolicy) => Partial<LivePolicy>; lines: readonly string[] }>([
    {
      name: 'another value of a claim',
      change: ({ claims }) => ({
        claims: [...claims.slice(0, -1), { name: 'branchName', values: [{ value: '*', wildcards: true }] }],
      }),
      lines: [
        '  claims.branchName',
        '    live    "*" (* is any text)',
        '    wanted  "main" or "release/*" (* is any text)',
      ],
    },
    {
      name: 'a pattern that is none',
      change: ({ claims }) => ({
        claims: claims.map(({ name, values }) => ({
          name,
          values: values.map(({ value }) => ({ value, wildcards: false })),
        })),
      }),
      lines: [
        '  claims.branchName',
        '    live    "main" or "release/*" (* is a letter)',
        '    wanted  "main" or "release/*" (* is any text)',
      ],
    },
    {
      name: 'a claim that is gone',
      change: ({ claims }) => ({ claims: claims.filter(({ name }) => name !== 'deploymentEnvironmentUuid') }),
      lines: [
        '  claims.deploymentEnvironmentUuid',
        '    live    any value, or none',
        '    wanted  "{55555555-5555-4555-8555-555555555555}"',
      ],
    },
    {
      name: 'one more claim, and one that is there twice',
      change: ({ claims }) => ({
        claims: [
          ...claims,
          { name: 'x\u202e', values: [{ value: '\u0430', wildcards: false }] },
          ...claims.slice(0, 1),
        ],
      }),
      lines: [
        '  claims.aud',
        '    live    "https://vercel.com/api/login/oauth/token", and also "https://vercel.com/api/login/oauth/token"',
        '    wanted  "https://vercel.com/api/login/oauth/token"',
        String.raw`  claims.x\u202e`,
        String.raw`    live    "\u0430"`,
        '    wanted  any value, or none',
      ],
    },
    {
      name: 'another issuer, client and rights',
      change: () => ({
        ...{ issuerUrl: 'https://evil.example', clientId: 'cl_x' },
        ...{ permissions: undefined, commands: ['deploy', 'alias'] },
      }),
      lines: [
        '  clientId',
        '    live    "cl_x"',
        '    wanted  "cl_HYyOPBNtFMfHhaUn9L4QPfTZz6TP47bp"',
        '  issuerUrl',
        '    live    "https://evil.example"',
        '    wanted  "https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc"',
        '  permissions',
        '    live    not set',
        '    wanted  "*"',
        '  commands',
        '    live    "alias", "deploy"',
        '    wanted  not set',
      ],
    },
    {
      name: 'no boundary of projects',
      change: () => ({ projectIds: undefined }),
      lines: ['  resources.projectIds', '    live    not set, which is every project', '    wanted  "prj_abc"'],
    },
    {
      name: 'no project',
      change: () => ({ projectIds: [] }),
      lines: ['  resources.projectIds', '    live    none', '    wanted  "prj_abc"'],
    },
  ])('is $name', ({ change, lines }) => {
    expect(driftWith(change)).toEqual([HEAD, ...lines]);
  });

  it('is a policy that is not there', () => {
    expect(findDrift(WANTED, [])).toEqual([
      'pol_production (web-production) is not there:',
      '    live    nothing',
      '    wanted  see policy render',
    ]);
  });

  it('is another policy that opens one of the projects to the client that deploys', () => {
    const other = (changes: Partial<LivePolicy>): LivePolicy => {
      const [first] = asLive();
      if (!first) throw new Error('no policy');
      return { ...first, policyId: 'pol_other', name: 'old "key"', ...changes };
    };
    const told = [
      String.raw`pol_other ("old \"key\"") is not in the file:`,
      '  resources.projectIds',
      '    live    "*", for "https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc"',
      '    wanted  nothing: the policies of the file are all that opens these projects',
    ];
    expect(findDrift(WANTED, [...asLive(), other({ projectIds: ['*'] })])).toEqual(told);
    expect(findDrift(WANTED, [...asLive(), other({ projectIds: undefined })])).toHaveLength(told.length);
    expect(findDrift(WANTED, [...asLive(), other({ projectIds: ['prj_x', 'prj_abc'] })])).toHaveLength(told.length);
    expect(findDrift(WANTED, [...asLive(), other({ projectIds: ['prj_x'] })])).toEqual([]);
    expect(findDrift(WANTED, [...asLive(), other({ clientId: 'cl_turborepo' })])).toEqual([]);
    const { policies } = toVercelSide(sketch([{ client: 'cl_other', projects: ['prj_abc'] }]));
    const opened = findDrift(policies, [...asLive(policies), other({ clientId: 'cl_other' })]);
    expect(opened[0]).toMatch(/^pol_other .* is not in the file:$/);
  });
});

describe('policies without an id in the file', () => {
  const { policies: wanted } = toVercelSide(
    sketch([{ projects: ['prj_a'] }, { projects: ['prj_b'], when: { repositoryUuid: OTHER_REPOSITORY } }]),
  );

  it('are found by what they say, whatever their name', () => {
    const live = asLive(wanted).map((policy) => ({ ...policy, name: undefined }));
    expect(findDrift(wanted, live.toReversed())).toEqual([]);
  });

  it('are found by name where they differ, each once', () => {
    const live = asLive(wanted).map((policy) => ({ ...policy, permissions: ['project:read'] }));
    expect(findDrift(wanted, live).filter((line) => line.endsWith('differs:'))).toEqual([
      'pol_0 (g0) differs:',
      'pol_1 (g1) differs:',
    ]);
    expect(findDrift(wanted, live.slice(1))[0]).toBe('a policy (g0) is not there:');
  });
});

it('is drift that one live policy cannot be the two that the file wants under its id', () => {
  const { policies: wanted } = toVercelSide(
    sketch([
      { projects: ['prj_a'], policy: 'pol_x' },
      { projects: ['prj_b'], policy: 'pol_x', when: { repositoryUuid: OTHER_REPOSITORY } },
    ]),
  );
  expect(findDrift(wanted, asLive(wanted.slice(0, 1)))).toEqual([
    'pol_x cannot be what the file wants:',
    '    live    one policy',
    '    wanted  2: no single one holds g0 | g1 and nothing else',
  ]);
});
