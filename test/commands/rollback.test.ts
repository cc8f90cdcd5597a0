import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { move, productionOf, productionScene, setGrant, type Scene } from './support/production.ts';

let scene: Scene;
beforeEach(async () => void (scene = await productionScene()));
afterEach(() => scene.step.remove());

describe('rollback', () => {
  it('points production at what it was before, and leaves a record that names the record of it', async () => {
    const { sandbox, staged, live } = scene;
    await move(scene, 'promote', staged.id);
    const { status, log, writes, result } = await move(scene, 'rollback', live.id);
    expect(status).toBe(0);
    expect(writes).toEqual([`POST /v1/projects/prj_web/rollback/${live.id}`]);
    expect(await productionOf(scene)).toBe(live.id);
    expect(log).toContain('Vercel moves no domain to a new deployment by itself, until one is promoted');
    expect(result).toMatchObject({
      action: 'rollback',
      outcome: { status: 'done' },
      vercel: {
        actsOn: { deploymentId: live.id, digest: { sha256: live.meta['oidcDeployIntent'] } },
        deployment: { id: live.id },
      },
    });
    expect(sandbox.vercel.events.map(({ type }) => type)).toContain('instant-rollback-created');
  });

  it('goes to what somebody else made: then the record names no other', async () => {
    const { foreign } = scene;
    const { status, result } = await move(scene, 'rollback', foreign.id);
    expect(status).toBe(0);
    expect((result['vercel'] as { readonly actsOn: unknown }).actsOn).toEqual({ deploymentId: foreign.id });
  });

  it('that fails is not told as if production had moved', async () => {
    scene.sandbox.vercel.planAliasRequests('prj_web', 'skipped');
    const { status, log } = await move(scene, 'rollback', scene.foreign.id);
    expect(status).toBe(1);
    expect(log).toContain('DOMAINS_NOT_ASSIGNED: Vercel skipped the rollback');
    expect(log).not.toMatch(/^\s*(?:info )?Live:/m);
  });

  it('is allowed when the policy has expired, and says so', async () => {
    const { step, foreign, live } = scene;
    const path = `${step.clone.directory}/deploy-policy.yml`;
    writeFileSync(
      path,
      readFileSync(path, 'utf8').replace('issuers:', 'issued: 2020-01-01\nexpires: 2020-02-01\nissuers:'),
    );
    const promote = await move(scene, 'promote', live.id);
    expect(promote.status).toBe(5);
    expect(promote.log).toContain('only rollback is allowed');
    const { status, result } = await move(scene, 'rollback', foreign.id);
    expect(status).toBe(0);
    expect(result).toMatchObject({ policy: { expiredPolicy: true } });
  });
});

describe('rollback refuses', () => {
  const refused = async (id: string, text: RegExp): Promise<void> => {
    const before = await productionOf(scene);
    const { status, log, writes } = await move(scene, 'rollback', id);
    expect([status, writes]).toEqual([1, []]);
    expect(log).toMatch(text);
    expect(await productionOf(scene)).toBe(before);
  };

  it('what production serves now', () =>
    refused(scene.live.id, /REQUEST_REJECTED: .* is what production serves now: nothing to roll back to\./));

  it('what is staged', () =>
    refused(scene.staged.id, /REQUEST_REJECTED: .* was never in production\.[^]*COMMAND: promote/));

  it('what a rolling release has given a share alone', async () => {
    scene.sandbox.vercel.startRollingRelease('prj_web');
    await move(scene, 'promote', scene.staged.id);
    await refused(scene.staged.id, /has a share of production, and never had all of it\./);
  });

  it('a preview', () =>
    refused(
      scene.sandbox.vercel.plantDeployment({ projectId: 'prj_web' }).id,
      /was never in production: it is no deployment of it\.[^]*got: {4}target preview/,
    ));

  it('what failed', () => {
    const plan = { outcome: 'ERROR' } as const;
    const { id } = scene.sandbox.vercel.plantDeployment({ projectId: 'prj_web', target: 'production', plan });
    return refused(id, /is ERROR: production can not move to it\./);
  });

  it('where no grant allows it', async () => {
    setGrant(scene.step, { actions: 'deploy, promote' });
    const { status, log, writes } = await move(scene, 'rollback', scene.foreign.id);
    expect([status, writes]).toEqual([5, []]);
    expect(log).toMatch(/No grant of the policy allows this step rollback of "prj_web"/);
  });
});
