import { afterEach, describe, expect, it } from '@jest/globals';
import { DAY, makeWorld, type Earlier, type World } from './support/cleanup.ts';

const worlds: World[] = [];
afterEach(() => worlds.splice(0).forEach(({ step }) => step.remove()));

async function world(...given: Parameters<typeof makeWorld>): Promise<World> {
  const made = await makeWorld(...given);
  worlds.push(made);
  made.sandbox.bitbucket.plantPullRequest({ id: 1, state: 'OPEN' });
  made.sandbox.bitbucket.plantPullRequest({ id: 2, state: 'MERGED' });
  made.sandbox.bitbucket.plantPullRequest({ id: 3, state: 'DECLINED' });
  made.sandbox.bitbucket.plantPullRequest({ id: 4, state: 'SUPERSEDED' });
  return made;
}

describe('previews of pull requests', () => {
  it('are removed where Bitbucket calls them merged or declined, and each is recorded', async () => {
    const { plant, act, acts, recorded, stateOf, sandbox, step } = await world();
    const merged = plant({ pullRequest: 2 });
    const again = plant({ pullRequest: 2, age: 21 * DAY });
    const declined = plant({ pullRequest: 3, age: 22 * DAY, state: 'ERROR' });
    const left = [plant({ pullRequest: 1 }), plant({ pullRequest: 4 }), plant({ pullRequest: 9 }), plant({})];
    const { status, log } = await act();
    expect({ status, log }).toMatchObject({ status: 0 });
    expect(acts()).toEqual([merged, again, declined].map(({ id }) => `DELETE ${id}`));
    expect(left.map(stateOf)).toEqual(['READY', 'READY', 'READY', 'READY']);
    const item = { act: 'remove', outcome: 'done', recordId: expect.any(String), digest: { sha256: 'a'.repeat(64) } };
    expect(recorded()).toEqual([
      {
        ...item,
        deploymentId: merged.id,
        because: 'merged',
        pullRequest: 2,
        readyState: 'READY',
        createdAt: expect.any(String),
      },
      {
        ...item,
        deploymentId: again.id,
        because: 'merged',
        pullRequest: 2,
        readyState: 'READY',
        createdAt: expect.any(String),
      },
      {
        ...item,
        deploymentId: declined.id,
        because: 'declined',
        pullRequest: 3,
        readyState: 'ERROR',
        createdAt: expect.any(String),
      },
    ]);
    expect(log).toMatch(
      new RegExp(`info Removed: ${merged.id} \\(READY, created .*\\): preview of pull request 2, which is merged\\.`),
    );
    // Each pull request is asked for once.
    const asked = sandbox.journal
      .filter(({ path }) => path.includes('/pullrequests/'))
      .map(({ path }) => path.slice(-2));
    expect(asked.sort()).toEqual(['/1', '/2', '/3', '/4', '/9']);
    const before = step.files();
    expect((await act()).log).toContain('Nothing to clean up');
    expect(step.files()).toEqual(before);
    expect(sandbox.journal.filter(({ known }) => !known)).toEqual([]);
  });

  it.each<{ name: string; earlier?: Earlier; environment?: Record<string, string> }>([
    { name: 'younger than CLEANUP_AGE', earlier: { age: 13 * DAY } },
    { name: 'younger than a CLEANUP_AGE of its own', environment: { CLEANUP_AGE: '30d' } },
    { name: 'without a record of ours', earlier: { meta: { oidcDeployRecord: '' } } },
    { name: 'without an intent', earlier: { meta: { oidcDeployIntent: 'x' } } },
    { name: 'whose pull request is no number', earlier: { meta: { oidcDeployPr: '2/../3' } } },
    { name: 'of production', earlier: { target: 'production' } },
    { name: 'whose pipeline is of another repository', earlier: { pipeline: 'none' } },
    { name: 'whose pipeline was for another pull request', earlier: { pipeline: { pullRequest: 1 } } },
    { name: 'whose pipeline was for no pull request', earlier: { pipeline: { pullRequest: undefined } } },
    { name: 'whose pipeline is not named', earlier: { meta: { oidcDeployPipeline: 'x' } } },
  ])('are left where one is $name', async ({ earlier, environment = {} }) => {
    const { plant, act, acts, step } = await world(environment);
    plant({ pullRequest: 2, ...earlier });
    const { status } = await act();
    expect({ acts: acts(), files: step.files() }).toEqual({ acts: [], files: [] });
    expect([0, 3]).toContain(status);
  });

  it('are left where they bear a name of production, and that is said', async () => {
    const { plant, act, acts, sandbox } = await world();
    const preview = plant({ pullRequest: 2 });
    const alias = 'www.acme.example';
    const settings = { alias: [{ domain: alias, target: 'PRODUCTION' }] };
    Object.assign(sandbox.vercel.projects[0] ?? {}, { settings });
    const headers = { authorization: `Bearer ${sandbox.vercel.classicToken}`, 'content-type': 'application/json' };
    const url = `${sandbox.vercelUrl}/v2/deployments/${preview.id}/aliases?teamId=team_acme`;
    await sandbox.handle(new Request(url, { method: 'POST', headers, body: JSON.stringify({ alias }) }));
    const { status, log } = await act();
    expect(status).toBe(0);
    expect(acts()).toEqual([]);
    expect(log).toContain('warn 1 previews are kept: they bear a name of production, or served it.');
  });

  it('are not removed without an access token, and that is said', async () => {
    const { plant, act, acts, sandbox } = await world();
    plant({ pullRequest: 2 });
    const { status, log } = await act({ BITBUCKET_ACCESS_TOKEN: undefined });
    expect({ status, acts: acts() }).toEqual({ status: 0, acts: [] });
    expect(log).toMatch(
      /warn Previews of merged and declined pull requests are not looked for: without BITBUCKET_ACCESS_TOKEN/,
    );
    expect(sandbox.journal.filter(({ path }) => path.includes('pullrequests'))).toEqual([]);
  });

  it('fail the run where the token may not read them: it would never clean up, and nobody would know', async () => {
    const { plant, act, acts, sandbox } = await world();
    plant({ pullRequest: 2 });
    const { status, log } = await act({ BITBUCKET_ACCESS_TOKEN: sandbox.bitbucket.weakAccessToken });
    expect({ status, acts: acts() }).toEqual({ status: 3, acts: [] });
    expect(log).toMatch(/SERVICE_FAILED: The cleanup is not complete[^]*needs the scope read:pullrequest:bitbucket/);
  });

  it('are done at most a hundred at once', async () => {
    const { plant, act, acts, recorded } = await world();
    for (let index = 0; index < 103; index += 1) plant({ pullRequest: 2, age: 20 * DAY + index * 1000 });
    const { status, log } = await act();
    expect({ status, acts: acts().length, recorded: (recorded() as unknown[]).length }).toEqual({
      status: 0,
      acts: 100,
      recorded: 100,
    });
    expect(log).toContain('warn 3 more wait for the next run: one does at most 100.');
  });
});
