import { refuseRecord } from './refuse.ts';

/** The audience of tokens that are shown to deployments: `smoke/audience.ts`. */
const SMOKE_AUDIENCE = 'urn:vercel-oidc-deploy:smoke';
/** In every token of a step, whatever the step asks for. */
const BITBUCKET_AUDIENCE = 'ari:cloud:bitbucket::workspace/';

/**
 * Refuses a keyless record by a token that was made to be shown to a deployment: whatever ran there may have seen it, and
 * could have signed this.
 * @param aud of the token, as its issuer signed it
 * @throws {PipeError} `RECORD_INVALID`.
 */
export function refuseShownToken(aud: unknown): void {
  const names: readonly unknown[] = Array.isArray(aud) ? aud : [aud];
  const others = names.filter((name) => name !== SMOKE_AUDIENCE && !isBitbuckets(name));
  if (!names.includes(SMOKE_AUDIENCE) || others.length > 0) return;
  throw refuseRecord(
    "The record's token is one that smoke tests show to deployments: whatever ran there could have signed this.",
    `aud ${SMOKE_AUDIENCE} alone`,
    'a token with the audience of an exchange',
  );
}

function isBitbuckets(name: unknown): boolean {
  return typeof name === 'string' && name.startsWith(BITBUCKET_AUDIENCE);
}
