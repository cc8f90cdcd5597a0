import type { PipeError } from '../errors.ts';
import { sameUuid } from '../text.ts';
import { SMOKE_AUDIENCE } from './audience.ts';
import { notToBeShown } from './refusals.ts';

const BITBUCKET_AUDIENCE = 'ari:cloud:bitbucket::workspace/';

export interface TokenFacts {
  /** `aud` of the verified token. */
  readonly audience: readonly string[];
  readonly workspaceUuid: string;
  /** What the policy's exchanges and signers take: one audience for all of them. */
  readonly exchangeAudience: string;
  readonly target: string;
}

/**
 * Why the step's token is not shown to a deployment; undefined where it may be.
 *
 * Whatever reads the request could use the token as the step, until it expires, wherever one of its audiences is taken:
 * Vercel's exchange, a hop's login, a key for records. Which audience a service takes is for its own settings to say, so
 * nothing is listed as harmful: a token that names anything else than {@link SMOKE_AUDIENCE} stays here.
 *
 * Bitbucket puts its own audience of the workspace into every token, and no step can leave it out. It does no harm where
 * services take another one, as those do that follow the policy's `audience`; where the policy itself takes Bitbucket's,
 * every token of the workspace opens its exchanges, and none may be shown.
 */
export function objectToToken(facts: TokenFacts): PipeError | undefined {
  const { audience, workspaceUuid, exchangeAudience } = facts;
  const others = audience.filter((name) => name !== SMOKE_AUDIENCE && !isBitbuckets(name, workspaceUuid));
  const exchangeable = isBitbuckets(exchangeAudience, workspaceUuid) || exchangeAudience === SMOKE_AUDIENCE;
  if (audience.includes(SMOKE_AUDIENCE) && others.length === 0 && !exchangeable) return undefined;
  return notToBeShown({ ...facts, others, exchangeable });
}

function isBitbuckets(name: string, workspaceUuid: string): boolean {
  return name.startsWith(BITBUCKET_AUDIENCE) && sameUuid(name.slice(BITBUCKET_AUDIENCE.length), workspaceUuid);
}
