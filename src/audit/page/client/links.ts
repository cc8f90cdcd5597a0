/** Addresses that may become links: all else stays text, whatever a record or a reply says. */
const KNOWN = [
  /^https:\/\/(?:[a-z0-9-]+\.)+vercel\.app\/?$/,
  /^https:\/\/vercel\.com\/[\w.~%/-]*$/,
  /^https:\/\/bitbucket\.org\/[\w.~%!/-]*$/,
];

export function safeLink(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  return KNOWN.some((shape) => shape.test(address)) ? address : undefined;
}

/** @param url as Vercel names a deployment's: without `https://` */
export function deploymentLink(url: string | undefined): string | undefined {
  return url === undefined ? undefined : safeLink(url.startsWith('https://') ? url : `https://${url}`);
}

/** @param repository `workspace/repository` */
export function commitLink(repository: string | undefined, commit: string | undefined): string | undefined {
  if (repository === undefined || commit === undefined) return undefined;
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository) || !/^[0-9a-f]{7,64}$/.test(commit)) return undefined;
  return safeLink(`https://bitbucket.org/${repository}/commits/${commit}`);
}
