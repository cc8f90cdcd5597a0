import type { DeployContext, EarlierRecord, ProjectVariable } from '../deploy/types.ts';
import { sha256Hex } from '../digest.ts';
import { dropSecrets } from './drop-secrets.ts';
import { readMetaDigest } from './meta-digest.ts';
import type { PreviousRecord, RecordedEnvironment, RecordedVariable } from './recorded-environment.ts';
import { present } from './present.ts';
import { toServerTime } from './time.ts';

/**
 * What the deployment runs with, as one phase of a record says it and the other repeats it: it depends on nothing but
 * what was read. The digest is over what stands in the record, so secrets are out before it is made.
 * @param target as the record names it.
 */
export function describeEnvironment(context: DeployContext, target: string): RecordedEnvironment {
  const { customEnvironmentId, settings, variables, refusals } = context;
  // In this order: a reader makes the same text from the record.
  const hashed = dropSecrets({
    target,
    ...present('customEnvironmentId', customEnvironmentId),
    ...present('settings', settings),
    ...present('variables', variables?.map(describeVariable)),
  });
  const digest = sha256Hex(JSON.stringify(hashed));
  return {
    version: '1',
    ...hashed,
    ...present('refusal', refusals.length > 0 ? refusals.join('; ') : undefined),
    digest: { sha256: digest },
    ...present('changes', describeChanges(context, digest)),
  };
}

export function describePrevious(context: DeployContext): readonly PreviousRecord[] | undefined {
  return context.previous?.map(({ recordId, deploymentId, intentDigest }) => ({
    recordId,
    deploymentId,
    digest: { sha256: intentDigest },
  }));
}

function describeVariable({ name, id, type, gitBranch, createdAt, updatedAt }: ProjectVariable): RecordedVariable {
  return {
    name,
    id,
    type,
    ...present('gitBranch', gitBranch),
    ...present('createdAt', toServerTime(createdAt)),
    ...present('updatedAt', toServerTime(updatedAt)),
  };
}

/**
 * Against the last record of the same target, both sides by Vercel's clock. A variable that was removed has no name
 * here: that shows in the digest alone. Where the variables are not known there is nothing to say, and nothing is said.
 */
function describeChanges(
  { lastOfTarget, variables }: DeployContext,
  digest: string,
): RecordedEnvironment['changes'] | undefined {
  const since = toServerTime(lastOfTarget?.createdAt);
  if (!lastOfTarget || since === undefined || !variables) return undefined;
  const before = readMetaDigest(lastOfTarget.build);
  const names = variables.filter((variable) => isNewer(variable, lastOfTarget)).map(({ name }) => name);
  return {
    recordId: lastOfTarget.recordId,
    since,
    ...present('sameDigest', before === undefined ? undefined : before === digest),
    variables: [...new Set(names)],
  };
}

function isNewer({ createdAt = 0, updatedAt = 0 }: ProjectVariable, { createdAt: since = 0 }: EarlierRecord): boolean {
  return Math.max(createdAt, updatedAt) > since;
}
