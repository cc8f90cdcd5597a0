/**
 * `npm run test:container`: builds the image twice from nothing, in a storage of its own that is gone afterwards, and
 * runs `test/container/` against it. Status 3 where this machine cannot build or run images.
 */
import { spawnSync } from 'node:child_process';
import { VERSION } from '../src/version.ts';
import { buildBase, buildImage } from './image/build.ts';
import { openStorage } from './image/storage.ts';
import { missingTools, tryContainer } from './image/tools.ts';
import { ROOT } from './root.ts';

const BASE = 'localhost/container-test-base:24';
const IMAGE = 'localhost/container-test:1';
const REVISION = '0123456789abcdef0123456789abcdef01234567';
const JEST = ['--experimental-vm-modules', '--no-warnings', `${ROOT}node_modules/jest/bin/jest.js`];

const missing = missingTools();
process.exitCode = missing === undefined ? await testImage() : giveUp(missing);

async function testImage(): Promise<number> {
  const storage = await openStorage().catch((error: unknown) => giveUp(`podman does not work here. ${String(error)}`));
  if (typeof storage === 'number') return storage;
  try {
    await buildBase(BASE);
    const refusal = tryContainer(BASE);
    if (refusal !== undefined) return giveUp(`No container can be run on this machine. ${refusal}`);
    const digests: string[] = [];
    for (const tag of ['localhost/container-test:2', IMAGE]) {
      digests.push(await buildImage({ tag, base: BASE, version: VERSION, revision: REVISION }));
    }
    const env = {
      ...process.env,
      ...{ CONTAINER_IMAGE: IMAGE, CONTAINER_BASE: BASE, CONTAINER_DIGESTS: digests.join(' ') },
      CONTAINER_REVISION: REVISION,
    };
    const config = ['--config', `${ROOT}jest.container.config.js`, ...process.argv.slice(2)];
    return spawnSync(process.execPath, [...JEST, ...config], { cwd: ROOT, env, stdio: 'inherit' }).status ?? 1;
  } finally {
    await storage.remove();
  }
}

function giveUp(why: string): number {
  console.error(`NOT RUN: ${why}`);
  return 3;
}
