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
  });
});
