import { asList, asMap, findDayFaults, type Fault } from '../documents/index.ts';
import { show } from '../text.ts';

/**
 * What must hold besides the schema. Written for any value, not only for a valid one, so that these faults are told
 * together with those of the schema.
 */
export function findRuleFaults(file: unknown): readonly Fault[] {
  const { issued, expires, exchanges, grants } = asMap(file);
  const chains = Object.keys(asMap(exchanges));
  const ids = asList(grants).map((grant) => asMap(grant)['id']);
  const dates = [...findDayFaults(['issued'], issued), ...findDayFaults(['expires'], expires)];
  if (typeof issued === 'string' && typeof expires === 'string' && expires < issued) {
    dates.push({ path: ['expires'], what: `${show(expires)} is before issued`, wanted: `${show(issued)} or later` });
  }
  const ofGrants = asList(grants).flatMap((value, index) => {
    const path = ['grants', String(index)];
    const grant = asMap(value);
    const { id, exchange } = grant;
    const faults = findEnvironmentFaults(grant, path);
    if (typeof id === 'string' && ids.indexOf(id) !== index) {
      faults.push({ path: [...path, 'id'], what: `${show(id)} names another grant too`, wanted: 'an id of its own' });
    }
    if (typeof exchange === 'string' && !chains.includes(exchange)) {
      const wanted = `one under exchanges: ${chains.map(show).join(', ') || 'none yet'}`;
      faults.push({ path: [...path, 'exchange'], what: `no chain is named ${show(exchange)}`, wanted });
    }
    return faults;
  });
  return [...dates, ...ofGrants];
}

const ENVIRONMENT_CLAIMS = ['deploymentEnvironmentUuid', 'deploymentEnvironment'];

/** Any writer of a repository can run a step on any branch; only a deployment environment is protected by settings. */
function findEnvironmentFaults(grant: Readonly<Record<string, unknown>>, path: readonly string[]): Fault[] {
  const { actions, targets } = asMap(grant['allow']);
  const when = asMap(grant['when']);
  const guarded = [...asList(actions), ...asList(targets)].filter((name) =>
    ['promote', 'rollback', 'production'].includes(String(name)),
  );
  if (guarded.length === 0) return [];
  const wanted = 'the deployment environment that the step must run in';
  const named = ENVIRONMENT_CLAIMS.filter((claim) => Object.hasOwn(when, claim));
  if (named.length === 0) {
    const what = `missing, and the grant allows ${guarded.join(', ')}`;
    return [{ path: [...path, 'when', 'deploymentEnvironmentUuid'], what, wanted }];
  }
  const open = named.filter((claim) => [when[claim]].flat().some((value) => /^\*+$/.test(String(value))));
  return open.map((claim) => ({ path: [...path, 'when', claim], what: '* is any environment', wanted }));
}

const PLANNED = ['timestamp', 'store', 'recordedOnly'];

/** What the schema knows and this version does not enforce: refused by name, because ignoring a rule would weaken it. */
export function findUnsupported(file: unknown): readonly Fault[] {
  return asList(asMap(file)['grants']).flatMap((grant, index) => {
    const required = asMap(asMap(grant)['require']);
    const names = PLANNED.filter((name) => required[name] === true);
    const what = 'this requirement is not yet supported in this version';
    const wanted = 'a newer version, or no such line';
    return names.map((name) => ({ path: ['grants', String(index), 'require', name], what, wanted }));
  });
}
