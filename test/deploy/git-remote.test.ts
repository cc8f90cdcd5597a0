import { describe, expect, it } from '@jest/globals';
import { redactRemoteUrl } from '../../src/deploy/git-remote.ts';
import { Secret } from '../../src/secret.ts';
import { REMOTE_FORMS } from './support/git-remotes.ts';

/** Letters and digits as Bitbucket's tokens have them. */
const TOKEN = 'ATCTT3xFfGN0canaryCANARY0123456789';
const PLAIN_PASSWORD = 'canarypassword';

describe('redactRemoteUrl', () => {
  it.each([
    { url: 'https://bitbucket.org/acme/web.git', expected: 'https://bitbucket.org/acme/web.git' },
    { url: 'http://bitbucket.org/acme/web', expected: 'http://bitbucket.org/acme/web' },
    { url: 'https://git.example.com:8443/scm/~ada/web.git', expected: 'https://git.example.com:8443/scm/~ada/web.git' },
    { url: 'git@bitbucket.org:acme/web.git', expected: 'git@bitbucket.org:acme/web.git' },
    { url: 'ssh://git@altssh.bitbucket.org:443/acme/web.git', expected: 'ssh://altssh.bitbucket.org:443/acme/web.git' },
    { url: 'git://host.example/web', expected: 'git://host.example/web' },
  ])('keeps the address of $url', ({ url, expected }) => {
    expect(redactRemoteUrl(url)).toBe(expected);
  });

  it.each(REMOTE_FORMS)('lets no credential through in $form', ({ form, expected }) => {
    for (const secret of [TOKEN, PLAIN_PASSWORD]) {
      const clean = redactRemoteUrl(form.replaceAll('SECRET', secret));
      expect(clean).toBe(expected);
      expect(clean ?? '').not.toMatch(/canary/i);
    }
  });

  it.each([
    `https://proxy.example/${TOKEN}/acme/web.git`,
    `git@proxy.example:${TOKEN}/web.git`,
    'https://proxy.example/ghp_canary/web.git',
    'https://proxy.example/glpat-canary/web.git',
    'https://proxy.example/vcp_canary/web.git',
    'https://proxy.example/aB3dE6gH9jK2mN5pQ8sT.git',
    `https://proxy.example/${'0a'.repeat(16)}/web.git`,
  ])('drops a path that has the look of a token: %s', (url) => {
    expect(redactRemoteUrl(url)).toBeUndefined();
  });

  it('drops a path with a token that this run knows', () => {
    const known = new Secret('canary-of-this-run');
    expect(redactRemoteUrl(`https://proxy.example/${known.reveal()}/web.git`)).toBeUndefined();
  });

  it('drops what is too long for an address', () => {
    expect(redactRemoteUrl(`https://bitbucket.org/${'a/'.repeat(1100)}`)).toBeUndefined();
  });
});
