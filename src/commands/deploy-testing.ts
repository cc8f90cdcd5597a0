import { readDeployment, type createVercelApi } from '../deploy/index.ts';
import type { Deployment } from '../deploy/types.ts';
import { PipeError } from '../errors.ts';
import type { Credential } from '../exchange/types.ts';
import type { Run } from './run.ts';
import type { Story } from './story.ts';

/** What a test after a deploy works with. */
export interface Testing {
  readonly run: Run;
  readonly story: Story;
  readonly credential: Credential;
  readonly api: ReturnType<typeof createVercelApi>;
  /** What the policy's exchanges take. */
  readonly exchangeAudience: string;
}

/**
 * Whether production is staged until its test has passed. The first production of a project is not: there is none before
 * it that visitors could be kept on.
 */
export function isHeldBack({ config }: Run, { project }: Pick<Credential, 'project'>): boolean {
  const { after, target, deploy } = config;
  const tested = after.smokePaths.length > 0 && deploy.autoAssignDomains;
  return tested && target.kind === 'production' && project.hasProductionDeployment;
}

export function deployedOf({ deployment }: Story): Deployment {
  if (!deployment) throw new Error('a test of nothing');
  return deployment;
}

/** Production may move to the deployment, or away from it: until that has ended, the record must not say where it stands. */
export function unsettle(story: Story): void {
  if (story.deployed) story.deployed = { ...story.deployed, ending: undefined };
}

/** It is done; only how it looks now may not be known. */
export async function readBestEffort(
  { platform, signal }: Run,
  api: Testing['api'],
  known: Deployment,
): Promise<Deployment | undefined> {
  try {
    return (await readDeployment(api, known.id, signal, known))?.deployment;
  } catch (error) {
    if (!(error instanceof PipeError) || signal.aborted) throw error;
    platform.log.debug(`${known.id} could not be read again: ${error.message}`);
    return undefined;
  }
}
