import type { SandboxDeployment } from '../../src/sandbox/index.ts';
import { predicateOf, type Left } from './records.ts';
import type { Breach, Ran } from './types.ts';
import type { World } from './world.ts';

/** A run and what it has left. */
export interface Done {
  readonly ran: Ran;
  readonly left: Left;
}

/** Why the pipe makes another one for the same work, as its log says. */
const NOT_TAKEN = /it is not taken: |FORCE/;

const NO_TIME = /^The record does not say when the deployment was created\.$/;
const SERVES_ALL_THE_SAME = /^The record says that the run ended (?:failed|interrupted), and Vercel serves it: READY/;

/** Never two READY ones for one deploy key, unless the second was asked for, or the log says why the first was not taken. */
export function checkKeys({ served }: World, done: readonly Done[]): Breach[] {
  const { vercel } = served.sandbox;
  const byKey = new Map<string, SandboxDeployment[]>();
  for (const deployment of vercel.deployments) {
    const key = deployment.meta['oidcDeployKey'];
    if (key === undefined || vercel.readyStateOf(deployment) !== 'READY') continue;
    byKey.set(key, [...(byKey.get(key) ?? []), deployment]);
  }
  return [...byKey.values()].flatMap(([, ...others]) =>
    others.flatMap((other) => {
      const maker = done.find(({ ran }) => ran.made.includes(other));
      const excused =
        maker?.ran.environment['FORCE'] === 'true' || NOT_TAKEN.test(maker?.ran.log ?? '') || maker?.ran.stopped;
      const words = `${other.id} is READY for a key that has one already`;
      return excused ? [] : [{ invariant: 'ONE_DEPLOYMENT', words }];
    }),
  );
}

/** What the audit must call a deployment, by what its run has left. */
export function expectedClass(
  { ran: { status, plan } }: Done,
  done: readonly Done[],
  id: string,
  reason: string,
): string {
  // Also by a later run, which took it over.
  const named = done.some(({ left: { result } }) => result && predicateOf(result).vercel?.deployment?.id === id);
  if (!named) return 'INTERRUPTED';
  // Vercel's short answers say no more, and the run ended before the list told of it.
  if (plan.deployment.shortForm && NO_TIME.test(reason)) return 'NOT_CHECKABLE';
  // A run that went wrong when its deployment was live, or on its way: the audit wants somebody to look at it.
  return status !== 0 && SERVES_ALL_THE_SAME.test(reason) ? 'MISMATCH' : 'VERIFIED';
}
