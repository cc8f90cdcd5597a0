/** Build, run, digest: what stands between the slashes. */
const BUILD = /^[^/]*\/[^/]*\/([A-Za-z0-9_-]{43})$/;

/**
 * A SHA-256 as a value of Vercel's `meta` has room for it, beside a build's number: base64url, 43 characters.
 * @param digest hex.
 */
export function toMetaDigest(digest: string): string {
  return Buffer.from(digest, 'hex').toString('base64url');
}

/**
 * The environment's digest (hex) in what `meta` says of the build, `<build>/<run>/<digest>`; undefined where it names
 * none. Anyone who may deploy can write it, so it is a word on what changed and no proof.
 */
export function readMetaDigest(build: string | undefined): string | undefined {
  const text = BUILD.exec(build ?? '')?.[1];
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  // The last character has two bits to spare: one digest, one spelling.
  return bytes.toString('base64url') === text ? bytes.toString('hex') : undefined;
}
