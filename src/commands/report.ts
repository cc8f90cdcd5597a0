import type { ExitStatus, PipeError } from '../errors.ts';
import type { Run } from './run.ts';
import type { Story } from './story.ts';

/** The last lines of the log: what is live where, or what went wrong and what to change. */
export function reportEnd(
  { platform: { log } }: Run,
  { deployment }: Story,
  failure: PipeError | undefined,
  unstored: PipeError | undefined,
): ExitStatus {
  if (failure) log.error(failure.describe(), { code: failure.code });
  if (deployment && !failure) {
    log.info(`Live:    ${deployment.url} (${deployment.target})`, { url: deployment.url, deploymentId: deployment.id });
    for (const alias of deployment.aliases) log.info(`Alias:   https://${alias}`);
  }
  if (deployment?.inspectorUrl !== undefined) log.info(`Inspect: ${deployment.inspectorUrl}`);
  if (unstored) {
    const live = deployment && !failure ? 'The deployment is LIVE, but its record is not stored. ' : '';
    log.error(`${live}${unstored.describe()}`, { code: unstored.code });
  }
  return failure?.exitStatus ?? unstored?.exitStatus ?? 0;
}
