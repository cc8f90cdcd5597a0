import { PipeError, type ErrorCode } from '../errors.ts';
import { describeReply, readServerError, type HttpReply } from '../http/index.ts';
import { tellStaticWay } from './static-way.ts';
import type { HopInput } from './types.ts';

/** Vercel's words that there is no such team for the token; they are documented nowhere, so each is tried. */
const NO_TEAM = /team_id_or_slug|\b(?:no(?: such)?|unknown) team\b|\bteam\b[^.]*(?:not found|not exist|unknown)/i;

/** Why Vercel refused the exchange, and what to change; never another hop in its place. */
export function exchangeFailed(reply: HttpReply, input: HopInput): PipeError {
  const { code, fix } = judge(reply, input);
  return new PipeError({
    code,
    message: "Vercel's token exchange refused the step's token (hop `vercel`).",
    got: describeReply(reply),
    wanted: 'status 200 with an access token',
    fix,
  });
}

function judge(reply: HttpReply, input: HopInput): { readonly code: ErrorCode; readonly fix: string } {
  const { status } = reply;
  const { code: error, message: description } = readServerError(reply);
  if (status === 429) return { code: 'RATE_LIMITED', fix: 'Run the step again later.' };
  if (status >= 500) return { code: 'SERVICE_FAILED', fix: 'See vercel-status.com, then run the step again.' };
  if (/polic(?:y|ies)/i.test(description) && /multiple|several|more than one|policy_id/i.test(description)) {
    return {
      code: 'DENIED_BY_VERCEL',
      fix: 'Set VERCEL_POLICY_ID (or `policy:` of the vercel hop in the policy file) to the one to use.',
    };
  }
  const addPolicy = `Add an OIDC policy to team ${input.teamId} (Settings, Build and Deployment, OIDC Policies for CLI Access) whose issuer and claims match this step, for project ${input.projectId}.`;
  if (NO_TEAM.test(description) && !/_client$/.test(error)) {
    return {
      code: 'DENIED_BY_VERCEL',
      fix: `Check VERCEL_TEAM_ID: Vercel knows no team ${input.teamId} here. If the id is right: ${addPolicy}`,
    };
  }
  if (
    status === 404 ||
    error === 'unauthorized_client' ||
    error === 'invalid_client' ||
    /not enabled/i.test(description)
  ) {
    return {
      code: 'EXCHANGE_NOT_ENABLED',
      fix: `Federation for the Vercel CLI client is not enabled for team ${input.teamId}. An owner sees it under Settings, Build and Deployment, OIDC Policies for CLI Access, and Vercel enables it. Until then there are three ways (docs/exchange.md): Vault's engine for Vercel tokens, hoop, or a stored token: give the step VERCEL_TOKEN, and ${tellStaticWay(input.hasPolicy)}.`,
    };
  }
  return { code: 'DENIED_BY_VERCEL', fix: addPolicy };
}
