import { PipeError } from '../errors.ts';
import { cleanText } from '../http/index.ts';
import type { Move } from './follow-move.ts';
import { isJson } from './json.ts';
import type { AliasRequest, Production } from './production.ts';
import type { VercelApi } from './vercel-api.ts';

const MAX_NAMES = 20;

/** Vercel gave up on at least one domain; which ones is told where it says so. */
export async function failedMove(
  api: Pick<VercelApi, 'production'>,
  move: Move,
  signal: AbortSignal,
): Promise<PipeError> {
  const names = await listUnmoved(api, move, signal);
  return notMoved({
    message: `Vercel could not move every domain of production to ${move.deploymentId}. Others may have moved.`,
    ...(names.length === 0 ? {} : { faults: names.map((name) => `https://${name} stays where it was`) }),
    got: `${move.kind}: failed`,
    wanted: WANTED,
    fix: 'See the domains of the project on Vercel (Settings, Domains), mend those, then run the step again.',
  });
}

export function skippedMove({ kind, deploymentId }: Move): PipeError {
  return notMoved({
    message: `Vercel skipped the ${kind}: production was not moved to ${deploymentId}.`,
    got: `${kind}: skipped`,
    wanted: WANTED,
    fix: 'Look at what production serves on Vercel: another change may have come first. Then run the step again.',
  });
}

export function supersededMove({ kind, deploymentId }: Move, last: AliasRequest | undefined): PipeError {
  return notMoved({
    message: `Someone else changed production while this step did: the ${kind} to ${deploymentId} does not hold.`,
    got: `the last change is ${last?.type ?? ''} to ${last?.toDeploymentId ?? ''}, ${last?.jobStatus ?? ''}`,
    wanted: `${kind} to ${deploymentId}`,
    fix: "The team's activity log on Vercel says by whom. Run the step again only if that change was a mistake.",
  });
}

export function otherServes({ kind, deploymentId }: Move, current: string | undefined): PipeError {
  return notMoved({
    message: `Vercel says that the ${kind} is done, and production serves another deployment.`,
    got: `production serves ${current ?? 'nothing'}`,
    wanted: `production serves ${deploymentId}`,
    fix: 'Look at the project on Vercel before anything else; then run the step again.',
  });
}

export function lateMove({ kind, deploymentId }: Move, { deploymentId: current }: Production): PipeError {
  return notMoved({
    message: `Vercel took the ${kind}, and two minutes later nothing of it shows at the project.`,
    got: `production serves ${current ?? 'nothing'}`,
    wanted: `production serves ${deploymentId}`,
    fix: 'Look at the project on Vercel before anything else; then run the step again.',
  });
}

const WANTED = 'succeeded, with every domain of production moved';

function notMoved(parts: Omit<ConstructorParameters<typeof PipeError>[0], 'code'>): PipeError {
  return new PipeError({ code: 'DOMAINS_NOT_ASSIGNED', ...parts });
}

/** Best effort: the failure is told with the names or without. */
async function listUnmoved(
  { production }: Pick<VercelApi, 'production'>,
  { kind, projectId }: Move,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    const { status, body } = await production.unmoved(kind, projectId, signal);
    const items = status === 200 && isJson(body) ? body['aliases'] : undefined;
    if (!Array.isArray(items)) return [];
    return items
      .flatMap((item: unknown) => {
        const alias = isJson(item) ? item['alias'] : undefined;
        const name = cleanText(isJson(alias) ? alias['alias'] : undefined);
        return name === '' ? [] : [name];
      })
      .slice(0, MAX_NAMES);
  } catch (error) {
    if (!(error instanceof PipeError) || signal.aborted) throw error;
    return [];
  }
}
