import type { RepositoryName } from '../bitbucket/index.ts';

/** Why nothing of a repository can be asked. */
export const NO_REPOSITORY = {
  unknown: 'Its repository is in no verified record, and was not named (--repositories).',
};

/** Repositories by UUID, with or without braces and in either case; those of several workspaces may have the same. */
export type FindRepositories = (uuid: string | undefined) => readonly RepositoryName[];

export function findAmong(known: readonly RepositoryName[]): FindRepositories {
  const byUuid = Map.groupBy(known, ({ repositoryUuid }) => bare(repositoryUuid));
  return (uuid) => (uuid === undefined ? [] : (byUuid.get(bare(uuid)) ?? []));
}

function bare(uuid: string): string {
  return uuid.replace(/[{}]/g, '').toLowerCase();
}
