import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { renderPolicy, type RenderOptions } from '../../src/boundary/index.ts';
import { SAMPLE, SMALL, policyOf } from './support/policies.ts';

const ENTRA = `{
  "warnings": [
    "A server's policy bounds claims, permissions and projects, not targets: a credential for a project reaches all of its targets, so the weakest grant of a project bounds them all. Where production must be isolated, give it a project (or a team) of its own.",
    "Enforced by the pipe alone: actions; the end on 2026-11-30; require of web-production.",
    "Entra sees the token of the hop alone: that hop must give this sub to steps of web-production and to no others."
  ],
  "federatedCredential": {
    "name": "grant-web-production",
    "issuer": "https://vault.example.com/v1/identity/oidc",
    "subject": "9f6e2a51-0000-4000-8000-000000000000",
    "audiences": [
      "api://AzureADTokenExchange"
    ],
    "description": "vercel-oidc-deploy: grant web-production"
  }
}
`;
const HOP = {
  hopIssuer: 'https://vault.example.com/v1/identity/oidc',
  hopSubject: '9f6e2a51-0000-4000-8000-000000000000',
};

function refusalOf(text: string, options: RenderOptions): string {
  try {
    return renderPolicy(policyOf(text), 'entra', options);
  } catch (error) {
    if (error instanceof PipeError) return error.describe();
    throw error;
  }
}

describe('a federated credential of Entra', () => {
  it('is this, for the token of a hop', () => {
    expect(renderPolicy(policyOf(SMALL), 'entra', HOP)).toBe(ENTRA);
  });

  it("is none for Bitbucket's own token: the hop that is needed is told", () => {
    expect(refusalOf(SMALL, {})).toBe(`USAGE: Entra cannot federate Bitbucket's own tokens.
  got:    the step's token: its sub ends with the UUID of the step, another one in every run
  wanted: a token whose sub stays the same: Entra compares it whole
  fix:    Put a hop before Entra that takes the step's token and gives one with a stable sub:
          - Vault or OpenBao: an identity token (identity/oidc/token/ROLE); its sub is the entity of the repository
          - AWS: sts:GetWebIdentityToken in a role of this grant; its sub is the role
          - Google Cloud: generateIdToken of the grant's service account; its sub is the account's number
          Render that hop (vault, aws or gcp), then give its token: --hop-issuer ISS --hop-subject SUB --grant ID`);
  });

  it.each([
    { name: 'an issuer alone', options: { hopIssuer: HOP.hopIssuer }, told: 'Entra cannot federate' },
    { name: 'plain http', options: { ...HOP, hopIssuer: 'http://vault.example.com' }, told: '--hop-issuer: wanted' },
    { name: 'a pattern', options: { ...HOP, hopSubject: '{repo}:*' }, told: 'Entra knows no patterns' },
    { name: 'a long subject', options: { ...HOP, hopSubject: 'x'.repeat(601) }, told: '--hop-subject: wanted' },
    { name: 'two grants', text: SAMPLE, options: HOP, told: '--grant with one of web-production, web-preview' },
  ])('is refused for $name', ({ text = SMALL, options, told }) => {
    expect(refusalOf(text, options)).toMatch(/^USAGE: /);
    expect(refusalOf(text, options)).toContain(told);
  });
});
