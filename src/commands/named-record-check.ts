import { PipeError } from '../errors.ts';
import type { Acting } from './act.ts';
import type { FoundDeployment } from './find-deployment.ts';
import { verifyEarlier } from './record-trust.ts';

/**
 * Where DEPLOYMENT names a record and no grant asks for one that holds: what can be checked is checked all the same, as
 * whoever names a record relies on it.
 * @throws {PipeError} where it does not hold.
 */
export async function checkNamedRecord(acting: Acting, { record }: FoundDeployment): Promise<void> {
  const { run, grant } = acting;
  if (!record || grant.require.recordedOnly === true) return;
  const { log } = run.platform;
  try {
    const { statement, assurance } = await verifyEarlier(acting, { result: record.text, intent: undefined });
    log.info(`Record ${statement.predicate.recordId}, which DEPLOYMENT names, holds (${assurance}).`);
  } catch (error) {
    run.signal.throwIfAborted();
    if (!(error instanceof PipeError) || error.exitStatus !== 3) throw error;
    log.warn(`The record that DEPLOYMENT names could not be verified here. ${error.message} ${error.got ?? ''}`.trim());
  }
}
