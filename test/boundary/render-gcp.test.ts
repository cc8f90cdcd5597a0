import { describe, expect, it } from '@jest/globals';
import { renderPolicy } from '../../src/boundary/index.ts';
import { SMALL, policyOf, sketch } from './support/policies.ts';

const GCP = `{
  "warnings": [
    "A server's policy bounds claims, permissions and projects, not targets: a credential for a project reaches all of its targets, so the weakest grant of a project bounds them all. Where production must be isolated, give it a project (or a team) of its own.",
    "Enforced by the pipe alone: actions; the end on 2026-11-30; require of web-production.",
    "Give each provider a pool of its own, and each pool its own service account."
  ],
  "providers": [
    {
      "grant": "web-production",
      "oidc": {
        "issuerUri": "https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc",
        "allowedAudiences": [
          "https://vercel.com/api/login/oauth/token"
        ]
      },
      "attributeMapping": {
        "google.subject": "assertion.sub",
        "attribute.repository_uuid": "assertion.repositoryUuid",
        "attribute.step_uuid": "assertion.stepUuid"
      },
      "attributeCondition": "assertion.workspaceUuid == \\"{11111111-1111-4111-8111-111111111111}\\" && assertion.repositoryUuid in [\\"{22222222-2222-4222-8222-222222222222}\\", \\"{33333333-3333-4333-8333-333333333333}\\"] && assertion.deploymentEnvironmentUuid == \\"{55555555-5555-4555-8555-555555555555}\\" && (assertion.branchName == \\"main\\" || assertion.branchName.startsWith(\\"release/\\"))"
    }
  ]
}
`;

interface Providers {
  readonly warnings: readonly string[];
  readonly providers: readonly { readonly attributeCondition: string }[];
}

/** The condition's last part. */
function conditionOf(name: string, values: readonly string[]): string | undefined {
  const { providers } = JSON.parse(renderPolicy(sketch([{ when: { [name]: values } }]), 'gcp')) as Providers;
  return providers[0]?.attributeCondition.split(' && ').at(-1);
}

describe('workload identity providers of Google Cloud', () => {
  it('are these', () => {
    expect(renderPolicy(policyOf(SMALL), 'gcp')).toBe(GCP);
  });

  it.each([
    { values: ['main'], condition: 'assertion.branchName == "main"' },
    { values: ['main', 'next'], condition: 'assertion.branchName in ["main", "next"]' },
    { values: ['*'], condition: 'assertion.branchName != ""' },
    { values: ['release/*'], condition: 'assertion.branchName.startsWith("release/")' },
    { values: ['*-lts'], condition: 'assertion.branchName.endsWith("-lts")' },
    { values: ['a*b'], condition: 'assertion.branchName.matches("(?s)^a.*b$")' },
    { values: ['*.(x)*'], condition: String.raw`assertion.branchName.matches("(?s)^.*\\.\\(x\\).*$")` },
    { values: ['a"b', 'a\\b'], condition: String.raw`assertion.branchName in ["a\"b", "a\\b"]` },
    { values: ['\u{1f600}'], condition: 'assertion.branchName == "\u{1f600}"' },
    {
      values: ['main', 'next', 'r/*'],
      condition: '(assertion.branchName in ["main", "next"] || assertion.branchName.startsWith("r/"))',
    },
  ])('compare $values', ({ values, condition }) => {
    expect(conditionOf('branchName', values)).toBe(condition);
  });

  it.each(['a-b', 'x.y', 'in', 'true'])('name the claim %s as no field', (name) => {
    expect(conditionOf(name, ['v'])).toBe(`assertion["${name}"] == "v"`);
  });

  it('are told to be too long for Google Cloud', () => {
    const branchName = Array.from({ length: 50 }, (_, index) => 'x'.repeat(90) + String(index));
    const { warnings } = JSON.parse(renderPolicy(sketch([{ when: { branchName } }]), 'gcp')) as Providers;
    expect(warnings.at(-1)).toMatch(
      /^The condition of g0 has 4[0-9]{3} characters; Google Cloud takes 4096: divide it\.$/,
    );
  });
});
