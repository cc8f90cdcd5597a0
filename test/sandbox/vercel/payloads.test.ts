import { describe, expect, it } from '@jest/globals';
import { createSandbox, type Sandbox, type SandboxDeployment } from '../../../src/sandbox/index.ts';
import { api, TEAM } from '../support/client.ts';

interface World {
  readonly sandbox: Sandbox;
  /** What production was before, and what it is now. */
  readonly old: SandboxDeployment;
  readonly now: SandboxDeployment;
}

async function world(): Promise<World> {
  const sandbox = await createSandbox();
  const plant = (createdAt: number): SandboxDeployment =>
    sandbox.vercel.plantDeployment({ projectId: 'prj_new', target: 'production', meta: { k: 'v' }, createdAt });
  return { sandbox, old: plant(1_700_000_000_000), now: plant(1_700_000_001_000) };
}

async function lastEvent({ sandbox }: World, type: string): Promise<Record<string, unknown>> {
  const { body } = await api(sandbox, 'GET', `/v3/events?teamId=${TEAM}&withPayload=true&limit=1&types=${type}`);
  return (body as { events: Record<string, unknown>[] }).events[0] ?? {};
}

const short = ({ id, name, url, meta }: SandboxDeployment): object => ({ id, name, url, meta });

describe('the payload of', () => {
  it.each<{ type: string; ask: (world: World) => [string, string, object?]; wanted: (world: World) => object }>([
    {
      type: 'manual-deployment-promotion-created',
      ask: ({ old }) => ['POST', `/v10/projects/prj_new/promote/${old.id}`],
      wanted: ({ old }) => ({ projectId: 'prj_new', projectName: 'new-site', toDeploymentId: old.id }),
    },
    {
      type: 'instant-rollback-created',
      ask: ({ old }) => ['POST', `/v1/projects/prj_new/rollback/${old.id}`],
      wanted: ({ old, now }) => ({
        ...{ projectId: 'prj_new', projectName: 'new-site' },
        ...{ toDeploymentId: old.id, fromDeploymentId: now.id },
      }),
    },
    {
      type: 'deployment-delete',
      ask: ({ old }) => ['DELETE', `/v13/deployments/${old.id}`],
      wanted: ({ old }) => ({ deployment: short(old), deploymentId: old.id, url: old.url }),
    },
    {
      type: 'alias',
      ask: ({ old }) => ['POST', `/v2/deployments/${old.id}/aliases`, { alias: 'a.example.com' }],
      wanted: ({ old }) => ({
        ...{ alias: 'a.example.com', deploymentUrl: old.url, deploymentId: old.id, deployment: short(old) },
        ...{ aliasId: expect.any(String), aliasUpdatedAt: expect.any(Number) },
      }),
    },
  ])('$type says what was done, with the id of the reply', async ({ type, ask, wanted }) => {
    const made = await world();
    const [method, path, json] = ask(made);
    const reply = await api(made.sandbox, method, `${path}?teamId=${TEAM}`, json ? { json } : {});
    const event = await lastEvent(made, type);
    expect(event['payload']).toEqual(wanted(made));
    expect(event).toMatchObject({ requestId: reply.headers.get('x-vercel-id'), tokenId: expect.any(String) });
  });

  it('a planted event can be made as the sandbox makes it', async () => {
    const made = await world();
    const { vercel } = made.sandbox;
    const payload = vercel.payloadOf('deployment-undeleted', made.old);
    vercel.plantEvent({ type: 'deployment-undeleted', payload });
    const { old } = made;
    expect(await lastEvent(made, 'deployment-undeleted')).toMatchObject({
      principal: { uid: 'usr_someone' },
      payload: { deploymentId: old.id, deploymentUrl: old.url, deploymentName: 'new-site', projectId: 'prj_new' },
    });
    expect(vercel.usePayload('pol_web', { id: 'tok_1' })).toMatchObject({ policyId: 'pol_web', publicId: 'tok_1' });
    expect(() => vercel.usePayload('pol_x', { id: 'tok_1' })).toThrow('The sandbox has no policy pol_x');
    expect(() => vercel.payloadOf('login', old)).toThrow('The sandbox knows no payload of login');
  });
});
