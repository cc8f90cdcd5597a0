import { tellResult, type SmokeFacts, type SmokeRollback } from '../smoke/index.ts';

const SHOWN = 8;

const ROLLBACKS: Readonly<Record<SmokeRollback['outcome'], string>> = {
  done: 'done, production serves what it served before',
  rolling: 'begun, by stages',
  superseded: 'not needed, as production had moved on',
  'no-earlier': 'not possible, as there is no earlier production',
  failed: 'FAILED, look at production on Vercel',
};

/** A line a path, with where it was asked; those that failed come first, since the list is cut. */
export function describeSmoke({ checks }: SmokeFacts): readonly string[] {
  const asked = checks.flatMap(({ subject, report: { results } }) => results.map((result) => ({ subject, result })));
  const lines = [...asked.filter(({ result }) => !result.ok), ...asked.filter(({ result }) => result.ok)].map(
    ({ subject, result }) =>
      `${result.ok ? 'ok' : 'NOT'}  ${subject === 'production' ? 'in production, ' : ''}${tellResult(result)}`,
  );
  const rest = lines.length - SHOWN;
  return rest > 0 ? [...lines.slice(0, SHOWN), `and ${String(rest)} more`] : lines;
}

export function describeRollback({ outcome, deploymentId }: SmokeRollback): string {
  return `${ROLLBACKS[outcome]}${deploymentId === undefined ? '' : `: ${deploymentId}`}`;
}
