import { readCommit, type GitReaders } from './git-commit.ts';
import { findOriginUrl } from './git-config.ts';
import { findGitFolders, readGitText } from './git-files.ts';
import { readHead } from './git-head.ts';
import { redactRemoteUrl } from './git-remote.ts';
import type { Reader } from './reader.ts';

const MAX_CONFIG_BYTES = 256 * 1024;

/** What the files in `.git` say of the clone. Asserted: any line of the step can change them. */
export interface GitFacts {
  /** Of HEAD, hex. */
  readonly commit: string | undefined;
  /** Undefined where HEAD is detached. */
  readonly branch: string | undefined;
  /** Without credentials. */
  readonly remoteUrl: string | undefined;
  readonly authorName: string | undefined;
  readonly authorEmail: string | undefined;
  /** First line of the commit's message. */
  readonly message: string | undefined;
}

/**
 * Reads the clone's repository without git. What is missing, broken or outside the clone is undefined: a deployment
 * does not fail for it.
 */
export async function readGitFacts(files: Reader, cloneDir: string, readers: GitReaders): Promise<GitFacts> {
  const folders = await orUndefined(findGitFolders(files, cloneDir));
  const [head, config] = await Promise.all([
    folders && orUndefined(readHead(files, cloneDir, folders)),
    folders && orUndefined(readGitText(files, cloneDir, `${folders.common}/config`, MAX_CONFIG_BYTES)),
  ]);
  const originUrl = config === undefined ? undefined : findOriginUrl(config);
  const commit = head?.commit;
  const details =
    folders && commit !== undefined
      ? await orUndefined(readCommit(files, cloneDir, folders.common, { commit, readers }))
      : undefined;
  return {
    commit,
    branch: head?.branch,
    remoteUrl: originUrl === undefined ? undefined : redactRemoteUrl(originUrl),
    authorName: details?.authorName,
    authorEmail: details?.authorEmail,
    message: details?.message,
  };
}

async function orUndefined<T>(pending: Promise<T>): Promise<T | undefined> {
  try {
    return await pending;
  } catch {
    return undefined;
  }
}
