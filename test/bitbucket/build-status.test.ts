import { describe, expect, it } from '@jest/globals';
import { setBuildStatus, type Announcement } from '../../src/bitbucket/index.ts';
import { announcement, bench, NEVER } from './support/bench.ts';

describe('a build status', () => {
  it('goes from one state to the next under one key', async () => {
    const { sandbox, place, deps } = await bench();
    const states: readonly Announcement['state'][] = ['pending', 'passed', 'failed', 'stopped'];
    for (const state of states) {
      expect(await setBuildStatus(place, announcement({ state }), 'feature/pay', deps, NEVER)).toEqual({ done: true });
    }
    expect(sandbox.bitbucket.statuses).toMatchObject([
      {
        commit: place.commit,
        states: ['INPROGRESS', 'SUCCESSFUL', 'FAILED', 'STOPPED'],
        body: {
          ...{ key: 'vercel-oidc-deploy-0123456789abcdef0123', name: 'Vercel: web, preview', refname: 'feature/pay' },
          ...{ url: 'https://web-8fad34bbb-acme.vercel.app', description: 'Deployed and live after 9.3 s.' },
        },
      },
    ]);
  });

  it.each([
    { url: undefined, inspectorUrl: 'https://vercel.com/acme', expected: 'https://vercel.com/acme' },
    { url: 'https://x/{y}', inspectorUrl: undefined, expected: 'https://bitbucket.org/acme/web/pipelines/results/42' },
  ])('leads to $expected where the deployment has no address', async ({ expected, ...changes }) => {
    const { sandbox, place, deps } = await bench();
    await setBuildStatus(place, announcement({ ...changes, summary: 's'.repeat(999) }), undefined, deps, NEVER);
    expect(sandbox.bitbucket.statuses[0]?.body).toMatchObject({ url: expected, description: 's'.repeat(255) });
    expect(sandbox.bitbucket.statuses[0]?.body).not.toHaveProperty('refname');
  });

  it.each([
    {
      token: 'foreignAccessToken' as const,
      text: /took no build status: status 404 .*; BITBUCKET_ACCESS_TOKEN does not/,
    },
  ])('is refused to $token', async ({ token, text }) => {
    const { place, deps } = await bench(token);
    const told = await setBuildStatus(place, announcement(), undefined, deps, NEVER);
    expect(told).toEqual({ refusal: expect.stringMatching(text) });
  });

  it('is sent to the host that issued the token alone', async () => {
    const { sandbox, place, deps } = await bench();
    const told = await setBuildStatus(
      place,
      announcement(),
      undefined,
      { ...deps, apiUrl: 'https://evil.example' },
      NEVER,
    );
    expect(told).toEqual({ refusal: expect.stringContaining('not asked') });
    expect(sandbox.journal).toEqual([]);
  });
});
