import type { Predicate, Subject } from './types.ts';

const GIT_COMMIT = /^[0-9a-f]{40}$/;
const FULL_NAME = /^[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+$/;

/**
 * What a predicate is about, by digest. in-toto wants at least one, so a record that ended before there was a manifest
 * names the step's token: by its SHA-256, from which nobody can make a token again.
 */
export function listSubjects({
  manifest,
  oidc,
  bitbucket,
}: Pick<Predicate, 'manifest' | 'oidc' | 'bitbucket'>): readonly Subject[] {
  const main: Subject = manifest
    ? { name: 'manifest', digest: { sha256: manifest.digest.sha256 } }
    : { name: 'step-token', digest: { sha256: oidc.tokenDigest.sha256 } };
  const { commit, repositoryFullName } = bitbucket.asserted;
  if (commit === undefined || !GIT_COMMIT.test(commit)) return [main];

  const uri =
    repositoryFullName !== undefined && FULL_NAME.test(repositoryFullName)
      ? { uri: `git+https://bitbucket.org/${repositoryFullName}` }
      : {};
  return [main, { name: 'git', ...uri, digest: { gitCommit: commit } }];
}
