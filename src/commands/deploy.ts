import { deploy, pageOf, type Deployed } from '../deploy/index.ts';
import type { ExitStatus, PipeError } from '../errors.ts';
import type { Credential } from '../exchange/types.ts';
import { policyWarnings } from '../policy/index.ts';
import type { Grant } from '../policy/types.ts';
import { gainAccess } from './access.ts';
import { checkProject, keepForRun } from './credential.ts';
import { concludeDeploy } from './deploy-smoke.ts';
import { finishRun } from './finish.ts';
import { homeWarnings } from './homes.ts';
import { cancelUnfinished } from './interrupt.ts';
import { tellFiles, tellRules, tellTask } from './opening.ts';
import { buildOrder } from './order.ts';
import { prepareInputs, type Inputs } from './prepare.ts';
import { keepManifest, writeIntent } from './records.ts';
import { stage, toPipeError, type Run } from './run.ts';
import { startStory, type Story } from './story.ts';
import type { Made } from './too-long.ts';

/** `COMMAND: deploy`: from the environment to a live deployment and its signed record. */
export async function runDeploy(run: Run): Promise<ExitStatus> {
  const story = startStory();
  run.deadline.watch(() => findMade(story));
  tellTask(run, story.action);
  const failure = await attempt(run, story);
  story.work.abort();
  if (failure) await cancelUnfinished(run, story);
  return finishRun(run, story, failure);
}

/** The chain. Each product is the only key to the next step; none can be skipped. */
async function attempt(run: Run, story: Story): Promise<PipeError | undefined> {
  try {
    const inputs = await prepareInputs(run, story.work.signal);
    story.policy = inputs.policy;
    story.policyOrigin = inputs.origin;
    tellFiles(run, inputs);
    tellRules(run, inputs.policy, inputs.origin);
    warn(run, [
      ...inputs.warnings,
      ...homeWarnings(run.config),
      ...(inputs.policy ? policyWarnings(inputs.policy, run.startedAt) : []),
    ]);

    const { grant, credential, asked } = await gainAccess(run, story, inputs);
    checkProject(run, credential);
    story.manifest = await inputs.manifest;
    const kept = keepManifest(run, story);
    // What Bitbucket and Vercel said belongs in the intent.
    await asked;
    story.context = await story.reading;
    story.intent = await writeIntent(run, story, kept);

    await deployOutput(run, story, inputs, grant, credential);
    return undefined;
  } catch (error) {
    return toPipeError(error, run);
  }
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
    async () => (story.deployed = await deploy(order, { http, clock, log, files, random }, signal)),
    describeDeployed,
  );
  await concludeDeploy(run, story, inputs, credential, keeper);
}

function findMade({ deployment, deployed }: Story): Made | undefined {
  return deployment && { page: pageOf(deployment), came: deployed && (deployed.ending ?? 'moving') };
}

function describeDeployed({ deployment, ending, origin, upload }: Deployed): string {
  const how = { live: 'is live', staged: 'is staged', rolling: 'is being rolled out', created: 'was created' }[ending];
  const sent = { none: 'nothing sent', files: `${String(upload.files)} files sent`, archive: 'sent as an archive' };
  const from = origin.kind === 'created' ? '' : `, ${origin.kind}`;
  return `${deployment.id} ${how}, ${sent[upload.form]}${from}`;
}

function warn({ platform }: Run, warnings: readonly string[]): void {
  for (const warning of warnings) platform.log.warn(warning);
}
