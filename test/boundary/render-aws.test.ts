import { describe, expect, it } from '@jest/globals';
import { renderPolicy } from '../../src/boundary/index.ts';
import { ENVIRONMENT, REPOSITORY, SMALL, policyOf, sketch } from './support/policies.ts';

const AWS = `{
  "warnings": [
    "A server's policy bounds claims, permissions and projects, not targets: a credential for a project reaches all of its targets, so the weakest grant of a project bounds them all. Where production must be isolated, give it a project (or a team) of its own.",
    "Enforced by the pipe alone: actions; the end on 2026-11-30; require of web-production.",
    "AWS cannot compare branchName: the role of web-production lets in every value of it."
  ],
  "roles": [
    {
      "grant": "web-production",
      "trustPolicy": {
        "Version": "2012-10-17",
        "Statement": [
          {
            "Effect": "Allow",
            "Principal": {
              "Federated": "arn:aws:iam::123456789012:oidc-provider/api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc"
            },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {
              "StringEquals": {
                "api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc:aud": "https://vercel.com/api/login/oauth/token"
              },
              "StringLike": {
                "api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc:sub": [
                  "{22222222-2222-4222-8222-222222222222}:{55555555-5555-4555-8555-555555555555}:*",
                  "{33333333-3333-4333-8333-333333333333}:{55555555-5555-4555-8555-555555555555}:*"
                ]
              }
            }
          }
        ]
      }
    }
  ]
}
`;

interface Roles {
  readonly warnings: readonly string[];
  readonly roles: readonly {
    readonly grant: string;
    readonly trustPolicy: {
      readonly Statement: readonly [{ readonly Condition: Condition; readonly Principal: object }];
    };
  }[];
}
type Condition = Readonly<Record<'StringEquals' | 'StringLike', Readonly<Record<string, unknown>>>>;

function rolesOf(policy: ReturnType<typeof sketch>): Roles {
  return JSON.parse(renderPolicy(policy, 'aws')) as Roles;
}

describe('trust policies of AWS', () => {
  it('are these', () => {
    expect(renderPolicy(policyOf(SMALL), 'aws', { account: '123456789012' })).toBe(AWS);
  });

  it('have a placeholder for an account that is not told, and say so', () => {
    const { roles, warnings } = rolesOf(sketch([{}]));
    expect(roles[0]?.trustPolicy.Statement[0].Principal).toEqual({
      Federated: expect.stringMatching(/^arn:aws:iam::ACCOUNT_ID:oidc-provider\/api\.bitbucket\.org\//),
    });
    expect(warnings).toContain('ACCOUNT_ID stands for the number of your AWS account: --account fills it.');
    expect(() => renderPolicy(sketch([{}]), 'aws', { account: 'acme' })).toThrow(
      expect.objectContaining({ code: 'USAGE', got: '--account "acme"' }),
    );
  });

  it.each([
    { when: {}, subjects: [`${REPOSITORY}:*`] },
    { when: { deploymentEnvironmentUuid: ENVIRONMENT }, subjects: [`${REPOSITORY}:${ENVIRONMENT}:*`] },
    // Not by its name as well: that would be a claim that AWS cannot see.
    {
      when: { deploymentEnvironmentUuid: ENVIRONMENT, deploymentEnvironment: 'Production' },
      subjects: [`${REPOSITORY}:${ENVIRONMENT}:*`],
    },
  ])('compare the subject of $when', ({ when, subjects }) => {
    const { StringLike } = rolesOf(sketch([{ when }])).roles[0]?.trustPolicy.Statement[0].Condition ?? {};
    expect(Object.values(StringLike ?? {})).toEqual([subjects]);
  });

  it('are not written where an environment that AWS cannot see would be left out', () => {
    const { roles, warnings } = rolesOf(sketch([{ when: { deploymentEnvironment: 'Production' } }, {}]));
    expect(roles.map(({ grant }) => grant)).toEqual(['g1']);
    expect(warnings.at(-1)).toBe(
      'Nothing is rendered for g0: AWS sees environments by deploymentEnvironmentUuid alone. Name that.',
    );
  });

  it("stand in the partition of the policy's own roles", () => {
    const aws = { region: 'cn-north-1', role: 'arn:aws-cn:iam::123456789012:role/deploy', secret: 'vercel' };
    const text = renderPolicy({ ...sketch([{}]), exchanges: { cn: [{ aws }] } }, 'aws', { account: '123456789012' });
    expect(text).toContain('"arn:aws-cn:iam::123456789012:oidc-provider/');
  });

  it('hold no variable of IAM that the policy file wrote', () => {
    const { roles } = rolesOf(sketch([{}], { audience: 'https://x/${aws:username}$' }));
    const { StringEquals } = roles[0]?.trustPolicy.Statement[0].Condition ?? {};
    expect(Object.values(StringEquals ?? {})).toEqual(['https://x/${$}{aws:username}$']);
  });

  it('are told to be too long for AWS', () => {
    const uuids = Array.from({ length: 40 }, (_, index) => `{00000000-0000-4000-8000-0000000000${String(index + 10)}}`);
    expect(rolesOf(sketch([{ when: { repositoryUuid: uuids } }])).warnings.at(-1)).toMatch(
      /^The trust policy of g0 has 2[0-9]{3} characters; AWS takes 2048: divide it\.$/,
    );
  });
});
