import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { describe, expect, it } from '@jest/globals';
import { renderPolicy } from '../../src/boundary/index.ts';
import { toVercelSide } from '../../src/boundary/render-vercel.ts';
import { SAMPLE, SMALL, policyOf, sketch } from './support/policies.ts';

const ifTerraform = spawnSync('terraform', ['version']).error ? it.skip : it;

const HCL = `# Written by: vercel-oidc-deploy policy render. Change the policy file, not this one.
#
# A server's policy bounds claims, permissions and projects, not targets: a credential for a project reaches all
# of its targets, so the weakest grant of a project bounds them all. Where production must be isolated, give it
# a project (or a team) of its own.
#
# Enforced by the pipe alone: actions; the end on 2026-11-30; require of web-production.

# Grants: web-production
# If it is live already: terraform import vercel_oidc_federation_policy.web-production team_abc/pol_production
resource "vercel_oidc_federation_policy" "web-production" {
  team_id    = "team_abc"
  client     = "vercel"
  issuer_url = "https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc"
  name       = "web-production"

  claims = [
    {
      name = "aud"
      values = [
        { value = "https://vercel.com/api/login/oauth/token", wildcards = false },
      ]
    },
    {
      name = "workspaceUuid"
      values = [
        { value = "{11111111-1111-4111-8111-111111111111}", wildcards = false },
      ]
    },
    {
      name = "repositoryUuid"
      values = [
        { value = "{22222222-2222-4222-8222-222222222222}", wildcards = false },
        { value = "{33333333-3333-4333-8333-333333333333}", wildcards = false },
      ]
    },
    {
      name = "deploymentEnvironmentUuid"
      values = [
        { value = "{55555555-5555-4555-8555-555555555555}", wildcards = false },
      ]
    },
    {
      name = "branchName"
      values = [
        { value = "main", wildcards = false },
        { value = "release/*", wildcards = true },
      ]
    },
  ]

  permissions = ["*"]

  resources = {
    project_ids = ["prj_abc"]
  }
}
`;

/** Texts that would be code, an end or an escape in HCL. */
const HOSTILE = [
  '${var.x}',
  '%{if true}',
  '$${x}',
  '%%{x}',
  '$$$${x}',
  '"',
  '\\',
  '\\"${x}',
  '$',
  '%',
  '{x}',
  'gr\u00fcn',
  '\u{1f600}',
];

describe('HCL for Terraform', () => {
  it('is this', () => {
    expect(renderPolicy(policyOf(SMALL), 'terraform')).toBe(HCL);
  });

  it('holds no template and no end of a string that the policy file wrote', () => {
    const text = renderPolicy(sketch([{ when: { branchName: HOSTILE } }]), 'terraform');
    const values = text
      .split('\n')
      .flatMap((line) => /^ {8}\{ value = (".*"), wildcards = false \},$/.exec(line)?.[1] ?? []);
    expect(values.slice(3)).toEqual([
      '"$${var.x}"',
      '"%%{if true}"',
      '"$$${x}"',
      '"%%%{x}"',
      '"$$$$${x}"',
      String.raw`"\""`,
      String.raw`"\\"`,
      '"\\\\\\"$${x}"',
      '"$"',
      '"%"',
      '"{x}"',
      String.raw`"gr\u00fcn"`,
      String.raw`"\U0001f600"`,
    ]);
  });

  it('names each resource once, in letters that Terraform takes', () => {
    const ids = ['a.b', 'a_b', '1st', 'x'];
    const policy = sketch(ids.map((_, index) => ({ policy: `pol_${String(index)}` })));
    const grants = policy.grants.map((grant, index) => ({ ...grant, id: ids[index] ?? '' }));
    const text = renderPolicy({ ...policy, grants }, 'terraform');
    expect(
      [...text.matchAll(/^resource "vercel_oidc_federation_policy" "(.*)" \{$/gm)].map(([, label]) => label),
    ).toEqual(['a_b', 'a_b-2', '_1st', 'x']);
  });

  it('names a client that is not the CLI by its id, and says that this is no word of the provider', () => {
    const text = renderPolicy(sketch([{ client: 'cl_other' }]), 'terraform');
    expect(text).toMatch(
      /^# Vercel's provider knows clients by a word: .*\nresource [^]*^ {2}client {5}= "cl_other"$/m,
    );
  });

  ifTerraform('is laid out as terraform fmt does (skipped where there is no terraform)', () => {
    for (const policy of [policyOf(SAMPLE), sketch([{ when: { branchName: HOSTILE } }, { policy: 'pol_x' }])]) {
      const { status, stdout } = spawnSync('terraform', ['fmt', '-check', '-diff', '-'], {
        input: renderPolicy(policy, 'terraform'),
        encoding: 'utf8',
      });
      expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
    }
  });

  ifTerraform('is read by Terraform as what the API gets (skipped where there is no terraform)', () => {
    const policy = sketch([{ when: { branchName: [...HOSTILE, 'a*b'] } }]);
    const [wanted] = toVercelSide(policy).policies;
    const text = renderPolicy(policy, 'terraform');
    const body = text.slice(text.indexOf('{', text.indexOf('resource "')));
    expect(evaluate(body)).toEqual({
      client: 'vercel',
      issuer_url: wanted?.request.issuerUrl,
      name: wanted?.request.name,
      claims: wanted?.request.claims,
      permissions: wanted?.request.permissions,
      resources: { project_ids: wanted?.request.resources.projectIds },
    });
  });
});

/** The value of an expression in HCL, as Terraform reads it. */
function evaluate(expression: string): unknown {
  const cwd = mkdtempSync(`${tmpdir()}/render-terraform-`);
  try {
    writeFileSync(`${cwd}/main.tf`, `locals {\n  body = ${expression}\n}\n`);
    const { stdout, stderr } = spawnSync('terraform', ['console', '-no-color'], {
      cwd,
      input: 'jsonencode(local.body)',
      encoding: 'utf8',
    });
    // The console shows the text with the escapes of JSON.
    if (!stdout.startsWith('"')) throw new Error(stderr);
    return JSON.parse(JSON.parse(stdout) as string);
  } finally {
    rmSync(cwd, { recursive: true });
  }
}
