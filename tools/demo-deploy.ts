/**
 * The main job, for real. A sandbox of Bitbucket and Vercel on a real socket, the built pipe as a
 * child process with the environment that Bitbucket would give it, and its record verified afterwards.
 */
import { readdir, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { serveSandbox } from '../src/sandbox/index.ts';
import { buildBundle, ROOT } from './bundle.ts';
import { makeClone } from './demo-clone.ts';
import { stayIfAsked } from './demo-stay.ts';
import { runPipe } from './pipe-process.ts';

const say = (text: string): void => console.log(text);
const show = (text: string): void => void process.stdout.write(text.replace(/^(?=.)/gm, '    '));
const shown = (path: string): string => relative(process.cwd(), path);

say('\n1. Building the pipe: dist/main.js');
await buildBundle();

say('2. Starting a sandbox: Bitbucket as OIDC issuer, Vercel with its token exchange and its deploy API');
const served = await serveSandbox({ providers: true });
const { issuer, vercel, providers } = served.sandbox;
if (!providers) throw new Error('the sandbox has no timestamp authority');
const clone = await makeClone(`${ROOT}build/demo`, issuer);
const authorityFile = `${clone.directory}/tsa-root.pem`;
await writeFile(authorityFile, providers.tsa.rootPem);
await writeFile(`${clone.directory}/tsa-chain.pem`, providers.tsa.chainPem);

const step = {
  ...issuer.bitbucketEnvironment(await issuer.mintToken()),
  BITBUCKET_CLONE_DIR: clone.directory,
  VERCEL_TEAM_ID: vercel.team.id,
  VERCEL_PROJECT_ID: 'prj_web',
  TARGET: 'production',
  VERCEL_API_URL: served.url,
  TIMESTAMP_URL: providers.tsa.url,
};
const run = (changes: Readonly<Record<string, string>>): ReturnType<typeof runPipe> =>
  runPipe({ workingDir: clone.directory, environment: { ...step, ...changes }, echo: show });

say('3. The first run in a new repository: COMMAND: doctor deploys nothing, and tells what a deploy would do\n');
const examined = await run({ COMMAND: 'doctor' });

say('\n4. The deploy step of two: the build step left .vercel/output, this step has `oidc:` and runs the pipe alone\n');
const deployed = await run({});

say('\n5. The same step on another branch: the policy says no, and why\n');
const onBranch = await issuer.mintToken({ claims: { branchName: 'feature/pay' } });
const denied = await run({
  BITBUCKET_STEP_OIDC_TOKEN: onBranch,
  BITBUCKET_BRANCH: 'feature/pay',
});

say(
  '\n6. An auditor, offline: the records, the archived keys of the issuer, the certificate of the timestamp authority\n',
);
const records = `${clone.directory}/deploy-records`;
const names = await readdir(records);
const results = names.filter((name) => name.endsWith('.result.sigstore.json'));
// The one deployment is the one with an intent; a denial has none.
const intent = names.find((name) => name.endsWith('.intent.sigstore.json')) ?? '';
const verify = (...what: readonly string[]): ReturnType<typeof runPipe> =>
  runPipe({
    workingDir: clone.directory,
    environment: {},
    // The record says that it was made in a sandbox; verify refuses such a record unless asked.
    args: [
      ...['verify', '--issuer-keys', `${clone.directory}/issuer-keys.json`, '--tsa', authorityFile, '--allow-sandbox'],
      ...what,
    ],
    echo: show,
  });
const verified = await verify(`${records}/${intent.replace('.intent.', '.result.')}`);
say('\n7. The same for all that there is\n');
const verifiedAll = await verify(records);

const live = vercel.tokens.filter(({ kind, revokedAt }) => kind === 'app' && revokedAt === undefined);
say('\nWhere to look next');
say(`  ${shown(records)}/   the signed intent and result, the manifest of files, and the signed denial`);
say(
  `  ${shown(clone.directory)}/deploy-policy.yml   the grant that allowed it: change it, and see what it then allows`,
);
say(
  `  ${shown(clone.directory)}/issuer-keys.json   the issuer's keys, as doctor wrote them: without them no keyless record can be checked later`,
);
say('  README.md   the YAML for your own pipeline; docs/getting-started.md goes through it');
say('What step 7 did, by hand (records of a sandbox are refused without --allow-sandbox: they prove no deployment)');
say(
  `  node dist/main.js verify --issuer-keys ${shown(clone.directory)}/issuer-keys.json --tsa ${shown(authorityFile)} --allow-sandbox ${shown(records)}`,
);
say(
  `Vercel tokens left alive: ${String(live.length)} of ${String(vercel.tokens.filter(({ kind }) => kind === 'app').length)}`,
);
await stayIfAsked(clone.directory, { ...step, OIDC_ISSUER: issuer.url });
await served.close();

const asExpected =
  [examined, deployed, denied, verified, verifiedAll].map(({ status }) => status).join() === '0,0,5,0,0';
process.exitCode = asExpected && live.length === 0 && results.length === 2 ? 0 : 1;
