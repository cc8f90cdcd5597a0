/**
 * The one audience of a token that may be shown to a deployment: a name that no service takes for anything but the
 * project's Trusted Sources. What is signed with such a token alone is no record: `record/proof.ts`.
 */
export const SMOKE_AUDIENCE = 'urn:vercel-oidc-deploy:smoke';
