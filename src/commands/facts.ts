import { buildGitMetadata, compareHead, expandAliases, explainMissingAuthor, readGitFacts } from '../deploy/index.ts';
import { PipeError } from '../errors.ts';
import type { Run } from './run.ts';

/** What the deployment is told beside its files. */
export interface DeployFacts {
  /** Host names, ready to be given. */
  readonly aliases: readonly string[];
  readonly gitMetadata: Readonly<Record<string, string | boolean>>;
  readonly warnings: readonly string[];
}

/**
 * Reads the clone's git facts from the files in `.git`, and fills the names of aliases.
 * @throws {PipeError} `VARIABLES_INVALID` for an alias that cannot be filled.
 */
export async function readDeployFacts({ config, platform }: Run): Promise<DeployFacts> {
  const { build, deploy, cloneDir } = config;
  const git = await readGitFacts(platform.files, cloneDir, platform.files);
  const { names, faults } = expandAliases(deploy.aliases, {
    branch: build.branch,
    pr: build.pullRequestId,
    commit: build.commit,
  });
  if (faults.length > 0) {
    throw new PipeError({
      code: 'VARIABLES_INVALID',
      message: 'An alias cannot be filled for this build. Nothing was sent.',
      faults,
      fix: 'Change ALIASES, or use this step only in builds that have what it names.',
    });
  }
  const metadata = { git, build, includeAuthor: deploy.sendGitAuthor };
  return {
    aliases: names,
    gitMetadata: buildGitMetadata(metadata),
    warnings: [compareHead(git, build), explainMissingAuthor(metadata)].filter((warning) => warning !== undefined),
  };
}
