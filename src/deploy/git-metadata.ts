import { redact } from '../secret.ts';
import type { AssertedBuild } from '../variables/types.ts';
import type { GitFacts } from './git-facts.ts';

const BITBUCKET = 'https://bitbucket.org';
const MAX_MESSAGE_LENGTH = 500;
const COMMIT = /^[0-9a-f]{7,64}$/i;
const FULL_NAME = /^(?!\.{1,2}\/)[A-Za-z0-9._-]+\/(?!\.{1,2}$)[A-Za-z0-9._-]+$/;

/** `gitMetadata` of a deployment, as Vercel takes it. A type, because no interface is a `Record`. */
export type GitMetadata = {
  readonly ci: true;
  readonly ciType: 'bitbucket-pipelines';
  readonly commitSha?: string;
  readonly commitRef?: string;
  readonly remoteUrl?: string;
  readonly commitMessage?: string;
  readonly commitAuthorName?: string;
  readonly commitAuthorEmail?: string;
};

export interface GitMetadataInput {
  readonly git: GitFacts;
  readonly build: AssertedBuild;
  /** GIT_AUTHOR. Vercel blocks a deployment whose author is no member of the team. */
  readonly includeAuthor: boolean;
}

/** What Vercel shows beside a deployment. Bitbucket's word counts before the clone's, which may be a merge. */
export function buildGitMetadata({ git, build, includeAuthor }: GitMetadataInput): GitMetadata {
  const commitSha = toCommit(build.commit) ?? git.commit;
  // Another commit's message and author would be wrong.
  const details = commitSha !== undefined && isSame(commitSha, git.commit) ? git : undefined;
  const author = includeAuthor ? details : undefined;
  return {
    ci: true,
    ciType: 'bitbucket-pipelines',
    ...withText('commitSha', commitSha),
    ...withText('commitRef', build.branch ?? build.tag ?? git.branch),
    ...withText('remoteUrl', git.remoteUrl ?? repositoryUrl(build)),
    ...withText('commitMessage', details?.message),
    ...withText('commitAuthorName', author?.authorName),
    ...withText('commitAuthorEmail', author?.authorEmail),
  };
}

/**
 * A warning where the clone stands on another commit than Bitbucket names. Both are only asserted, so this proves
 * nothing, but one of them is wrong in the record. A pull request is built as a merge, whose commit nobody pushed.
 */
export function compareHead(git: GitFacts, build: AssertedBuild): string | undefined {
  if (git.commit === undefined || build.commit === undefined || build.pullRequestId !== undefined) return undefined;
  if (isSame(build.commit, git.commit)) return undefined;
  const said = toCommit(build.commit)?.slice(0, 12) ?? JSON.stringify(build.commit.slice(0, 64));
  const where = git.branch === undefined ? '' : ` (${git.branch})`;
  return `The clone's HEAD is ${git.commit.slice(0, 12)}${where}, but BITBUCKET_COMMIT is ${said}. The record has both. Unless a line of the step checks out another commit on purpose, look for what sets the variable.`;
}

/**
 * A warning where GIT_AUTHOR asks for an author that the metadata cannot have: whoever set it waits for Vercel's check of
 * the author's seat, which then does not happen.
 */
export function explainMissingAuthor({ git, build, includeAuthor }: GitMetadataInput): string | undefined {
  if (!includeAuthor) return undefined;
  const said = 'GIT_AUTHOR is true, but Vercel will not see an author:';
  if (git.commit === undefined) {
    return `${said} the clone has no commit that its HEAD names. Let the step clone the repository (no \`clone: enabled: false\`), or remove GIT_AUTHOR.`;
  }
  const head = git.commit.slice(0, 12);
  const named = toCommit(build.commit);
  if (named !== undefined && !isSame(named, git.commit)) {
    const merge = build.pullRequestId === undefined ? '' : ', as a pull request is built as a merge';
    return `${said} the clone's HEAD is ${head} and BITBUCKET_COMMIT is ${named.slice(0, 12)}${merge}, and another commit's author would be wrong. Check that commit out, or remove GIT_AUTHOR.`;
  }
  if (git.authorName !== undefined || git.authorEmail !== undefined) return undefined;
  return `${said} the objects in the clone's \`.git\` do not have commit ${head}, or it names nobody. Let the step clone the repository itself, or remove GIT_AUTHOR.`;
}

function repositoryUrl({ repositoryFullName }: AssertedBuild): string | undefined {
  const known = repositoryFullName !== undefined && FULL_NAME.test(repositoryFullName);
  return known ? `${BITBUCKET}/${repositoryFullName}` : undefined;
}

function toCommit(text: string | undefined): string | undefined {
  return text !== undefined && COMMIT.test(text) ? text.toLowerCase() : undefined;
}

/** An abbreviated name is the same commit. */
function isSame(named: string, head: string | undefined): boolean {
  const commit = toCommit(named);
  return commit !== undefined && head?.startsWith(commit) === true;
}

/** People paste tokens into branch names and messages too. */
function withText<K extends string>(key: K, text: string | undefined): Partial<Record<K, string>> {
  if (text === undefined || text === '') return {};
  const value = redact(text).slice(0, MAX_MESSAGE_LENGTH).toWellFormed();
  return { [key]: value } as Partial<Record<K, string>>;
}
