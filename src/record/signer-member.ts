const OWN_TYPES = 'urn:vercel-oidc-deploy:';

/**
 * Under which name a predicate says by whom it was signed. In-toto lets producers add members to a predicate of somebody
 * else's, if a URI names them, and bids readers pass over those that they do not know.
 */
export function memberOfSigner(predicateType: string): string {
  return predicateType.startsWith(OWN_TYPES) ? 'signedBy' : 'urn:vercel-oidc-deploy:signed-by:v1';
}
