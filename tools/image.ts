/**
 * `npm run image:context` prepares what the Dockerfile sees, for any builder. `npm run image [-- --tag NAME] [--from BASE]`
 * builds and keeps an image for this machine by buildah; without `--from` on a base made of npm's Node, so that no
 * registry is asked.
 */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { VERSION } from '../src/version.ts';
import { buildBase, buildImage } from './image/build.ts';
import { prepareContext } from './image/context.ts';
import { missingTools } from './image/tools.ts';
import { ROOT } from './root.ts';

const LOCAL_BASE = 'localhost/vercel-oidc-deploy-base:24';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { tag: { type: 'string' }, from: { type: 'string' } },
});
if (positionals[0] === 'context') await prepareContext();
else await buildOne();

async function buildOne(): Promise<void> {
  const missing = missingTools();
  if (missing !== undefined) {
    console.error(missing);
    process.exitCode = 3;
    return;
  }
  const tag = values.tag ?? `localhost/vercel-oidc-deploy:${VERSION}`;
  if (values.from === undefined) await buildBase(LOCAL_BASE);
  const revision = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
  const digest = await buildImage({ tag, base: values.from ?? LOCAL_BASE, version: VERSION, revision });
  console.log(`${tag}\n${digest}`);
}
