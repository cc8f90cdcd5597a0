import { pageOf, promoteDeployment, rollBackTo, type Moved, type Report } from '../deploy/index.ts';
import { PipeError, type ExitStatus } from '../errors.ts';
import { runAction, type Acting } from './act.ts';
import { readBestEffort } from './deploy-testing.ts';
import { findDeployment, toActsOn, type FoundDeployment } from './find-deployment.ts';
import { checkNamedRecord } from './named-record-check.ts';
import { requireRecorded } from './recorded-only.ts';
import { stage, type Run } from './run.ts';

/** One of the two ways in which production moves. */
export interface Way {
  readonly kind: 'promote' | 'rollback';
  /** Refuses a deployment that production can not, or must not, move to. */
  check(acting: Acting, report: Report): Promise<void> | void;
  /** What is about to be done, for the log. */
  tell(report: Report): readonly string[];
}

/** Moves production to the deployment that `DEPLOYMENT` names, with a signed record of its own. */
export function moveProduction(run: Run, way: Way): Promise<ExitStatus> {
  return runAction(run, way.kind, {
    async find(acting): Promise<FoundDeployment> {
      const found = await findDeployment(acting, 'production');
      acting.story.actsOn = toActsOn(found.report);
      await way.check(acting, found.report);
      await requireRecorded(acting, found);
      await checkNamedRecord(acting, found);
      for (const line of way.tell(found.report)) run.platform.log.info(line);
      return found;
    },
    act: (acting, { report }) => act(acting, way.kind, report),
  });
}

async function act({ run, story, api }: Acting, kind: Way['kind'], report: Report): Promise<void> {
  const { platform, config, signal } = run;
  const { deployment } = report;
  const { projectId } = config;
  const onMayMove = (): void => void (story.mayHaveMoved = true);
  const deps = { api, clock: platform.clock, log: platform.log, onMayMove };
  await stage(
    run,
    kind,
    () =>
      kind === 'promote'
        ? promoteDeployment({ projectId, deployment }, deps, signal)
        : rollBackTo({ projectId, deploymentId: deployment.id }, deps, signal),
    (moved) => describeMoved(deployment.id, moved),
  );
  // Not before: what has not moved must not be told as what production serves.
  story.deployment = deployment;
  story.deployment = (await readBestEffort(run, api, deployment)) ?? deployment;
}

function describeMoved(id: string, { ending, already }: Moved): string {
  if (already) return `${id} is in production already`;
  return ending === 'live' ? `${id} is in production` : `${id} is being rolled out`;
}

/** A deployment that is not as this command wants it. */
export function unfit({ deployment }: Report, message: string, got: string, wanted: string, fix: string): PipeError {
  const page = `See ${pageOf(deployment)}`;
  return new PipeError({ code: 'REQUEST_REJECTED', message, got, wanted, fix: `${fix} ${page}` });
}
