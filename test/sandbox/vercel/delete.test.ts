import { describe, expect, it } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { api, exchange, type Answer } from '../support/client.ts';

function ask(sandbox: Sandbox, method: string, id: string): Promise<Answer> {
  return api(sandbox, method, `/v13/deployments/${id}?teamId=team_acme`);
}

describe('a deployment that is deleted', () => {
  it.each(['READY', 'ERROR', 'CANCELED', 'STUCK'] as const)(
    'was %s, is gone for readers, and DELETED in lists',
    async (outcome) => {
      const sandbox = await createSandbox();
      const { id } = sandbox.vercel.plantDeployment({ projectId: 'prj_web', plan: { outcome } });
      expect(await ask(sandbox, 'DELETE', id)).toMatchObject({ status: 200, body: { uid: id, state: 'DELETED' } });
      expect(await ask(sandbox, 'GET', id)).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
      expect(await ask(sandbox, 'DELETE', id)).toMatchObject({ status: 404, body: { error: { code: 'not_found' } } });
      const { body } = await api(sandbox, 'GET', '/v7/deployments?teamId=team_acme&projectId=prj_web');
      const items = body.deployments as { uid: string; state: string }[];
      expect(items.find(({ uid }) => uid === id)).toMatchObject({ state: 'DELETED', readyState: 'DELETED', alias: [] });
      expect(sandbox.vercel.events.filter(({ type }) => type === 'deployment-delete')).toHaveLength(1);
    },
  );

  it('takes its names along', async () => {
    const sandbox = await createSandbox();
    const { id } = sandbox.vercel.plantDeployment({ projectId: 'prj_web' });
    const aliases = `/v2/deployments/${id}/aliases?teamId=team_acme`;
    await api(sandbox, 'POST', aliases, { json: { alias: 'pr-7.acme.example' } });
    await ask(sandbox, 'DELETE', id);
    const other = sandbox.vercel.plantDeployment({ projectId: 'prj_web' });
    const path = `/v2/deployments/${other.id}/aliases?teamId=team_acme`;
    expect((await api(sandbox, 'POST', path, { json: { alias: 'pr-7.acme.example' } })).body).not.toHaveProperty(
      'oldDeploymentId',
    );
  });

  it('stays where the token may not touch its project', async () => {
    const sandbox = await createSandbox({ policies: [{ policyId: 'pol_new', projectIds: ['prj_new'] }] });
    const { id } = sandbox.vercel.plantDeployment({ projectId: 'prj_web' });
    const token = String((await exchange(sandbox)).body.access_token);
    const answer = await api(sandbox, 'DELETE', `/v13/deployments/${id}?teamId=team_acme`, { token });
    expect(answer).toMatchObject({ status: 403, body: { error: { code: 'forbidden' } } });
    expect((await ask(sandbox, 'GET', id)).status).toBe(200);
  });
});
