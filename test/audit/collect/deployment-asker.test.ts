import { describe, expect, it } from '@jest/globals';
import { createDeploymentAsker } from '../../../src/audit/collect/index.ts';
import { bench, NEVER, SINCE } from './support/bench.ts';

describe('a single deployment', () => {
  it('is found, absent or unknown, and asked for once', async () => {
    const b = await bench();
    const { id } = b.sandbox.vercel.plantDeployment({ projectId: 'prj_web', createdAt: SINCE - 1 });
    const ask = await createDeploymentAsker(b.scope.teamId, b.vercel, await b.open(), NEVER);
    for (let count = 0; count < 2; count += 1) {
      expect(await ask.askDeployment(id)).toMatchObject({
        found: { id, createdAt: SINCE - 1, projectId: 'prj_web', target: 'preview' },
      });
      expect(await ask.askDeployment('dpl_none')).toEqual({ absent: true });
    }
    expect(b.sandbox.journal).toHaveLength(2);
    b.sandbox.misbehave({ match: { path: /v13/ }, action: { kind: 'status', status: 403, body: {} } });
    expect(await ask.askDeployment('dpl_other')).toEqual({ unknown: expect.stringMatching(/refused a deployment/) });
    expect(ask.missing()).toEqual([expect.stringMatching(/\(once\)/)]);
    b.sandbox.misbehave({ match: { path: /v13/ }, action: { kind: 'status', status: 403, body: {} } });
    expect(await ask.tryDeployment('dpl_third')).toHaveProperty('unknown');
    expect(ask.missing()).toEqual([expect.stringMatching(/\(once\)/)]);
  });

  it('is found by its own address too, and then known by its id', async () => {
    const b = await bench();
    const { id, url } = b.sandbox.vercel.plantDeployment({ projectId: 'prj_web', createdAt: SINCE - 1 });
    const spool = await b.open();
    const ask = await createDeploymentAsker(b.scope.teamId, b.vercel, spool, NEVER);
    expect(await ask.askDeployment(url)).toMatchObject({ found: { id } });
    await ask.flush();
    const again = await createDeploymentAsker(b.scope.teamId, b.vercel, spool, NEVER);
    for (const name of [id, url]) expect(await again.askDeployment(name)).toMatchObject({ found: { id } });
    expect(b.sandbox.journal).toHaveLength(1);
  });

  it('is not the one that a name points at by now', async () => {
    const b = await bench();
    const { id } = b.sandbox.vercel.plantDeployment({ projectId: 'prj_web', createdAt: SINCE - 1 });
    const body = { id, url: 'web-1-acme.vercel.app', createdAt: SINCE - 1, projectId: 'prj_web' };
    b.sandbox.misbehave({ match: { path: /www\.example/ }, action: { kind: 'status', status: 200, body } });
    const ask = await createDeploymentAsker(b.scope.teamId, b.vercel, await b.open(), NEVER);
    expect(await ask.askDeployment('www.example.com')).toEqual({ unknown: expect.stringMatching(/another/) });
  });
});
