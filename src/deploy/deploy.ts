import type { Credential } from '../exchange/types.ts';
import type { HttpClient } from '../http/index.ts';
import type { Clock, Files, Log, Random } from '../platform/types.ts';
import type { DeploySettings, Target } from '../variables/types.ts';
import { assignAliases } from './aliases.ts';
import { isUnclear } from './create.ts';
import { deliver, type Order } from './deliver.ts';
import { followDeployment } from './follow.ts';
import { completeReport } from './lookup.ts';
import { tellOrigin, type Origin } from './origin.ts';
import { findEarlier, type Rerun } from './rerun.ts';
import type { Report } from './report.ts';
import { assumeTarget, refuseOtherTarget, refuseStale } from './target.ts';
import type { Deployment, Ending, Manifest, Upload } from './types.ts';
import { createVercelApi, type BearerSource, type CreateBody, type VercelApi } from './vercel-api.ts';

export interface DeployInput {
  readonly credential: Credential;
  /** The credential's token, renewed where it would expire. */
  readonly bearerOf: BearerSource;
  readonly target: Target;
  readonly settings: DeploySettings;
  readonly gitMetadata: Readonly<Record<string, string | boolean>> | undefined;
  readonly meta: Readonly<Record<string, string>>;
  /** Key of `meta` whose value no other run has. */
  readonly ownKey: string;
  /** Given where the step is run again: its earlier work may be taken. */
  readonly rerun: Rerun | undefined;
  /** True: production is staged, and the caller promotes it after a test. */
  readonly heldBack: boolean;
  /** Host names to give, when it is ready. */
  readonly aliases: readonly string[];
  readonly manifest: Manifest;
  /** Absolute folders for a temporary archive, the first that can be written counts. */
  readonly tempDirs: readonly string[];
  /** Milliseconds since 1970: nothing is waited for beyond it. */
  readonly deadlineAt: number;
  /** Gets every state that Vercel reports, so that the caller knows the last one whatever happens. */
  readonly onProgress: (deployment: Deployment) => void;
  /** Gets whether a create is under way, or was left without an answer that tells what came of it. */
  readonly onCreate: (isOpen: boolean) => void;
  /** Gets where it came from, as soon as that is known: a run that fails later must not pass for its maker. */
  readonly onOrigin: (origin: Origin) => void;
  /** Gets what came of it before the aliases are given: one that is refused ends the run, and takes nothing of it back. */
  readonly onEnd: (deployed: Deployed) => void;
}

export interface DeployDeps {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly files: Files;
  readonly random: Random;
}

export interface Deployed {
  /** As Vercel reported it last. */
  readonly deployment: Deployment;
  readonly ending: Ending;
  readonly origin: Origin;
  readonly upload: Upload;
}

const NOTHING_SENT: Upload = { form: 'none', files: 0, bytes: 0, parts: [] };

/**
 * Creates one deployment, or takes the one that an earlier run of the step made, and follows it to its end.
 * @throws {PipeError} where Vercel refuses to create it, where it ends otherwise than live, or where its state cannot
 * be learned; or the signal's reason.
 */
export async function deploy(input: DeployInput, deps: DeployDeps, signal: AbortSignal): Promise<Deployed> {
  const { project, door } = input.credential;
  const api = watchCreates(createVercelApi(deps.http, door, project.teamId, input.bearerOf), input.onCreate);
  const { report, origin, upload } = await obtain(input, { ...deps, api }, signal);
  input.onOrigin(origin);

  let { deployment } = report;
  const progress = (latest: Deployment): void => {
    if (latest.readyState !== deployment.readyState) deps.log.debug(`${latest.id} ${latest.readyState}`);
    deployment = latest;
    input.onProgress(latest);
  };
  progress(deployment);
  await refuseOtherTarget({ api, log: deps.log }, input.target, report, origin.kind === 'created', signal);
  const { heldBack, target, settings } = input;
  const [production, autoAssign] = [target.kind === 'production', settings.autoAssignDomains && !heldBack];
  const options = { production, autoAssign, heldBack, wait: settings.wait, projectId: project.id };
  const ending = await followDeployment({ ...deps, api }, report, options, progress, signal);
  // What is staged, rolled out by stages or still built has not lost production to another.
  const serves = ending === 'live' || (ending === 'created' && autoAssign && deployment.readyState === 'READY');
  if (origin.kind === 'deduplicated' && !heldBack && serves) await refuseStale(api, input, deployment, signal);
  const deployed = { deployment, ending, origin, upload };
  input.onEnd(deployed);
  await assignAliases({ api, log: deps.log }, deployment, input.aliases, signal, progress);
  return { ...deployed, deployment };
}

function watchCreates(api: VercelApi, tell: DeployInput['onCreate']): VercelApi {
  return {
    ...api,
    create: async (...asked) => {
      tell(true);
      const reply = await api.create(...asked);
      tell(isUnclear(reply));
      return reply;
    },
  };
}

interface Obtained {
  readonly report: Report;
  readonly origin: Origin;
  readonly upload: Upload;
}

async function obtain(
  input: DeployInput,
  deps: DeployDeps & { readonly api: VercelApi },
  signal: AbortSignal,
): Promise<Obtained> {
  const { log } = deps;
  const { rerun, settings, ownKey, meta } = input;
  const earlier = rerun && !settings.force ? await findEarlier(deps, rerun, signal) : undefined;
  if (earlier) {
    log.info(`Taking ${earlier.deployment.id}, which an earlier run of this step made. FORCE: true makes a new one.`);
    return { report: earlier, origin: { kind: 'adopted', meta: earlier.meta }, upload: NOTHING_SENT };
  }
  const order = toOrder(input);
  const { report: said, upload } = await deliver(order, deps, signal);
  const answer = assumeTarget(said, input.target);
  // Known from now on, whatever becomes of the rest.
  input.onProgress(answer.deployment);
  const report = await completeReport(deps, answer, order.sought, signal);
  return { ...(await tellOrigin(deps, report, { key: ownKey, value: meta[ownKey] ?? '' }, signal)), upload };
}

function toOrder(input: DeployInput): Order {
  const { settings, credential, manifest, tempDirs, deadlineAt, ownKey, meta } = input;
  return {
    body: toBody(input),
    query: { prebuilt: settings.mode === 'prebuilt', forceNew: settings.force },
    sought: {
      projectId: credential.project.id,
      metaKey: ownKey,
      metaValue: meta[ownKey] ?? '',
      creatorId: credential.principalId,
    },
    ...{ manifest, tempDirs, deadlineAt, upload: settings.upload },
  };
}

function toBody({ credential, target, settings, heldBack, gitMetadata, meta }: DeployInput): Omit<CreateBody, 'files'> {
  return {
    // Vercel makes the address from it.
    name: credential.project.name,
    project: credential.project.id,
    ...(target.kind === 'production' ? { target: 'production' } : {}),
    ...(target.kind === 'custom' ? { customEnvironmentSlugOrId: target.slug } : {}),
    ...(settings.autoAssignDomains && !heldBack ? {} : { autoAssignCustomDomains: false }),
    ...(settings.regions.length > 0 ? { regions: settings.regions } : {}),
    ...(gitMetadata ? { gitMetadata } : {}),
    meta,
    version: 2,
  };
}
