import { deploy } from '../deploy/index.ts';
import { PipeError, type ExitStatus } from '../errors.ts';
import { checkChain, revokeAll } from '../exchange/index.ts';
import type { Credential } from '../exchange/types.ts';
import { verifyIdentity } from '../identity/index.ts';
import type { VerifiedIdentity } from '../identity/types.ts';
import { decideAccess, policyWarnings } from '../policy/index.ts';
import type { Grant } from '../policy/types.ts';
import type { Platform } from '../platform/types.ts';
import { nameTarget, type Config } from '../variables/index.ts';
import { exchangeInput, keepForRun, obtainCredential } from './credential.ts';
import { describeFunctions } from './functions.ts';
import { cancelUnfinished, REVOKE_BUDGET_MS, STOPPED_REVOKE_BUDGET_MS } from './interrupt.ts';
import { buildOrder } from './order.ts';
import { prepareInputs, type Inputs } from './prepare.ts';
import { writeIntent, writeOutcome } from './records.ts';
import { reportEnd } from './report.ts';
import { stage, startRun, toPipeError, type Run } from './run.ts';
import type { Story } from './story.ts';

/** `COMMAND: deploy`: from the environment to a live deployment and its signed record. */
export async function runDeploy(config: Config, platform: Platform, stop: AbortSignal): Promise<ExitStatus> {
  const run = startRun(config, platform, stop);
  const story: Story = { leases: [], work: new AbortController() };
  const failure = await attempt(run, story);
  story.work.abort();
  if (failure) await cancelUnfinished(run, story);
  const budget = stop.aborted ? STOPPED_REVOKE_BUDGET_MS : REVOKE_BUDGET_MS;
  // Side by side: neither needs the other, and the user waits for both.
  const revoked = revokeAll(story.leases, platform.log, platform.clock.timeout(budget));
  const unstored = await writeOutcome(run, story, failure);
  await revoked;
  return reportEnd(run, story, failure, unstored);
}

/** The chain. Each product is the only key to the next step; none can be skipped. */
async function attempt(run: Run, story: Story): Promise<PipeError | undefined> {
  try {
    const inputs = await prepareInputs(run);
    story.signer = inputs.signer;
    story.policy = inputs.policy;
    tell(run, inputs);
    warn(run, [...inputs.warnings, ...(inputs.policy ? policyWarnings(inputs.policy, run.startedAt) : [])]);

    const identity = await identify(run, inputs);
    story.identity = identity;
    const grant = authorize(run, story, inputs, identity);
    story.grant = grant;
    const credential = await obtainCredential(run, story, grant);
    story.credential = credential;
    story.manifest = await inputs.manifest;
    story.intent = await writeIntent(run, story);

    await deployOutput(run, story, inputs, grant, credential);
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

async function deployOutput(
  run: Run,
  story: Story,
  inputs: Inputs,
  grant: Grant,
  credential: Credential,
): Promise<void> {
  const { http, signal, platform } = run;
  const { clock, log, files, random } = platform;
  const keeper = keepForRun(run, story, grant, credential);
  story.keeper = keeper;
  const order = await buildOrder(run, story, inputs, credential, keeper);
  await stage(
    run,
    'deploy',
    async () => {
      story.deployed = await deploy(order, { http, clock, log, files, random }, signal);
      return story.deployed;
    },
    describeDeployed,
  );
}

function describeDeployed({ deployment, ending, origin, upload }: NonNullable<Story['deployed']>): string {
  const how = { live: 'is live', staged: 'is staged', rolling: 'is being rolled out', created: 'was created' }[ending];
  const sent = { none: 'nothing sent', files: `${String(upload.files)} files sent`, archive: 'sent as an archive' };
  const from = origin.kind === 'created' ? '' : `, ${origin.kind}`;
  return `${deployment.id} ${how}, ${sent[upload.form]}${from}`;
}

function tell({ platform }: Run, { functions }: Inputs): void {
  const line = describeFunctions(functions);
  if (line !== undefined) platform.log.info(line);
}

function warn({ platform }: Run, warnings: readonly string[]): void {
  for (const warning of warnings) platform.log.warn(warning);
}
