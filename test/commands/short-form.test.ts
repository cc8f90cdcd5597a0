import { rmSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { createSandbox } from '../../src/sandbox/index.ts';
import { editPolicy } from './support/examine.ts';
import { makeStep, predicateOf, runStep } from '../support/step.ts';

describe("Vercel's short form", () => {
  it('after a promotion takes nothing from the record that is known', async () => {
    const sandbox = await createSandbox({ deployment: { shortForm: true, polls: 1 } });
    const step = await makeStep(sandbox, { SMOKE_PATHS_COUNT: '1', SMOKE_PATHS_0: '/ 200 Hello' });
    const { status } = await runStep(sandbox, step);
    const result = predicateOf(step.readOne('.result.sigstore.json'));
    step.remove();
    expect(status).toBe(0);
    const made = sandbox.vercel.deployments.find(({ body }) => body !== undefined);
    const deployment = { id: made?.id, url: `https://${String(made?.url)}`, createdAt: expect.any(String) };
    expect(result).toMatchObject({ vercel: { deployment } });
  });

  it.each(['production', 'preview', 'qa'])('is enough for a deployment to %s and its record', async (TARGET) => {
    const sandbox = await createSandbox({ deployment: { shortForm: true, listedAfter: 1, polls: 2 } });
    const step = await makeStep(sandbox, { TARGET });
    // It says what the fixture was built for.
    rmSync(`${step.clone.directory}/.vercel/output/builds.json`);
    editPolicy(step, (text) => text.replace('targets: [production]', 'targets: [production, preview, qa]'));
    const first = await runStep(sandbox, step);
    const before = step.files();
    const again = await runStep(sandbox, step, { environment: { BITBUCKET_STEP_RUN_NUMBER: '2' } });
    const results = [before, step.files().filter((name) => !before.includes(name))].map((names) =>
      predicateOf(step.read(names.find((name) => name.endsWith('.result.sigstore.json')) ?? '')),
    );
    step.remove();
    expect([first.status, again.status]).toEqual([0, 0]);
    const made = sandbox.vercel.deployments.filter(({ body }) => body !== undefined);
    expect(made).toHaveLength(1);
    const [{ id, url, createdAt }] = made as [(typeof made)[0]];
    const deployment = { id, url: `https://${url}`, target: TARGET, createdAt: new Date(createdAt).toISOString() };
    expect(results).toMatchObject([
      { outcome: { status: 'deployed' }, vercel: { deployment } },
      { outcome: { status: 'adopted' }, vercel: { deployment } },
    ]);
  });
});
