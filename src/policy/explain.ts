import { show } from '../text.ts';
import { findUnmet, type Check, type Judged } from './check.ts';
import type { AccessRequest, Denial, Grant } from './types.ts';

/** A policy may have hundreds of grants: these are told line by line, the ones further off in one line each. */
const TOLD_WHOLE = 20;
/** Of the values that one claim may have. */
const TOLD_VALUES = 5;

/**
 * The table of a denial: each grant, and under it what it wanted and what was got, in ASCII. The nearest comes first: by
 * what it misses in `allow`, then in all; the id settles the rest, never the order of the file.
 */
export function explainGrants(judged: readonly Judged[]): Pick<Denial, 'nearestGrant' | 'details'> {
  const rows = judged.map(({ rule: { id }, checks }) => {
    const unmet = findUnmet(checks);
    return { id, checks, unmet, distance: unmet.length + 100 * findUnmet(checks, 'allow').length };
  });
  rows.sort((a, b) => a.distance - b.distance || (a.id < b.id ? -1 : 1));
  const details = rows.flatMap(({ id, checks, unmet }, index) => {
    const title = `grant ${id}${index === 0 ? ' (nearest)' : ''}`;
    if (unmet.length === 0) return [`${title}: matches`];
    if (index >= TOLD_WHOLE) return [`${title}: not met: ${unmet.map(({ name }) => name).join(', ')}`];
    const width = Math.max(...checks.map(({ name }) => name.length));
    const mark = ({ met, name }: Check): string => `  ${met ? 'ok ' : 'NOT'} ${name.padEnd(width)}`;
    const lines = checks.map((check) => `${mark(check)}  ${tellCheck(check)}`);
    return [`${title}: ${String(unmet.length)} of ${String(checks.length)} not met`, ...lines];
  });
  return { nearestGrant: rows[0]?.id, details };
}

export function tellCheck({ wanted, got }: Check): string {
  const more = wanted.length > TOLD_VALUES ? [`${String(wanted.length - TOLD_VALUES)} more`] : [];
  return `wanted ${[...wanted.slice(0, TOLD_VALUES).map(show), ...more].join(' or ')}, got ${show(got)}`;
}

/** Why a step may go on, in one line. */
export function explainGrant({ id, policyDigest, expiredPolicy, request, exchangeName }: Grant): string {
  const builtIn = policyDigest === undefined ? ' (there is no policy)' : '';
  const expired = expiredPolicy ? ' (THE POLICY HAS EXPIRED: a rollback is all that it still allows)' : '';
  return `grant ${id} allows ${tellRequest(request)}, by the exchange ${exchangeName}${builtIn}${expired}`;
}

export function tellRequest({ action, projectId, target }: AccessRequest): string {
  return `${action} of ${show(projectId)} to ${show(target)}`;
}
