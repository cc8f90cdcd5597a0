import { compactVerify, importJWK } from 'jose';
import { sha256Hex } from '../digest.ts';
import { PipeError } from '../errors.ts';
import type { Clock, Log } from '../platform/types.ts';
import type { Secret } from '../secret.ts';
import { show } from '../text.ts';
import type { AssertedBuild } from '../variables/types.ts';
import { compareBuild } from './build.ts';
import { checkAudience, checkTimes, findClaimFaults, pickTexts, tellAudienceLines } from './claims.ts';
import { checkIssuers, matchIssuer } from './issuer.ts';
import { findKey, readPinnedKeys, type IssuerKey } from './keys.ts';
import { parseToken, refuseToken } from './token.ts';
import type { PinnedKeys, VerifiedIdentity } from './types.ts';

export const DEFAULT_AUDIENCE = 'https://vercel.com/api/login/oauth/token';

export interface IdentityInput {
  readonly token: Secret | undefined;
  /** Compared as whole strings. At least one. */
  readonly issuers: readonly string[];
  readonly issuerPinned: boolean;
  readonly audience: string;
  /** Looked at in their order before the issuer is asked. */
  readonly keys: readonly PinnedKeys[];
  readonly build: AssertedBuild;
}

export interface IdentityDeps {
  /** What an expected issuer publishes now. Throws ISSUER_KEYS_UNAVAILABLE. */
  readonly fetchKeys: (issuer: string, signal: AbortSignal) => Promise<readonly IssuerKey[]>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Proves who this step is, by its OIDC token. Throws TOKEN_MISSING, TOKEN_INVALID, ISSUER_KEYS_UNAVAILABLE, or USAGE for
 * an expected issuer that cannot be used. Nothing is fetched before the token names an expected issuer.
 */
export async function verifyIdentity(
  input: IdentityInput,
  deps: IdentityDeps,
  signal: AbortSignal,
): Promise<VerifiedIdentity> {
  const text = input.token?.reveal() ?? '';
  if (text === '') throw missingToken(input.audience);
  checkIssuers(input.issuers);
  const { keyId, claims } = parseToken(text);
  const issuer = matchIssuer(claims['iss'], input.issuers);
  const pinned = input.keys.flatMap((file) => readPinnedKeys(file, input.issuers, issuer) ?? []);
  const { key, source } = await findKey(keyId, pinned, () => deps.fetchKeys(issuer, signal));
  await checkSignature(text, key);
  const audience = checkAudience(claims['aud'], input.audience);
  const verifiedAt = deps.clock.now();
  const times = checkTimes(claims, verifiedAt);
  const texts = pickTexts(claims);
  const { faults, warnings, foreign } = compareBuild(texts, input.build);
  refuseFaults('The OIDC token lacks claims that every token of a step has.', findClaimFaults(claims), OWN_TOKEN);
  refuseFaults(foreign ? FOREIGN : OTHER_BUILD, faults, OWN_VARIABLES);
  deps.log.debug(`identity verified: key ${keyId} (${source}), issuer ${issuer}`);
  const { workspaceUuid = '', repositoryUuid = '', stepUuid = '', pipelineUuid, pipelineRunUuid = '' } = texts;
  const proven: Pick<VerifiedIdentity, Extract<keyof VerifiedIdentity, string>> = {
    ...{ issuer, issuerPinned: input.issuerPinned, keyId, issuerKey: key, keySource: source, audience, claims: texts },
    ...{ workspaceUuid, repositoryUuid, stepUuid, pipelineUuid: pipelineUuid ?? pipelineRunUuid },
    ...{ ...times, verifiedAt, tokenDigest: sha256Hex(text), warnings },
  };
  return proven as VerifiedIdentity;
}

/** jose's errors go no further: they hold parts of the token. */
async function checkSignature(text: string, { kid, n, e }: IssuerKey): Promise<void> {
  try {
    await compactVerify(text, await importJWK({ kty: 'RSA', n, e }, 'RS256'), { algorithms: ['RS256'] });
  } catch {
    throw refuseToken('has a signature that is not from its issuer', 'another', `RS256 by the key ${show(kid)}`);
  }
}

const FOREIGN = 'The OIDC token is from another repository than this build: a fork, or a token that was carried here.';
const OTHER_BUILD = 'The OIDC token and the environment name different builds.';
const OWN_TOKEN = 'Let the step pass on the token that Bitbucket gave it.';
const OWN_VARIABLES =
  'Remove what sets a BITBUCKET_ variable (repository variables, script lines), and use a token in its own step.';

function refuseFaults(message: string, faults: readonly string[], fix: string): void {
  if (faults.length > 0) throw new PipeError({ code: 'TOKEN_INVALID', message, faults, fix });
}

function missingToken(audience: string): PipeError {
  const [got, wanted] = ['no BITBUCKET_STEP_OIDC_TOKEN', 'a step with oidc'];
  const fix = tellAudienceLines(audience);
  return new PipeError({ code: 'TOKEN_MISSING', message: 'The step has no OIDC token.', got, wanted, fix });
}
