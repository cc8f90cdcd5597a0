import { describe, expect, it } from '@jest/globals';
import { renderPolicy } from '../../src/boundary/index.ts';
import { toVercelSide } from '../../src/boundary/render-vercel.ts';
import { SAMPLE, SMALL, policyOf, sketch } from './support/policies.ts';

const VERCEL_API = `{
  "warnings": [
    "A server's policy bounds claims, permissions and projects, not targets: a credential for a project reaches all of its targets, so the weakest grant of a project bounds them all. Where production must be isolated, give it a project (or a team) of its own.",
    "Enforced by the pipe alone: actions; the end on 2026-11-30; require of web-production."
  ],
  "policies": [
    {
      "grants": [
        "web-production"
      ],
      "teamId": "team_abc",
      "policyId": "pol_production",
      "request": {
        "clientId": "cl_HYyOPBNtFMfHhaUn9L4QPfTZz6TP47bp",
        "issuerUrl": "https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc",
        "name": "web-production",
        "claims": [
          {
            "name": "aud",
            "values": [
              {
                "value": "https://vercel.com/api/login/oauth/token",
                "wildcards": false
              }
            ]
          },
          {
            "name": "workspaceUuid",
            "values": [
              {
                "value": "{11111111-1111-4111-8111-111111111111}",
                "wildcards": false
              }
            ]
          },
          {
            "name": "repositoryUuid",
            "values": [
              {
                "value": "{22222222-2222-4222-8222-222222222222}",
                "wildcards": false
              },
              {
                "value": "{33333333-3333-4333-8333-333333333333}",
                "wildcards": false
              }
            ]
          },
          {
            "name": "deploymentEnvironmentUuid",
            "values": [
              {
                "value": "{55555555-5555-4555-8555-555555555555}",
                "wildcards": false
              }
            ]
          },
          {
            "name": "branchName",
            "values": [
              {
                "value": "main",
                "wildcards": false
              },
              {
                "value": "release/*",
                "wildcards": true
              }
            ]
          }
        ],
        "permissions": [
          "*"
        ],
        "resources": {
          "projectIds": [
            "prj_abc"
          ]
        }
      }
    }
  ]
}
`;

describe("Vercel's API JSON", () => {
  it('is this', () => {
    expect(renderPolicy(policyOf(SMALL), 'vercel-api')).toBe(VERCEL_API);
  });

  it('begins with what no policy of a server bounds, and names the grants that open production', () => {
    expect(toVercelSide(policyOf(SAMPLE)).warnings).toEqual([
      expect.stringMatching(
        /not targets.*the weakest grant of a project bounds them all.*project \(or a team\) of its own/,
      ),
      'prj_abc: a credential by web-preview could also change production, which only web-production should.',
      'Enforced by the pipe alone: actions; the end on 2026-11-30; require of web-production.',
    ]);
  });

  it('shows what does not show, or looks alike, as its escape', () => {
    const text = renderPolicy(sketch([{ when: { branchName: ['m\u0430in', 'a\u202eb', '\u{1f600}'] } }]), 'vercel-api');
    expect(text).toMatch(/^[\n\x20-\x7e]*$/);
    expect(text).toContain(String.raw`"m\u0430in"`);
    const { policies } = JSON.parse(text) as { policies: { request: { claims: { values: object[] }[] } }[] };
    expect(policies[0]?.request.claims.at(-1)?.values).toEqual([
      { value: 'm\u0430in', wildcards: false },
      { value: 'a\u202eb', wildcards: false },
      { value: '\u{1f600}', wildcards: false },
    ]);
  });

  it('uses the usual audience where the file names none, and none of its letters as a pattern', () => {
    const audOf = (more: object) => toVercelSide(sketch([{}], more)).policies[0]?.request.claims[0];
    expect(audOf({})).toEqual({
      name: 'aud',
      values: [{ value: 'https://vercel.com/api/login/oauth/token', wildcards: false }],
    });
    expect(audOf({ audience: 'a*' })).toEqual({ name: 'aud', values: [{ value: 'a*', wildcards: false }] });
  });

  it('is for the client that the hop names: one for each, which no step meets both of', () => {
    const narrow = { when: { branchName: 'main' }, projects: ['prj_x'] };
    const { policies, warnings } = toVercelSide(sketch([{}, { ...narrow, client: 'cl_other' }]));
    expect(policies.map(({ request }) => request.clientId)).toEqual([
      'cl_HYyOPBNtFMfHhaUn9L4QPfTZz6TP47bp',
      'cl_other',
    ]);
    expect(warnings.join()).not.toContain('policy_id');
    expect(toVercelSide(sketch([{}, narrow])).warnings.join()).toContain('policy_id');
  });

  it('is one for each issuer', () => {
    const issuers = ['https://a.example', 'https://b.example'];
    const { policies } = toVercelSide(sketch([{}], { issuers }));
    expect(policies.map(({ request }) => request.issuerUrl)).toEqual(issuers);
  });
});

describe('what Vercel could not hold', () => {
  it('is a policy without issuers', () => {
    expect(() => toVercelSide(policyOf(SAMPLE.replace(/^issuers:.*$/m, '')))).toThrow(
      expect.objectContaining({ code: 'POLICY_INVALID', message: expect.stringContaining('names no issuers') }),
    );
  });

  it('is a grant with more than 20 claims, aud included', () => {
    const claims = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`c${String(index)}`, 'x']));
    expect(toVercelSide(sketch([{ when: claims(17) }])).policies[0]?.request.claims).toHaveLength(20);
    expect(() => toVercelSide(sketch([{ when: claims(18) }]))).toThrow(
      expect.objectContaining({ code: 'POLICY_INVALID', got: '21 claims, aud included', wanted: 'at most 20' }),
    );
  });
});
