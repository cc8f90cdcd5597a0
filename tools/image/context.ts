/** `npm run image:context`: prepares `build/image/`, which is all that the Dockerfile sees. */
import { cp, mkdir, rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { BUNDLE_OPTIONS, buildBundle, ROOT } from '../bundle.ts';
import { writeLicenses } from './licenses.ts';

const CONTEXT = `${ROOT}build/image`;

export async function prepareContext(): Promise<void> {
  await rm(CONTEXT, { recursive: true, force: true });
  await mkdir(`${CONTEXT}/tools`, { recursive: true });
  const { metafile } = await buildBundle(`${CONTEXT}/pipe`);
  await build({
    absWorkingDir: ROOT,
    entryPoints: ['tools/image/stage.ts'],
    outfile: `${CONTEXT}/tools/stage.mjs`,
    bundle: true,
    platform: 'node',
    target: BUNDLE_OPTIONS.target,
    format: 'esm',
    logLevel: 'warning',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  for (const name of ['compile-run.js', 'compile-settle.js'])
    await cp(`${ROOT}tools/${name}`, `${CONTEXT}/tools/${name}`);
  await cp(`${ROOT}test/fixtures/hello-edge`, `${CONTEXT}/test/fixtures/hello-edge`, { recursive: true });
  await cp(`${ROOT}pipe.yml`, `${CONTEXT}/pipe.yml`);
  await writeLicenses(`${CONTEXT}/licenses`, metafile);
}
