/**
 * `npm run release:sign`: signs the image whose digest stands in `build/release/digest`, as the variables say it
 * (docs/publishing.md). Needs no package of npm: it runs beside credentials.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { planSigning, SIGNING_CONFIG } from './release/sign.ts';
import { ROOT } from './root.ts';

const release = `${ROOT}build/release`;
const secrets = `${ROOT}build/signing`;
const digest = readFileSync(`${release}/digest`, 'utf8').trim();
const { commands, wantsToken } = planSigning({ environment: process.env, digest, secrets, release });
if (commands.length === 0) console.log(`${digest} is NOT signed: SIGN_METHOD is none.`);
try {
  await mkdir(secrets, { recursive: true });
  await writeFile(`${secrets}/signing-config.json`, JSON.stringify(SIGNING_CONFIG));
  if (wantsToken) {
    await writeFile(`${secrets}/oidc-token`, process.env['BITBUCKET_STEP_OIDC_TOKEN'] ?? '', { mode: 0o600 });
  }
  for (const [program = '', ...args] of commands) {
    const { status, error } = spawnSync(program, args, { stdio: 'inherit' });
    if (error) throw error;
    if (status !== 0) throw new Error(`${program} ended with status ${String(status)}: the image is not signed`);
  }
} finally {
  await rm(`${secrets}/oidc-token`, { force: true });
}
