import { describe, expect, it } from '@jest/globals';
import { readGitFacts, type GitFacts } from '../../src/deploy/git-facts.ts';
import { buildGitMetadata, compareHead, explainMissingAuthor } from '../../src/deploy/git-metadata.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { Secret } from '../../src/secret.ts';
import type { AssertedBuild } from '../../src/variables/types.ts';
import { REMOTE_FORMS } from './support/git-remotes.ts';
import { makeClone } from './support/git-repository.ts';

const [HEAD, OTHER] = ['a'.repeat(40), 'b'.repeat(40)] as const;
const GIT: GitFacts = {
  commit: HEAD,
  branch: 'main',
  remoteUrl: 'git@bitbucket.org:acme/web.git',
  authorName: 'Ada Lovelace',
  authorEmail: 'ada@example.com',
  message: 'Add the engine',
};
const NO_GIT: GitFacts = {
  commit: undefined,
  branch: undefined,
  remoteUrl: undefined,
  authorName: undefined,
  authorEmail: undefined,
  message: undefined,
};
const BUILD: AssertedBuild = { commit: HEAD, branch: 'main', repositoryFullName: 'acme/web', buildNumber: '42' };
const CI = { ci: true, ciType: 'bitbucket-pipelines' };

describe('buildGitMetadata', () => {
  it('tells all but the author', () => {
    expect(buildGitMetadata({ git: GIT, build: BUILD, includeAuthor: false })).toEqual({
      ...CI,
      commitSha: HEAD,
      commitRef: 'main',
      remoteUrl: GIT.remoteUrl,
      commitMessage: 'Add the engine',
    });
  });

  it('tells the author where that is asked for', () => {
    expect(buildGitMetadata({ git: GIT, build: BUILD, includeAuthor: true })).toMatchObject({
      commitAuthorName: 'Ada Lovelace',
      commitAuthorEmail: 'ada@example.com',
    });
  });

  it.each<{ name: string; git: GitFacts; build: AssertedBuild; expected: object }>([
    {
      name: 'Bitbucket alone',
      git: NO_GIT,
      build: BUILD,
      expected: { commitSha: HEAD, commitRef: 'main', remoteUrl: 'https://bitbucket.org/acme/web' },
    },
    {
      name: 'the clone alone',
      git: { ...GIT, authorName: undefined, authorEmail: undefined },
      build: {},
      expected: { commitSha: HEAD, commitRef: 'main', remoteUrl: GIT.remoteUrl, commitMessage: 'Add the engine' },
    },
    { name: 'neither', git: NO_GIT, build: {}, expected: {} },
    {
      name: 'a tag',
      git: NO_GIT,
      build: { commit: HEAD, tag: 'v1' },
      expected: { commitSha: HEAD, commitRef: 'v1' },
    },
    {
      name: 'a pull request, whose merge is checked out',
      git: {
        ...NO_GIT,
        commit: OTHER,
        branch: 'merge',
        message: 'Merge',
        authorName: 'Bitbucket',
        authorEmail: 'b@c.d',
      },
      build: { commit: HEAD, branch: 'feature/x', pullRequestId: '7' },
      expected: { commitSha: HEAD, commitRef: 'feature/x' },
    },
    {
      name: 'a commit and a name that are none',
      git: NO_GIT,
      build: { commit: 'HEAD; rm', repositoryFullName: 'acme/web/../../evil' },
      expected: {},
    },
    { name: 'a name that leads upwards', git: NO_GIT, build: { repositoryFullName: '../..' }, expected: {} },
  ])('of $name', ({ git, build, expected }) => {
    expect(buildGitMetadata({ git, build, includeAuthor: true })).toEqual({ ...CI, ...expected });
  });

  it('cuts a long message at 500, and no character in two', () => {
    const message = `${'x'.repeat(499)}🚀🚀`;
    const { commitMessage } = buildGitMetadata({ git: { ...GIT, message }, build: BUILD, includeAuthor: false });
    expect(commitMessage).toBe(`${'x'.repeat(499)}\ufffd`);
  });

  it('has no token that somebody put into a message or a branch', () => {
    const known = new Secret('canary-of-this-run').reveal();
    const git = { ...GIT, message: `Use vcp_canary0123456789 and ${known}` };
    const metadata = buildGitMetadata({ git, build: { ...BUILD, branch: `fix/${known}` }, includeAuthor: false });
    expect(metadata).toMatchObject({ commitMessage: 'Use [redacted] and [redacted]', commitRef: 'fix/[redacted]' });
    expect(JSON.stringify(metadata)).not.toContain('canary');
  });
});

