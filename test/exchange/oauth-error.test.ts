import { describe, expect, it } from '@jest/globals';
import { exchangeFailed } from '../../src/exchange/oauth-error.ts';
import type { HopInput } from '../../src/exchange/types.ts';

const INPUT = { teamId: 'team_other', projectId: 'prj_web', hasPolicy: true } as HopInput;
const refuse = (status: number, body: object): { readonly code: string; readonly fix: string | undefined } =>
  exchangeFailed({ status, headers: {}, body, text: JSON.stringify(body) }, INPUT);

describe('a team that Vercel does not know', () => {
  it.each([
    [400, { error: 'invalid_request', error_description: 'team_id_or_slug team_other names no team.' }],
    [404, { error: { code: 'not_found', message: 'Team not found' } }],
    [403, { error: { code: 'forbidden', message: 'The team does not exist.' } }],
  ])('is looked for in VERCEL_TEAM_ID first: %i %j', (status, body) => {
    const { code, fix } = refuse(status, body);
    expect(code).toBe('DENIED_BY_VERCEL');
    expect(fix).toMatch(/^Check VERCEL_TEAM_ID: .* If the id is right: Add an OIDC policy to team team_other \(/);
  });

  it.each([
    [
      400,
      { error: 'unauthorized_client', error_description: 'Unknown client: not found for this team' },
      /not enabled/,
    ],
    [
      400,
      { error: 'invalid_grant', error_description: 'No policy of this team matches' },
      /^Add an OIDC policy to team/,
    ],
  ])('is not the fault of another refusal: %i %j', (status, body, fix) => {
    expect(refuse(status, body).fix).toMatch(fix);
    expect(refuse(status, body).fix).not.toMatch(/^Check VERCEL_TEAM_ID/);
  });
});
