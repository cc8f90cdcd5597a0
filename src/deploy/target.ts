import { PipeError } from '../errors.ts';
import type { Log } from '../platform/types.ts';
import type { Target } from '../variables/types.ts';
import { cancelDeployment } from './follow-cancel.ts';
import { pageOf } from './judge.ts';
import { readProduction } from './production.ts';
import type { Report } from './report.ts';
import type { Deployment } from './types.ts';
import type { VercelApi } from './vercel-api.ts';

/**
 * Nobody granted another target than the one that was asked for, so a deployment to it is canceled at once.
 * @param own false for what an earlier run had made: it stays, for it was granted to that one
 */
export async function refuseOtherTarget(
  deps: { readonly api: VercelApi; readonly log: Log },
  target: Target,
  { deployment, customEnvironment }: Report,
  own: boolean,
  signal: AbortSignal,
): Promise<void> {
  const wanted = target.kind === 'custom' ? target.slug : target.kind;
  const same =
    target.kind === 'custom'
      ? customEnvironment !== undefined && isEnvironment(customEnvironment, wanted)
      : deployment.target === wanted;
  if (same) return;
  if (!own) throw answeredWithOther(deployment, wanted);
  const canceled = await cancelDeployment(deps, deployment, signal);
  const [what, got] = isUnsaid(deployment, customEnvironment)
    ? ['does not say for which target it made the deployment', 'no word on its environment']
    : ['made the deployment for another target than was asked for', `target ${deployment.target}`];
  throw new PipeError({
    code: 'DEPLOYMENT_FAILED',
    message: `Vercel ${what}. It ${canceled ? 'was canceled' : 'could NOT be canceled'}.`,
    got,
    wanted: `target ${wanted}`,
    fix: canceled
      ? "See the project's environments on Vercel, then run the step again."
      : `Cancel or roll it back by hand, now: ${pageOf(deployment)}`,
  });
}

/**
 * A short answer shows a custom environment as it shows a preview. Until the list tells, the record must not say that it
 * is a preview: nothing but what was asked for is known.
 */
export function assumeTarget(report: Report, target: Target): Report {
  const { deployment, customEnvironment } = report;
  if (target.kind !== 'custom' || deployment.target !== 'preview' || !isUnsaid(deployment, customEnvironment))
    return report;
  return { ...report, deployment: { ...deployment, target: target.slug } };
}

function isUnsaid({ createdAt }: Deployment, customEnvironment: Report['customEnvironment']): boolean {
  return createdAt === undefined && customEnvironment === undefined;
}

function answeredWithOther({ id, target }: Deployment, wanted: string): PipeError {
  return new PipeError({
    code: 'DEPLOYMENT_FAILED',
    message: `Vercel made nothing new: it answered with ${id}, an older deployment of the same files to another target.`,
    got: `target ${target}`,
    wanted: `target ${wanted}`,
    fix: 'Run the step again with FORCE: true, which makes a new one.',
  });
}

function isEnvironment({ id, slug }: NonNullable<Report['customEnvironment']>, wanted: string): boolean {
  return slug === wanted || id === wanted || (slug === '' && id !== '');
}

/**
 * An older deployment that Vercel answered with may be live and still not be what production serves: since then
 * another one may have taken its place.
 * @throws {PipeError} `DOMAINS_NOT_ASSIGNED` where it has; and where Vercel does not say what production serves.
 */
export async function refuseStale(
  api: Pick<VercelApi, 'readProject' | 'readRollingRelease'>,
  {
    target,
    credential,
  }: { readonly target: Target; readonly credential: { readonly project: { readonly id: string } } },
  deployment: Deployment,
  signal: AbortSignal,
): Promise<void> {
  if (target.kind !== 'production') return;
  const standing = `Vercel made nothing new: it answered with ${deployment.id}, an older deployment of the same files. `;
  const { deploymentId: current } = await readProduction(credential.project.id, { api }, signal, standing);
  if (current === deployment.id || current === undefined) return;
  throw new PipeError({
    code: 'DOMAINS_NOT_ASSIGNED',
    message:
      'Vercel made nothing new: it answered with an older deployment of the same files, and production serves another one.',
    got: `production serves ${current}`,
    wanted: `production serves ${deployment.id}`,
    fix: `Promote ${deployment.id} on Vercel, or run the step again with FORCE: true.`,
  });
}
