import { PipeError } from '../errors.ts';
import type { Credential } from '../exchange/types.ts';
import type { HttpClient } from '../http/index.ts';
import type { Clock, Files, Log } from '../platform/types.ts';
import type { Target } from '../variables/types.ts';
import { createDeployment } from './create.ts';
import { followDeployment } from './follow.ts';
import type { Report } from './report.ts';
import type { Deployment, Manifest, ManifestEntry } from './types.ts';
import type { Uploaded } from './upload.ts';
import { createVercelApi, type CreateBody, type FileItem, type VercelApi } from './vercel-api.ts';

export interface DeployInput {
  readonly credential: Credential;
  /** No trailing slash. */
  readonly apiUrl: string;
  readonly target: Target;
  /** The project's name: Vercel makes the address from it. */
  readonly name: string;
  readonly meta: Readonly<Record<string, string>>;
  readonly manifest: Manifest;
  /** Gets every state that Vercel reports, so that the caller knows the last one whatever happens. */
  readonly onProgress: (deployment: Deployment) => void;
}

export interface DeployDeps {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly log: Log;
  readonly files: Files;
}

export interface Deployed {
  /** Live, as Vercel reported it last. */
  readonly deployment: Deployment;
  readonly uploaded: Uploaded;
}

/**
 * Creates one deployment and follows it until it is live.
 * @throws {PipeError} where Vercel refuses to create it, where it ends otherwise than live, or where its state cannot
 * be learned; or the signal's reason.
 */
export async function deploy(input: DeployInput, deps: DeployDeps, signal: AbortSignal): Promise<Deployed> {
  const { credential, apiUrl, manifest } = input;
  const { clock, log, files } = deps;
  const api = createVercelApi(deps.http, apiUrl, credential.project.teamId, credential.token);
  const { report, uploaded } = await createDeployment({ api, files, log }, toBody(input), manifest, signal);

  let { deployment } = report;
  const progress = (latest: Deployment): void => {
    if (latest.readyState !== deployment.readyState) log.debug(`${latest.id} ${latest.readyState}`);
    deployment = latest;
    input.onProgress(latest);
  };
  progress(deployment);
  log.info(`Created ${deployment.id}: ${deployment.inspectorUrl ?? deployment.url}`, { deploymentId: deployment.id });
  await refuseOtherTarget(api, input.target, report, signal);
  await followDeployment({ api, clock, log }, deployment, progress, signal);
  return { deployment, uploaded };
}

function toBody({ credential, target, name, meta, manifest }: DeployInput): CreateBody {
  return {
    name,
    project: credential.project.id,
    ...(target.kind === 'production' ? { target: 'production' } : {}),
    ...(target.kind === 'custom' ? { customEnvironmentSlugOrId: target.slug } : {}),
    meta,
    files: manifest.entries.map(toItem),
    version: 2,
  };
}

function toItem(entry: ManifestEntry): FileItem {
  const { path: file, mode } = entry;
  return entry.kind === 'directory' ? { file, mode } : { file, mode, sha: entry.sha1, size: entry.size };
}

/** Nobody granted another target than the one that was asked for, so a deployment to it is canceled at once. */
async function refuseOtherTarget(
  api: VercelApi,
  target: Target,
  { deployment, customEnvironment }: Report,
  signal: AbortSignal,
): Promise<void> {
  const wanted = target.kind === 'custom' ? target.slug : target.kind;
  const same =
    target.kind === 'custom'
      ? customEnvironment !== undefined && isEnvironment(customEnvironment, wanted)
      : deployment.target === wanted;
  if (same) return;
  const canceled = await api.cancel(deployment.id, signal).then(
    ({ status }) => status === 200,
    () => false,
  );
  throw new PipeError({
    code: 'DEPLOYMENT_FAILED',
    message: `Vercel made the deployment for another target than was asked for. It ${canceled ? 'was canceled' : 'could NOT be canceled'}.`,
    got: `target ${deployment.target}`,
    wanted: `target ${wanted}`,
    fix: canceled
      ? "See the project's environments on Vercel, then run the step again."
      : `Cancel or roll it back by hand, now: ${deployment.inspectorUrl ?? deployment.url}`,
  });
}

function isEnvironment({ id, slug }: NonNullable<Report['customEnvironment']>, wanted: string): boolean {
  return slug === wanted || id === wanted || (slug === '' && id !== '');
}
