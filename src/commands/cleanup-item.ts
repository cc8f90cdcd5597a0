import type { CleanupItem } from '../record/types.ts';
import type { OwnDeployment, Planned } from './cleanup.ts';

/** What is to be done to a deployment, as the intent says it. */
export function toItem(
  { report, recordId, intentDigest }: OwnDeployment,
  act: CleanupItem['act'],
  because: CleanupItem['because'],
  pullRequest?: number,
): Planned {
  const { id, readyState, createdAt } = report.deployment;
  return {
    report,
    item: {
      deploymentId: id,
      recordId,
      digest: { sha256: intentDigest },
      act,
      because,
      ...(pullRequest === undefined ? {} : { pullRequest }),
      readyState,
      ...(createdAt === undefined ? {} : { createdAt: new Date(createdAt).toISOString() }),
    },
  };
}
