import type { ExitStatus, PipeError } from '../errors.ts';
import type { Run } from './run.ts';
import type { Story } from './story.ts';

/** The last lines of the log: what is live where, or what went wrong and what to change. */
export function reportEnd(
  { platform: { log } }: Run,
  { deployment, deployed, record }: Story,
  failure: PipeError | undefined,
  unstored: PipeError | undefined,
): ExitStatus {
  if (failure) log.error(failure.describe(), { code: failure.code });
  if (deployment && !failure) {
    const word = deployed?.ending === 'live' ? 'Live:   ' : 'Address:';
    const { id: deploymentId, url, target } = deployment;
    if (url !== '') log.info(`${word} ${url} (${target})`, { url, deploymentId });
    for (const alias of deployment.aliases) log.info(`Alias:   https://${alias}`);
  }
  if (deployment?.inspectorUrl !== undefined) log.info(`Inspect: ${deployment.inspectorUrl}`);
  if (unstored) {
    const stands = deployed ? `${deployed.ending === 'live' ? 'LIVE' : 'Deployed'}, ` : '';
    const kept = record ? `record kept at ${record.path}. ` : 'without a record. ';
    log.error(`${stands}${kept}${unstored.describe()}`, { code: unstored.code });
  }
  return failure?.exitStatus ?? unstored?.exitStatus ?? 0;
}
