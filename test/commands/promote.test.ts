import { afterEach, describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { readTrust, verifyRecord } from '../../src/record/index.ts';
import { predicateOf } from '../support/step.ts';
import {
  move,
  productionOf,
  productionScene,
  recordOf,
  setGrant,
  type Scene,
  type Setup,
} from './support/production.ts';

let scene: Scene;
afterEach(() => scene.step.remove());

async function begin(setup?: Setup): Promise<Scene> {
  return (scene = await productionScene(setup));
}

describe('promote', () => {
  it('puts what is staged into production, and leaves a record that names the record of it', async () => {
    const { sandbox, step, staged, live } = await begin();
    expect(await productionOf(scene)).toBe(live.id);
    const { status, log, writes, files } = await move(scene, 'promote', staged.id);
    expect(status).toBe(0);
    expect(sandbox.journal.at(-1)?.path).toBe('/login/oauth/token/revoke');
    expect(await productionOf(scene)).toBe(staged.id);
    expect(writes).toEqual([`POST /v10/projects/prj_web/promote/${staged.id}`]);
    expect(log).toContain(`info Promoting ${staged.id}, https://${staged.url}: production moves to it.`);
    expect(log).toMatch(new RegExp(`^done promote ${staged.id} is in production$`, 'm'));

    const [intentText = '', resultText = ''] = ['.intent.sigstore.json', '.result.sigstore.json'].map((ending) =>
      step.read(files.find((name) => name.endsWith(ending)) ?? ''),
    );
    expect(files).toHaveLength(2);
    const trust = readTrust({ publicKey: step.clone.publicKeyPem });
    const intent = verifyRecord(intentText, trust, { allowSandbox: false, now: 0 });
    const result = verifyRecord(resultText, trust, { allowSandbox: false, now: 0, intentText });
    const actsOn = {
      deploymentId: staged.id,
      recordId: predicateOf(step.read(recordOf(scene, staged)))['recordId'],
      digest: { sha256: staged.meta['oidcDeployIntent'] },
    };
    expect(intent.statement.predicate).toMatchObject({ action: 'promote', phase: 'intent', vercel: { actsOn } });
    expect(result.statement.predicate).toMatchObject({
      action: 'promote',
      outcome: { status: 'done', exitStatus: 0 },
      policy: { grant: 'web-production' },
      vercel: { actsOn, deployment: { id: staged.id, readySubstate: 'PROMOTED', aliasAssigned: true } },
    });
    expect(result.statement.predicate).not.toHaveProperty('manifest');
  });

  it('is not recorded as denied where Vercel refuses to show what came of it', async () => {
    const { staged } = await begin();
    let isAsked = false;
    const { status, result } = await move(scene, 'promote', staged.id, {
      network: (network) => ({
        ...network,
        async send(request) {
          const reply = await network.send(request);
          const isLook = isAsked && request.method === 'GET' && request.url.includes('/v9/projects/prj_web?');
          isAsked ||= request.url.includes('/promote/');
          return isLook ? { ...reply, status: 403 } : reply;
        },
      }),
    });
    expect({ status, result }).toMatchObject({
      status: 5,
      result: { outcome: { status: 'failed', code: 'DENIED_BY_VERCEL' } },
    });
  });

  it('is content where production serves it already, and undoes a rollback', async () => {
    const { live, staged } = await begin();
    const again = await move(scene, 'promote', live.id);
    expect(again.status).toBe(0);
    expect(again.log).toContain(`done promote ${live.id} is in production already`);
    await move(scene, 'promote', staged.id);
    await move(scene, 'rollback', live.id);
    expect(await productionOf(scene)).toBe(live.id);
    expect((await move(scene, 'promote', staged.id)).status).toBe(0);
    expect(await productionOf(scene)).toBe(staged.id);
  });

  it('begins a rolling release where the project has them', async () => {
    const { sandbox, staged, live } = await begin();
    sandbox.vercel.startRollingRelease('prj_web');
    const { status, log, result } = await move(scene, 'promote', staged.id);
    expect(status).toBe(0);
    expect(log).toContain(`done promote ${staged.id} is being rolled out`);
    expect(result).toMatchObject({ vercel: { deployment: { readySubstate: 'ROLLING' } } });
    expect(await productionOf(scene)).toBe(live.id);
  });

  it('asks once where the answer is lost', async () => {
    const { sandbox, staged } = await begin();
    sandbox.misbehave({ match: { method: 'POST', path: /promote/ }, action: { kind: 'after-then-reset' } });
    const { status, log, writes } = await move(scene, 'promote', staged.id);
    expect(status).toBe(0);
    expect(log).toMatch(/^info The promote has begun, only the answer was lost/m);
    expect(writes).toHaveLength(1);
  });

  it('tells which domains stayed where Vercel fails, and records that', async () => {
    const { sandbox, staged, live } = await begin();
    sandbox.vercel.planAliasRequests('prj_web', 'failed');
    const { status, log, result } = await move(scene, 'promote', staged.id);
    expect(status).toBe(1);
    expect(log).toMatch(/DOMAINS_NOT_ASSIGNED[^]*https:\/\/web\.vercel\.app stays where it was/);
    expect(result).toMatchObject({
      action: 'promote',
      outcome: { status: 'failed', code: 'DOMAINS_NOT_ASSIGNED' },
      vercel: { actsOn: { deploymentId: staged.id } },
    });
    expect(result['vercel']).not.toHaveProperty('deployment');
    expect(await productionOf(scene)).toBe(live.id);
  });

  it('ends at once where it is stopped, says what Vercel goes on with, and records it', async () => {
    const { sandbox, staged } = await begin();
    sandbox.vercel.planAliasRequests('prj_web', 'stuck');
    const stop = new AbortController();
    let looks = 0;
    const { status, log, result } = await move(scene, 'promote', staged.id, {
      stop: stop.signal,
      network: (network) => ({
        ...network,
        send: (request) => {
          if (request.method === 'GET' && /projects\/prj_web\?/.test(request.url)) looks += 1;
          if (looks > 12) stop.abort(new PipeError({ code: 'TERMINATED', message: 'The run was stopped.' }));
          return network.send(request);
        },
      }),
    });
    expect(status).toBe(143);
    expect(log).toContain(`warn The promote to ${staged.id} was asked for, and Vercel goes on with it by itself.`);
    expect(result).toMatchObject({
      outcome: { status: 'interrupted' },
      vercel: { actsOn: { deploymentId: staged.id } },
    });
  });
});

describe('promote refuses', () => {
  it('a preview, and says why', async () => {
    const { sandbox, live } = await begin();
    const preview = sandbox.vercel.plantDeployment({ projectId: 'prj_web' });
    const { status, log, writes, result } = await move(scene, 'promote', preview.id);
    expect(status).toBe(1);
    expect(log).toMatch(/REQUEST_REJECTED: .* Vercel would build it anew to promote it: .* not be what was recorded/);
    expect(log).toMatch(/got: {4}target preview[^]*AUTO_ASSIGN_DOMAINS: false/);
    expect(writes).toEqual([]);
    expect(result).toMatchObject({ outcome: { status: 'failed' }, vercel: { actsOn: { deploymentId: preview.id } } });
    expect(await productionOf(scene)).toBe(live.id);
  });

  it('what is not built', async () => {
    const { sandbox } = await begin();
    const plan = { polls: 99 };
    const building = sandbox.vercel.plantDeployment({
      projectId: 'prj_web',
      target: 'production',
      underWay: true,
      plan,
    });
    const { status, log, writes } = await move(scene, 'promote', building.id);
    expect([status, writes]).toEqual([1, []]);
    expect(log).toContain(`REQUEST_REJECTED: ${building.id} is QUEUED, and can not be promoted.`);
  });

  it('where no grant allows it: before anything is exchanged', async () => {
    const { step, staged, sandbox } = await begin();
    setGrant(step, { actions: 'deploy, rollback' });
    const tokens = sandbox.vercel.tokens.length;
    const { status, log, writes, result } = await move(scene, 'promote', staged.id);
    expect([status, writes, sandbox.vercel.tokens.length]).toEqual([5, [], tokens]);
    expect(log).toMatch(/DENIED_BY_POLICY: No grant of the policy allows this step promote of "prj_web"/);
    expect(result).toMatchObject({ action: 'promote', outcome: { status: 'denied' } });
  });

  it('another TARGET than production, and a DEPLOYMENT that names nothing: both at once', async () => {
    await begin();
    const { status, log, files } = await move(scene, 'promote', 'http://web.vercel.app', {
      environment: { TARGET: 'preview' },
    });
    expect([status, files]).toEqual([2, []]);
    expect(log).toContain('TARGET: got "preview"; COMMAND promote moves production, and wants TARGET: production.');
    expect(log).toContain('DEPLOYMENT: got "http://web.vercel.app"; wanted dpl_…, an https address, build:NUMBER');
  });
});
