import type { Report } from '../deploy/index.ts';
import type { ExitStatus } from '../errors.ts';
import { moveProduction, unfit } from './move-production.ts';
import type { Run } from './run.ts';

const WANTED = 'a deployment that was built for production: READY, target production';
const STAGE = 'Deploy with TARGET: production and AUTO_ASSIGN_DOMAINS: false, which stages it; then promote that.';

/** `COMMAND: promote`: a deployment that was built for production, and staged, gets production's domains. No rebuild. */
export function runPromote(run: Run): Promise<ExitStatus> {
  return moveProduction(run, {
    kind: 'promote',
    check: (_, report) => refuseUnbuilt(report),
    tell: ({ deployment: { id, url } }) => [`Promoting ${id}${url === '' ? '' : `, ${url}`}: production moves to it.`],
  });
}

function refuseUnbuilt(report: Report): void {
  const { id, target, readyState } = report.deployment;
  if (target !== 'production') {
    throw unfit(
      report,
      `${id} is no deployment of production, and Vercel would build it anew to promote it: with production's variables, so it would not be what was recorded.`,
      `target ${target}`,
      WANTED,
      STAGE,
    );
  }
  if (readyState === 'READY') return;
  throw unfit(
    report,
    `${id} is ${readyState}, and can not be promoted.`,
    readyState,
    WANTED,
    'Wait for it, or deploy.',
  );
}
