import { describeAudit, type AuditOutcome } from '../audit/index.ts';
import { putReport } from '../bitbucket/index.ts';
import type { AuditAccess } from './audit-access.ts';
import { findProxy } from './announce.ts';
import { pageOfPipeline } from './announcement.ts';
import type { Run } from './run.ts';

const TELL_MS = 5000;
const COMMIT = /^[0-9a-f]{40}$/;

/** A report on the commit that the audit ran for, as deploys leave one. Nothing of it can fail an audit. */
export async function announceAudit(
  { config, http, platform }: Run,
  { identity }: AuditAccess,
  { summary, worst }: AuditOutcome,
): Promise<void> {
  const { commit = '' } = config.build;
  const proxy = identity && findProxy(identity.issuer);
  if (!identity || !proxy || !config.after.codeInsights || !COMMIT.test(commit)) return;
  const { log, clock } = platform;
  const { workspaceUuid, repositoryUuid } = identity;
  const place = { workspaceUuid, repositoryUuid, commit };
  const report = describeAudit(summary, worst, pageOfPipeline(config, identity));
  try {
    const told = await putReport(place, report, { http, proxy }, clock.timeout(TELL_MS));
    if ('refusal' in told) log.warn(`Bitbucket shows no report of the audit. ${told.refusal}`);
  } catch (error) {
    log.debug(`bitbucket: ${error instanceof Error ? error.name : typeof error} while telling of the audit`);
  }
}
