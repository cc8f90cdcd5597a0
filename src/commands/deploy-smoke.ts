import { assignAliases, createVercelApi, pageOf, promoteDeployment, readProduction } from '../deploy/index.ts';
import type { Deployment } from '../deploy/types.ts';
import { PipeError } from '../errors.ts';
import type { CredentialKeeper } from '../exchange/index.ts';
import type { Credential } from '../exchange/types.ts';
import { smokeFailed, type Aftermath } from '../smoke/index.ts';
import { checkProduction } from './deploy-smoke-after.ts';
import { deployedOf, isHeldBack, readBestEffort, unsettle, type Testing } from './deploy-testing.ts';
import type { Inputs } from './prepare.ts';
import { stage, type Run } from './run.ts';
import { checkSite, showStepToken } from './smoke-check.ts';
import type { Story } from './story.ts';

/**
 * Tests what was deployed, where `SMOKE_PATHS` says so: first at its own address; then what was held back is promoted;
 * then it gets its aliases, and with `ROLLBACK_ON_FAILURE` production is tested too, whatever became of those.
 * @throws {PipeError} `SMOKE_FAILED`, or `SMOKE_PROTECTED`; as a promotion does; `ALIAS_FAILED` where nothing else did.
 */
export async function concludeDeploy(
  run: Run,
  story: Story,
  { aliases, expected }: Pick<Inputs, 'aliases' | 'expected'>,
  credential: Credential,
  keeper: CredentialKeeper,
): Promise<void> {
  if (run.config.after.smokePaths.length === 0) return;
  const { door, project } = credential;
  const api = createVercelApi(run.http, door, project.teamId, () => keeper.bearer());
  const testing: Testing = { run, story, credential, api, exchangeAudience: expected.audience };
  await testDeployment(testing);
  const before = isHeldBack(run, credential) ? await promote(testing) : undefined;
  const unnamed = await nameIt(testing, aliases);
  try {
    if (before) await checkProduction(testing, before.deploymentId);
  } catch (error) {
    // Production is what the run ends by; the names must not be forgotten over it.
    if (unnamed) run.platform.log.warn([unnamed.message, ...unnamed.told()].join(' '));
    throw error;
  }
  if (unnamed) throw unnamed;
}

async function testDeployment({ run, story, credential, exchangeAudience }: Testing): Promise<void> {
  const { identity } = story;
  const deployment = deployedOf(story);
  if (!identity) throw new Error('a test without an identity');
  const report = await checkSite(run, story, 'deployment', {
    host: deployment.url.replace('https://', ''),
    patience: 'warming',
    // Async, so that a refusal is a rejection.
    token: async () => Promise.resolve(showStepToken(run, identity, exchangeAudience)),
  });
  if (!report.ok) throw smokeFailed(report, tellAftermath(run, credential, deployment));
}

/** What is where, after a test that failed before anything was promoted. */
function tellAftermath(run: Run, credential: Credential, deployment: Deployment): Aftermath {
  const { config } = run;
  const look = `Look at ${deployment.url} and at its logs: ${pageOf(deployment)}`;
  if (config.target.kind !== 'production') {
    return { stands: `${deployment.id} stays as it is, and counts as failed.`, fix: look };
  }
  if (isHeldBack(run, credential)) {
    const anyway = `If it is good all the same, promote it: COMMAND: promote, DEPLOYMENT: ${deployment.id}.`;
    return { stands: `Production is unchanged: ${deployment.id} was not promoted.`, fix: `${look}\n${anyway}` };
  }
  const stands = config.deploy.autoAssignDomains
    ? `${deployment.id} is LIVE: the project had no production before it.`
    : `${deployment.id} is staged, as asked: no domain points at it.`;
  return { stands, fix: look };
}

/** @returns what production served before. */
async function promote({
  run,
  story,
  credential,
  api,
}: Testing): Promise<{ readonly deploymentId: string | undefined }> {
  const { platform, signal } = run;
  const { clock, log } = platform;
  const projectId = credential.project.id;
  const deployment = deployedOf(story);
  const before = await readProduction(projectId, { api }, signal);
  const { ending } = await stage(
    run,
    'promote',
    () => promoteDeployment({ projectId, deployment }, { api, clock, log, onMayMove: () => unsettle(story) }, signal),
    (moved) => `${deployment.id} ${moved.ending === 'live' ? 'is in production' : 'is being rolled out'}`,
  );
  if (story.deployed) story.deployed = { ...story.deployed, ending };
  story.deployedAt = clock.now();
  const latest = await readBestEffort(run, api, deployment);
  if (latest) story.deployment = latest;
  return { deploymentId: before.deploymentId };
}

/** @returns the refusal of a name: no reason to leave production untested. */
async function nameIt({ run, story, api }: Testing, aliases: readonly string[]): Promise<PipeError | undefined> {
  const deps = { api, log: run.platform.log };
  try {
    await assignAliases(deps, deployedOf(story), aliases, run.signal, (named) => (story.deployment = named));
    return undefined;
  } catch (error) {
    if (error instanceof PipeError && error.code === 'ALIAS_FAILED') return error;
    throw error;
  }
}
