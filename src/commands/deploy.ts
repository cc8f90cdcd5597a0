import { deploy } from '../deploy/index.ts';
import { PipeError, type ExitStatus } from '../errors.ts';
import { checkChain, exchange, revokeAll, type ExchangeInput } from '../exchange/index.ts';
import type { Credential } from '../exchange/types.ts';
import { verifyIdentity } from '../identity/index.ts';
import type { VerifiedIdentity } from '../identity/types.ts';
import { decideAccess, policyWarnings } from '../policy/index.ts';
import type { Grant } from '../policy/types.ts';
import type { Platform } from '../platform/types.ts';
import { nameTarget, type Config } from '../variables/index.ts';
import { buildMeta } from './meta.ts';
import { prepareInputs, type Inputs } from './prepare.ts';
import { writeIntent, writeOutcome } from './records.ts';
import { reportEnd } from './report.ts';
import { stage, startRun, toPipeError, type Run } from './run.ts';
import type { Story } from './story.ts';

/** The tokens of a run that timed out or was stopped are still revoked, but not for ever. */
const REVOKE_BUDGET_MS = 15_000;

/** `COMMAND: deploy`: from the environment to a live deployment and its signed record. */
export async function runDeploy(config: Config, platform: Platform, stop: AbortSignal): Promise<ExitStatus> {
  const run = startRun(config, platform, stop);
  const story: Story = { leases: [] };
  const failure = await attempt(run, story);
  const unstored = await writeOutcome(run, story, failure);
  await revokeAll(story.leases, platform.log, platform.clock.timeout(REVOKE_BUDGET_MS));
  return reportEnd(run, story, failure, unstored);
}

/** The chain. Each product is the only key to the next step; none can be skipped. */
async function attempt(run: Run, story: Story): Promise<PipeError | undefined> {
  try {
    const inputs = await prepareInputs(run);
    story.signer = inputs.signer;
    story.policy = inputs.policy;
    warn(run, [...inputs.plan.warnings, ...(inputs.policy ? policyWarnings(inputs.policy, run.startedAt) : [])]);

    const identity = await identify(run, inputs);
    story.identity = identity;
    const grant = authorize(run, story, inputs, identity);
    story.grant = grant;
    const credential = await obtainCredential(run, story, grant);
    story.credential = credential;
    refuseForcedProduction(run, credential);
    story.manifest = await inputs.manifest;
    story.intent = await writeIntent(run, story);

    await deployOutput(run, story, credential);
    return undefined;
  } catch (error) {
    return toPipeError(error, run);
  }
}

function identify(run: Run, { expected }: Inputs): Promise<VerifiedIdentity> {
  const { config, platform } = run;
  const input = { token: config.stepToken, build: config.build, ...expected };
  return stage(
    run,
    'identity',
    () => verifyIdentity(input, { http: run.http, clock: platform.clock, log: platform.log }, run.signal),
    ({ repositoryUuid, stepUuid, issuer, warnings }) => {
      warn(run, warnings);
      return `step ${stepUuid} of repository ${repositoryUuid}, proved by ${issuer}`;
    },
  );
}

function authorize(run: Run, story: Story, { policy }: Inputs, identity: VerifiedIdentity): Grant {
  const { config, startedAt, platform } = run;
  const decidedAt = platform.clock.now();
  const verdict = decideAccess(policy, identity, {
    action: 'deploy',
    projectId: config.projectId,
    target: nameTarget(config.target),
    now: startedAt,
    signer: 'key',
    exchange: config.exchange,
  });
  if ('denial' in verdict) {
    story.denial = verdict.denial;
    throw new PipeError({
      code: 'DENIED_BY_POLICY',
      message: verdict.denial.reason,
      faults: verdict.denial.details,
      fix: verdict.denial.suggestion,
    });
  }
  const faults = checkChain(verdict.grant, exchangeInput(config));
  if (faults.length > 0) {
    throw new PipeError({
      code: 'VARIABLES_INVALID',
      message: 'Policy and variables disagree. Nothing was sent.',
      faults,
    });
  }
  const against = policy ? `policy ${policy.digest.slice(0, 12)}` : 'no policy file: preview only';
  platform.log.done('policy', `grant ${verdict.grant.id} (${against})`, platform.clock.now() - decidedAt);
  return verdict.grant;
}

function obtainCredential(run: Run, story: Story, grant: Grant): Promise<Credential> {
  const { config, platform, http, signal } = run;
  const deps = { http, clock: platform.clock, log: platform.log, apiUrl: config.apiUrl };
  return stage(
    run,
    'exchange',
    () => exchange(grant, exchangeInput(config), deps, story.leases, signal),
    ({ hop, expiresAt, project }) => {
      const life = expiresAt === undefined ? '' : `, ${formatLife(expiresAt - platform.clock.now())} to live`;
      const kind = hop === 'static' ? 'a stored token (static)' : 'a short-lived token';
      return `${kind} for ${project.name} (${project.id})${life}`;
    },
  );
}

/** Vercel turns the first deployment of a project into production, whatever was asked; a preview must not. */
function refuseForcedProduction({ config }: Run, { project }: Credential): void {
  if (config.target.kind === 'production' || project.hasProductionDeployment) return;
  throw new PipeError({
    code: 'FIRST_DEPLOYMENT_IS_PRODUCTION',
    message: `Project ${project.name} has no production deployment yet, and Vercel makes the first one production. Nothing was created.`,
    got: `TARGET ${nameTarget(config.target)}`,
    wanted: 'TARGET production for the first deployment',
    fix: 'Deploy once with TARGET: production (the policy must grant it); after that this step works as it is.',
  });
}

async function deployOutput(run: Run, story: Story, credential: Credential): Promise<void> {
  const { config, platform, http, signal } = run;
  const { intent, manifest, identity } = story;
  if (!intent || !manifest || !identity) throw new Error('deploying without an intent');
  await stage(
    run,
    'deploy',
    () =>
      deploy(
        {
          credential,
          apiUrl: config.apiUrl,
          target: config.target,
          name: credential.project.name,
          meta: buildMeta(run, identity, manifest, intent),
          manifest,
          onProgress: (deployment) => (story.deployment = deployment),
        },
        { http, clock: platform.clock, log: platform.log, files: platform.files },
        signal,
      ),
    ({ deployment, uploaded }) => `${deployment.id} is live, ${String(uploaded.files)} files sent`,
  );
}

function exchangeInput(config: Config): ExchangeInput {
  const { stepToken, vercelToken, teamId, vercelPolicyId } = config;
  return { stepToken, vercelToken, teamId, vercelPolicyId };
}

function warn({ platform }: Run, warnings: readonly string[]): void {
  for (const warning of warnings) platform.log.warn(warning);
}

function formatLife(ms: number): string {
  return `${String(Math.floor(ms / 60_000))} min`;
}
