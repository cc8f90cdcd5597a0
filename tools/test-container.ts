/**
 * `npm run test:container`: builds the image twice from nothing, in a storage of its own that is gone afterwards, and
 * runs `test/container/` against it. Status 3 where this machine cannot build or run images.
 */
import { spawnSync } from 'node:child_process';
import { VERSION } from '../src/version.ts';
import { buildImage } from './image/build.ts';
import { lintDockerfiles } from './image/lint.ts';
import { openMachine } from './image/machine.ts';
import { ROOT } from './root.ts';

const BASE = 'localhost/container-test-base:24';
const IMAGE = 'localhost/container-test:1';
const REVISION = '0123456789abcdef0123456789abcdef01234567';
const JEST = ['--experimental-vm-modules', '--no-warnings', `${ROOT}node_modules/jest/bin/jest.js`];

process.exitCode = await testImage();

async function testImage(): Promise<number> {
  if (!lintDockerfiles()) return 1;
  const storage = await openMachine(BASE);
  if (typeof storage === 'string') {
    console.error(`NOT RUN: ${storage}`);
    return 3;
  }
  try {
    const digests: string[] = [];
    for (const tag of ['localhost/container-test:2', IMAGE]) {
      digests.push(await buildImage({ tag, base: BASE, version: VERSION, revision: REVISION }));
    }
    const built = { CONTAINER_IMAGE: IMAGE, CONTAINER_DIGESTS: digests.join(' '), CONTAINER_REVISION: REVISION };
    const env = { ...process.env, ...built };
    const config = ['--config', `${ROOT}jest.container.config.js`, ...process.argv.slice(2)];
    return spawnSync(process.execPath, [...JEST, ...config], { cwd: ROOT, env, stdio: 'inherit' }).status ?? 1;
  } finally {
    await storage.remove();
  }
}
