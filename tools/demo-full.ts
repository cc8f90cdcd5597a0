/** `npm run demo -- --full`: what happens after a deploy. Preview, smoke tests, promotion, rollback, and Bitbucket's report. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { serveSandbox, type ServedSandbox } from '../src/sandbox/index.ts';
import { buildBundle, ROOT } from './bundle.ts';
import { makeClone } from './demo-clone.ts';
import { runPipe, type Finished } from './pipe-process.ts';

const say = (text: string): void => console.log(text);
const show = (text: string): void => void process.stdout.write(text.replace(/^(?=.)/gm, '    '));

/** @returns whether all went as it should. */
export async function demoFull(): Promise<boolean> {
  say('\n1. Building the pipe, and starting a sandbox of Bitbucket and Vercel');
  await buildBundle();
  const served = await serveSandbox();
  const { issuer, vercel } = served.sandbox;
  const clone = await makeClone(`${ROOT}build/demo-full`, issuer);
  await allowMore(clone.directory);
  // It says what the fixture was built for; here it goes to previews too.
  await rm(`${clone.directory}/.vercel/output/builds.json`);
  const step = await makeEnvironment(served, clone.directory);
  const statuses: Finished['status'][] = [];
  const run = async (title: string, changes: Readonly<Record<string, string>>): Promise<void> => {
    say(`\n${title}\n`);
    const environment = { ...step, ...changes };
    statuses.push((await runPipe({ workingDir: clone.directory, environment, echo: show })).status);
  };
  const smoke = listOf('SMOKE_PATHS', ['/ 200 Hello']);
  const outputs = async (): Promise<{ url: string; deploymentId: string }> =>
    JSON.parse(await readFile(`${clone.directory}/deploy-records/deploy-outputs.json`, 'utf8')) as never;

  await run('2. A preview, tested at its own address', { TARGET: 'preview', ...smoke });
  await run('3. Production: staged, tested, then promoted', { TARGET: 'production', ...smoke });
  const good = await outputs();
  vercel.planSite('prj_web', {
    pages: { '/': { status: 200, body: 'Something is wrong' }, '/login': { status: 403 } },
  });
  await run('4. The same with a build that does not work: production stays as it is', {
    ...{ TARGET: 'production', FORCE: 'true' },
    ...listOf('SMOKE_PATHS', ['/ 200 Hello', '/login 200']),
  });
  vercel.planSite('prj_web', { pages: { '/': { status: 200, body: 'Hello again' } } });
  await run('5. A deployment that is staged', { TARGET: 'production', AUTO_ASSIGN_DOMAINS: 'false', FORCE: 'true' });
  const { url, deploymentId } = await outputs();
  await run('6. COMMAND: promote, by its address', { COMMAND: 'promote', TARGET: 'production', DEPLOYMENT: url });
  const rollback = { COMMAND: 'rollback', TARGET: 'production', DEPLOYMENT: good.deploymentId };
  await run('7. COMMAND: rollback, to the deployment of step 3', rollback);

  say('\n8. The report that Bitbucket shows beside the commit, as the run before left it\n');
  const report = findReport(served);
  show(`${JSON.stringify(report, undefined, 2)}\n`);
  await served.close();

  const alive = vercel.tokens.filter(({ kind, revokedAt }) => kind === 'app' && revokedAt === undefined).length;
  say(`\nLeft alive: ${String(alive)} tokens of Vercel. Promoted and rolled back from: ${deploymentId}`);
  return statuses.join() === '0,0,1,0,0,0' && alive === 0 && report !== undefined;
}

async function makeEnvironment(
  { sandbox: { issuer, vercel }, url, proxyUrl }: ServedSandbox,
  cloneDir: string,
): Promise<Record<string, string>> {
  return {
    ...issuer.bitbucketEnvironment(await issuer.mintToken()),
    ...{ BITBUCKET_CLONE_DIR: cloneDir, SANDBOX_BITBUCKET_PROXY: proxyUrl },
    ...{ VERCEL_TEAM_ID: vercel.team.id, VERCEL_PROJECT_ID: 'prj_web', VERCEL_API_URL: url },
  };
}

/** Of production; `results` are those of all runs. */
function findReport({ sandbox }: ServedSandbox): object | undefined {
  const report = sandbox.bitbucket.reports.find(({ body }) => String(body['title']).includes('production'));
  return report && { id: report.id, results: report.results, ...report.body };
}

/** The demo's grant is for deploys to production alone. */
async function allowMore(folder: string): Promise<void> {
  const path = `${folder}/deploy-policy.yml`;
  const text = (await readFile(path, 'utf8'))
    .replace('actions: [deploy]', 'actions: [deploy, promote, rollback]')
    .replace('targets: [production]', 'targets: [production, preview]');
  await writeFile(path, text);
}

/** As Bitbucket hands a list to a pipe. */
function listOf(name: string, items: readonly string[]): Record<string, string> {
  const listed = items.map((item, index) => [`${name}_${String(index)}`, item]);
  return { [`${name}_COUNT`]: String(items.length), ...(Object.fromEntries(listed) as Record<string, string>) };
}
