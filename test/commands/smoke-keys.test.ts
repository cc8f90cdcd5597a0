import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { protect, runSmokeStep, sharedScene, type SharedScene } from './support/smoke-step.ts';

let scene: SharedScene;

beforeEach(async () => {
  scene = await sharedScene(false);
});
afterEach(() => scene.step.remove());

const listKey = (): void => {
  const { clone } = scene.step;
  const { verificationMaterial } = JSON.parse(readFileSync(`${clone.directory}/${scene.record}`, 'utf8')) as {
    readonly verificationMaterial: { readonly publicKey: { readonly hint: string } };
  };
  const key = {
    keyid: verificationMaterial.publicKey.hint,
    pem: clone.publicKeyPem,
    mode: 'key',
    validFor: { start: '2026-01-01T00:00:00Z' },
  };
  writeFileSync(`${clone.directory}/deploy-keys.json`, JSON.stringify([key]));
};

describe('a record by a key that the step does not know', () => {
  it('is good for an open deployment, with a warning', async () => {
    const { status, log, visits } = await runSmokeStep(scene, 'build:42');
    expect([status, visits]).toEqual([0, [scene.made.url]]);
    expect(log).toMatch(/^warn .* is signed by a key that this step does not know, so its signature was not checked/m);
  });

  it('is not enough to show the token', async () => {
    protect(scene);
    const { status, log, visits } = await runSmokeStep(scene, 'build:42');
    expect([status, visits]).toEqual([1, [scene.made.url]]);
    expect(log).toMatch(/SMOKE_PROTECTED: .*whose signature could not be checked here/s);
  });

  it('is believed by a list of keys in the clone', async () => {
    protect(scene);
    listKey();
    const { status, visits } = await runSmokeStep(scene, 'build:42');
    expect([status, visits]).toEqual([0, [scene.made.url, `${scene.made.url} + token`]]);
  });
});
