const SECRET_FILES =
  /^(?:\.npmrc|\.netrc|\.yarnrc|\.pypirc|\.dockercfg|\.git-credentials|\.htpasswd|id_(?:rsa|dsa|ecdsa|ed25519)|\.env\.local|\.env\..+\.local)$/;
const SECRET_FOLDERS = /(?:^|\/)(?:\.git|\.ssh|\.aws|\.gnupg|\.kube|\.docker)\//;
const SUSPECT_FILES = /^(?:\.env|\.env\..+|.+\.(?:pem|key|p12|pfx|jks|keystore))$/;
/** Where Bitbucket leaves a pipe's own variables. */
const PIPELINES_GENERATED = '.bitbucket/pipelines/generated/';
/** Packages bring test certificates and the like; what is published as a package is nobody's secret. */
const DEPENDENCIES = /(?:^|\/)(?:node_modules|site-packages|_vendor|\.pnpm|\.yarn)\//;

/**
 * How a path looks to somebody who searches for secrets. `.env` and `.env.production` are only suspect: Next.js sends
 * them with its functions on purpose.
 */
export function judgePath(path: string): 'secret' | 'suspect' | 'plain' {
  const lower = path.toLowerCase();
  if (lower.startsWith(PIPELINES_GENERATED)) return 'secret';
  if (DEPENDENCIES.test(lower)) return 'plain';
  const name = lower.slice(lower.lastIndexOf('/') + 1);
  if (SECRET_FOLDERS.test(lower) || SECRET_FILES.test(name)) return 'secret';
  return SUSPECT_FILES.test(name) ? 'suspect' : 'plain';
}
