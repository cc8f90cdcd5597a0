import { afterEach, describe, expect, it } from '@jest/globals';
import { readTrust, verifyRecord } from '../../src/record/index.ts';
import { predicateOf } from '../support/step.ts';
import { move, productionOf, productionScene, type Scene } from './support/production.ts';

let scene: Scene;
afterEach(() => scene.step.remove());

describe('promote', () => {
  it('puts what is staged into production, and leaves a record that names the record of it', async () => {
    scene = await productionScene();
    const { sandbox, step, staged, live } = scene;
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
    const deployed = predicateOf(
      step.read(
        step
          .files()
          .find(
            (name) => name.includes(String(staged.meta['oidcDeployRecord']).slice(-36)) && name.includes('.result.'),
          ) ?? '',
      ),
    );
    const actsOn = {
      deploymentId: staged.id,
      recordId: deployed['recordId'],
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
});
