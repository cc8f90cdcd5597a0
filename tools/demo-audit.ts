/** `npm run demo -- --audit`: a day of deployments, some of them nobody's, and the audit that tells them apart. */
import { readFile, writeFile } from 'node:fs/promises';
import { serveSandbox, type ServedSandbox } from '../src/sandbox/index.ts';
import { buildBundle, ROOT } from './bundle.ts';
import { makeClone, type DemoClone } from './demo-clone.ts';
import { stayIfAsked } from './demo-stay.ts';
import { runPipe, type Finished } from './pipe-process.ts';

const say = (text: string): void => console.log(text);
const show = (text: string): void => void process.stdout.write(text.replace(/^(?=.)/gm, '    '));

type Run = (title: string, changes: Readonly<Record<string, string>>) => Promise<Finished['status']>;

/** @returns whether the audit finds what is to be found, and nothing when that is excused. */
export async function demoAudit(): Promise<boolean> {
  say('\n1. Building the pipe, and starting a sandbox of Bitbucket and Vercel');
  await buildBundle();
  const served = await serveSandbox();
  // What the sandbox begins with was there before the pipe.
  await new Promise((resolve) => setTimeout(resolve, 5));
  const since = new Date().toISOString();
  const clone = await makeClone(`${ROOT}build/demo-audit`, served.sandbox.issuer);
  await allowMore(clone);
  const step = await environmentOf(served, clone);
  const run = createRun(step, clone);
  const statuses = [
    await run('2. A deployment to production, by the pipe', { TARGET: 'production' }),
    await run('3. Another one', { TARGET: 'production', FORCE: 'true' }),
    await run('4. COMMAND: doctor keeps the keys that Bitbucket signs with today', {
      COMMAND: 'doctor',
      TARGET: 'production',
    }),
  ];
  const audit = `audit --since ${since} --issuer-keys issuer-keys.json --allow-sandbox deploy-records`;
  statuses.push(
    await run('5. An audit: all is explained', { COMMAND: audit, BITBUCKET_DEPLOYMENT_ENVIRONMENT: 'production' }),
  );

  say('\n6. Meanwhile somebody deploys from a laptop, and somebody else takes production back in the dashboard');
  plantTrouble(served);
  statuses.push(
    await run('7. The next audit goes on from the checkpoint of the first', {
      COMMAND: `${audit} --checkpoint audit --out audit-2 --pack`,
    }),
  );
  say(`\nOpen ${clone.directory}/audit-2/audit.html in a browser.`);
  say(`What an auditor takes away: audit-2/audit-evidence.zip beside it. VERIFY.md in it says how to check it.`);
  await stayIfAsked(clone.directory, { ...step, OIDC_ISSUER: served.sandbox.issuer.url });
  await served.close();
  return statuses.join() === '0,0,0,0,1';
}

function plantTrouble({ sandbox: { vercel } }: ServedSandbox): void {
  const [first] = vercel.deployments;
  if (!first) throw new Error('nothing was deployed');
  vercel.plantDeployment({ projectId: 'prj_web', target: 'production', source: 'cli' });
  vercel.rollBack('prj_web', first.id);
  const type = 'instant-rollback-created';
  vercel.plantEvent({ type, payload: vercel.payloadOf(type, first) });
}

async function environmentOf(
  { sandbox, url, proxyUrl }: ServedSandbox,
  { directory }: DemoClone,
): Promise<Readonly<Record<string, string>>> {
  const { issuer, vercel, bitbucket } = sandbox;
  return {
    ...issuer.bitbucketEnvironment(await issuer.mintToken()),
    ...{ BITBUCKET_CLONE_DIR: directory, SANDBOX_BITBUCKET_PROXY: proxyUrl },
    ...{ VERCEL_TEAM_ID: vercel.team.id, VERCEL_PROJECT_ID: 'prj_web', VERCEL_API_URL: url },
    ...{ BITBUCKET_API_URL: new URL(issuer.url).origin, BITBUCKET_ACCESS_TOKEN: bitbucket.accessToken },
    TARGET: 'production',
  };
}

function createRun(step: Readonly<Record<string, string>>, { directory }: DemoClone): Run {
  return async (title, changes) => {
    say(`\n${title}\n`);
    const { status } = await runPipe({ workingDir: directory, environment: { ...step, ...changes }, echo: show });
    return status;
  };
}

/** The demo's grant is for deploys alone; an audit has one of its own, and in life an environment of its own. */
async function allowMore({ directory }: DemoClone): Promise<void> {
  const path = `${directory}/deploy-policy.yml`;
  const text = await readFile(path, 'utf8');
  const [head = '', grant = ''] = text.split('grants:\n');
  const audit = grant
    .replace('id: web-production', 'id: nightly-audit')
    .replace('actions: [deploy]', 'actions: [audit]');
  await writeFile(path, `${head}grants:\n${grant}${audit}`);
}