describe('a remote with a credential', () => {
  it.each(REMOTE_FORMS)('as $form ends in metadata without one', async ({ form, expected }) => {
    const clone = makeClone();
    try {
      for (const secret of ['ATCTT3xFfGN0canaryCANARY0123456789', 'canarypassword']) {
        for (const quote of ['', '"']) {
          const url = form.replaceAll('SECRET', secret).replaceAll('\\', '\\\\').replaceAll('\n', '\\n');
          clone.write('.git/config', `[remote "origin"]\n\turl = ${quote}${url}${quote}\n`);
          const git = await readGitFacts(nodeFiles, clone.root, nodeFiles);
          const metadata = buildGitMetadata({ git, build: BUILD, includeAuthor: true });
          expect(JSON.stringify(metadata)).not.toMatch(/canary/i);
          if (quote !== '') expect(metadata.remoteUrl).toBe(expected ?? 'https://bitbucket.org/acme/web');
        }
      }
    } finally {
      clone.remove();
    }
  });
});

describe('compareHead', () => {
  it('warns where the clone stands elsewhere than Bitbucket says', () => {
    expect(compareHead(GIT, { commit: OTHER })).toBe(
      "The clone's HEAD is aaaaaaaaaaaa (main), but BITBUCKET_COMMIT is bbbbbbbbbbbb. The record has both. Unless a line of the step checks out another commit on purpose, look for what sets the variable.",
    );
    expect(compareHead({ ...GIT, branch: undefined }, { commit: 'x\ny' })).toContain(
      String.raw`HEAD is aaaaaaaaaaaa, but BITBUCKET_COMMIT is "x\ny".`,
    );
  });

  it.each<{ name: string; git: GitFacts; build: AssertedBuild }>([
    { name: 'the same commit', git: GIT, build: { commit: HEAD } },
    { name: 'the same in capitals', git: GIT, build: { commit: HEAD.toUpperCase() } },
    { name: 'the same, abbreviated', git: GIT, build: { commit: HEAD.slice(0, 12) } },
    { name: 'no clone', git: NO_GIT, build: { commit: OTHER } },
    { name: 'no variable', git: GIT, build: {} },
    { name: 'a pull request', git: GIT, build: { commit: OTHER, pullRequestId: '7' } },
  ])('says nothing of $name', ({ git, build }) => {
    expect(compareHead(git, build)).toBeUndefined();
  });
});

describe('explainMissingAuthor', () => {
  const UNREAD: GitFacts = { ...GIT, authorName: undefined, authorEmail: undefined, message: undefined };

  it.each<{ name: string; git: GitFacts; build: AssertedBuild; expected: string }>([
    {
      name: 'there is no clone',
      git: NO_GIT,
      build: BUILD,
      expected:
        'GIT_AUTHOR is true, but Vercel will not see an author: the clone has no commit that its HEAD names. Let the step clone the repository (no `clone: enabled: false`), or remove GIT_AUTHOR.',
    },
    {
      name: 'the clone stands elsewhere',
      git: GIT,
      build: { commit: OTHER },
      expected:
        "GIT_AUTHOR is true, but Vercel will not see an author: the clone's HEAD is aaaaaaaaaaaa and BITBUCKET_COMMIT is bbbbbbbbbbbb, and another commit's author would be wrong. Check that commit out, or remove GIT_AUTHOR.",
    },
    {
      name: 'a pull request is built',
      git: GIT,
      build: { commit: OTHER, pullRequestId: '7' },
      expected:
        "GIT_AUTHOR is true, but Vercel will not see an author: the clone's HEAD is aaaaaaaaaaaa and BITBUCKET_COMMIT is bbbbbbbbbbbb, as a pull request is built as a merge, and another commit's author would be wrong. Check that commit out, or remove GIT_AUTHOR.",
    },
    {
      name: 'the commit cannot be read',
      git: UNREAD,
      build: BUILD,
      expected:
        "GIT_AUTHOR is true, but Vercel will not see an author: the objects in the clone's `.git` do not have commit aaaaaaaaaaaa, or it names nobody. Let the step clone the repository itself, or remove GIT_AUTHOR.",
    },
  ])('says why where $name', ({ git, build, expected }) => {
    expect(explainMissingAuthor({ git, build, includeAuthor: true })).toBe(expected);
    expect(buildGitMetadata({ git, build, includeAuthor: true })).not.toHaveProperty('commitAuthorName');
  });

  it.each<{ name: string; git: GitFacts; build: AssertedBuild; includeAuthor: boolean }>([
    { name: 'an author is sent', git: GIT, build: BUILD, includeAuthor: true },
    { name: 'one is sent without Bitbucket', git: GIT, build: {}, includeAuthor: true },
    { name: 'an address alone is sent', git: { ...GIT, authorName: undefined }, build: BUILD, includeAuthor: true },
    { name: 'nobody asked for one', git: NO_GIT, build: BUILD, includeAuthor: false },
  ])('says nothing where $name', (input) => {
    expect(explainMissingAuthor(input)).toBeUndefined();
    expect('commitAuthorEmail' in buildGitMetadata(input)).toBe(input.includeAuthor);
  });
});
