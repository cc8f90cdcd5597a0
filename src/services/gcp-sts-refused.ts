import { decodeJwt } from 'jose';
import { PipeError, type ErrorCode } from '../errors.ts';
import { describeReply, readServerError, type HttpReply } from '../http/index.ts';
import type { Secret } from '../secret.ts';
import { show } from '../text.ts';
import { judgeGoogleOutage } from './gcp-refused.ts';

export const STS_SERVICE = "Google's Security Token Service";
/** What a condition of Google is made of; see the policy's own rendering. */
const TOLD_CLAIMS = ['iss', 'aud', 'sub', 'workspaceUuid', 'repositoryUuid', 'deploymentEnvironmentUuid', 'branchName'];

interface Judgement {
  readonly code: ErrorCode;
  readonly fix: string;
}

/** Why Google did not take the step's token, and what to change. The claims that it got stand beside what it said. */
export function stsRefused(reply: HttpReply, provider: string, token: Secret, by: string): PipeError {
  const claims = tellClaims(token);
  const { code, fix } = judgeGoogleOutage(reply, STS_SERVICE) ?? judge(reply, provider);
  return new PipeError({
    code,
    message: `${STS_SERVICE} did not take the token for the provider ${nameOf(provider)} (${by}).`,
    got: describeReply(reply),
    wanted: 'status 200 with an access token',
    fix:
      claims === '' || code === 'RATE_LIMITED' || code === 'SERVICE_FAILED' ? fix : `${fix}\nThe token says: ${claims}`,
  });
}

function nameOf(provider: string): string {
  return provider.slice(provider.lastIndexOf('/') + 1);
}

/** Google tells most of its reasons in words alone. */
function judge(reply: HttpReply, provider: string): Judgement {
  const { code: error, message } = readServerError(reply);
  const pool = /\/workloadIdentityPools\/([^/]+)\//.exec(provider)?.[1] ?? '…';
  const update = `gcloud iam workload-identity-pools providers update-oidc ${nameOf(provider)} --location=global --workload-identity-pool=${pool}`;
  if (error === 'unauthorized_client' || /attribute condition/i.test(message)) {
    return {
      code: 'DENIED_BY_PROVIDER',
      fix: `Compare the provider's attribute condition with the claims below (${update} --attribute-condition=…). A condition names a claim as assertion.<claim>; UUIDs of Bitbucket stand in braces.`,
    };
  }
  if (/audience in ID Token/i.test(message)) {
    return {
      code: 'DENIED_BY_PROVIDER',
      fix: `Add the token's aud to the provider (${update} --allowed-audiences=…), or the provider's audience to the step's \`oidc: audiences\`.`,
    };
  }
  if (/issuer in ID Token/i.test(message)) {
    return {
      code: 'DENIED_BY_PROVIDER',
      fix: `The provider trusts another issuer: set the token's iss, without a slash at its end (${update} --issuer-uri=…).`,
    };
  }
  return judgeSetUp(error, message, provider);
}

function judgeSetUp(error: string, message: string, provider: string): Judgement {
  if (error === 'invalid_target') {
    return {
      code: 'EXCHANGE_NOT_ENABLED',
      fix: `Google knows no such provider, or it is disabled or deleted: ${provider}. It is named by the project's number, not its id. A new one takes up to 5 minutes to count.`,
    };
  }
  if (/127 bytes/.test(message)) {
    return {
      code: 'EXCHANGE_NOT_ENABLED',
      fix: 'A mapped attribute is longer than 127 bytes: map google.subject to assertion.sub of a step, which fits, or to assertion.repositoryUuid.',
    };
  }
  if (/connecting to the given credential's issuer/i.test(message)) {
    return {
      code: 'EXCHANGE_NOT_ENABLED',
      fix: "Google could not read the issuer's keys: Bitbucket publishes them after the first step with `oidc: true` has run. Run the step again in a minute.",
    };
  }
  if (error === 'invalid_grant') {
    return {
      code: 'CREDENTIAL_INVALID',
      fix: 'The token has expired, is not signed by a key of its issuer, or lacks a claim: run the step again; a long step must exchange before its token ends.',
    };
  }
  return {
    code: 'EXCHANGE_NOT_ENABLED',
    fix: `Check the provider in the policy: ${provider} (the project's number, the pool, the provider).`,
  };
}

/** Claims are no secret; a token that is none says nothing. */
function tellClaims(token: Secret): string {
  try {
    const claims = decodeJwt(token.reveal());
    return TOLD_CLAIMS.flatMap((name) => (claims[name] === undefined ? [] : [`${name} ${show(claims[name])}`])).join(
      ', ',
    );
  } catch {
    return '';
  }
}
