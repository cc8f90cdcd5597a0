import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, it } from '@jest/globals';
import { createSandbox } from '../../src/sandbox/index.ts';
import { makeStep, runStep } from '../support/step.ts';

it('a pull writes through no link that is planted while Vercel is asked', async () => {
  const sandbox = await createSandbox();
  const step = await makeStep(sandbox, { TARGET: 'preview', COMMAND: 'pull', PULL_ENVIRONMENT: 'true' });
  const { directory } = step.clone;
  for (const path of ['.vercel', 'deploy-policy.yml']) rmSync(`${directory}/${path}`, { recursive: true });
  const outside = mkdtempSync(`${tmpdir()}/outside-`);
  const { status, log } = await runStep(sandbox, step, {
    network: (network) => ({
      ...network,
      send(request) {
        if (request.url.includes('/env/pull/')) symlinkSync(outside, `${directory}/.vercel`);
        return network.send(request);
      },
    }),
  });
  const left = ['project.json', '.env.preview.local'].filter((name) => existsSync(`${outside}/${name}`));
  rmSync(outside, { recursive: true });
  step.remove();
  expect({ status, left }).toEqual({ status: 2, left: [] });
  expect(log).toMatch(/VARIABLES_INVALID[^]*Nothing was pulled[^]*\.vercel is a symlink/);
});
