import { readProduction, type Report } from '../deploy/index.ts';
import type { ExitStatus } from '../errors.ts';
import type { Acting } from './act.ts';
import { moveProduction, unfit } from './move-production.ts';
import type { Run } from './run.ts';

const WANTED = 'a deployment that was in production before, and is not now';

/** `COMMAND: rollback`: production moves back to a deployment that it was moved away from. */
export function runRollback(run: Run): Promise<ExitStatus> {
  return moveProduction(run, {
    kind: 'rollback',
    check: refuseUnfit,
    tell: ({ deployment: { id, url } }) => [
      `Rolling back to ${id}${url === '' ? '' : `, ${url}`}: production moves to it.`,
      'From then on Vercel moves no domain to a new deployment by itself, until one is promoted (COMMAND: promote).',
    ],
  });
}

async function refuseUnfit({ run, api }: Acting, report: Report): Promise<void> {
  const { id, target, readyState, readySubstate } = report.deployment;
  const promote = 'To put it into production: COMMAND: promote.';
  if (target !== 'production') {
    throw unfit(report, `${id} was never in production: it is no deployment of it.`, `target ${target}`, WANTED, NAME);
  }
  if (readyState !== 'READY') {
    throw unfit(report, `${id} is ${readyState}: production can not move to it.`, readyState, WANTED, NAME);
  }
  if (readySubstate === 'STAGED' || readySubstate === 'ROLLING') {
    const words = { STAGED: 'was never in production', ROLLING: 'has a share of production, and never had all of it' };
    throw unfit(report, `${id} ${words[readySubstate]}.`, readySubstate, WANTED, promote);
  }
  const { deploymentId } = await readProduction(run.config.projectId, { api }, run.signal);
  if (deploymentId !== id) return;
  throw unfit(
    report,
    `${id} is what production serves now: nothing to roll back to.`,
    `${id} in production`,
    WANTED,
    NAME,
  );
}

const NAME = 'Name an older one in DEPLOYMENT.';
