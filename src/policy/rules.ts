import { asList, asMap, findDayFaults, type Fault } from '../documents/index.ts';
import { show } from '../text.ts';

/**
 * What must hold besides the schema. Written for any value, not only for a valid one, so that these faults are told
 * together with those of the schema.
 */
export function findRuleFaults(file: unknown): readonly Fault[] {
  const { issued, expires, issuers, exchanges, signers, grants } = asMap(file);
  const chains = Object.keys(asMap(exchanges));
  const findNoChain = (path: readonly string[], name: unknown): Fault[] => {
    if (typeof name !== 'string' || chains.includes(name)) return [];
    const wanted = `one under exchanges: ${chains.map(show).join(', ') || 'none yet'}`;
    // Without a policy it is the name of an exchange, so people write it here.
    const hint = name === 'static' ? '; for VERCEL_TOKEN add static: [{ static: {} }] there' : '';
    return [{ path, what: `no chain is named ${show(name)}`, wanted: `${wanted}${hint}` }];
  };
  const ids = asList(grants).map((grant) => asMap(grant)['id']);
  const dates = [...findDayFaults(['issued'], issued), ...findDayFaults(['expires'], expires)];
  const early = { path: ['expires'], what: `${show(expires)} is before issued`, wanted: `${show(issued)} or later` };
  if (typeof issued === 'string' && typeof expires === 'string' && expires < issued) dates.push(early);
  const ofGrants = asList(grants).flatMap((value, index) => {
    const path = ['grants', String(index)];
    const grant = asMap(value);
    const { id, exchange } = grant;
    const faults = [...findEnvironmentFaults(grant, path), ...findNoChain([...path, 'exchange'], exchange)];
    faults.push(
      ...findSignerFaults(grant, Object.keys(asMap(signers)), path),
      ...findRecordedFaults(grant, path),
      ...findAuditFaults(grant, path),
    );
    const twice = { path: [...path, 'id'], what: `${show(id)} names another grant too`, wanted: 'an id of its own' };
    if (typeof id === 'string' && ids.indexOf(id) !== index) faults.push(twice);
    return faults;
  });
  const { exchange: toVault } = asMap(asMap(signers)['azure-key-vault']);
  const addresses = findAddressFaults({ issuers, exchanges, signers });
  return [...dates, ...addresses, ...findNoChain(['signers', 'azure-key-vault', 'exchange'], toVault), ...ofGrants];
}

/** Keys whose text is an address, in hops and in keys; a list has its own. */
const ADDRESSES = ['issuers', 'url', 'revokeUrl', 'authority', 'address', 'proxy', 'vault'];

/** What has the form of an address and is none, as `https://a:b:c`: no pattern of a schema knows all that a parser does. */
function findAddressFaults(value: unknown, path: readonly string[] = [], key = ''): readonly Fault[] {
  if (typeof value === 'string') {
    if (!ADDRESSES.includes(key) || URL.canParse(value)) return [];
    return [{ path, what: `${show(value)} is no address`, wanted: 'one that can be asked, as https://example.com' }];
  }
  if (Array.isArray(value)) return value.flatMap((item, at) => findAddressFaults(item, [...path, String(at)], key));
  return Object.entries(asMap(value)).flatMap(([name, child]) => findAddressFaults(child, [...path, name], name));
}

const MANAGED: readonly unknown[] = ['vault', 'aws-kms', 'gcp-kms', 'azure-key-vault'];

/** A grant that no step could ever meet: by a key that the policy does not describe, or against its own bounds. */
function findSignerFaults(grant: Readonly<Record<string, unknown>>, keys: readonly unknown[], path: string[]): Fault[] {
  const [signer, signers] = [grant['signer'], asMap(grant['require'])['signers']];
  const lacks = (name: unknown): boolean => MANAGED.includes(name) && !keys.includes(name);
  const wanted = ['keyless', 'key', ...keys].join(', ');
  const faults: Fault[] = [];
  if (lacks(signer)) faults.push({ path: [...path, 'signer'], what: `no key ${show(signer)} under signers`, wanted });
  if (asList(signers).length > 0 && asList(signers).every(lacks)) {
    faults.push({ path: [...path, 'require', 'signers'], what: 'none of these keys is under signers', wanted });
  } else if (typeof signer === 'string' && Array.isArray(signers) && !signers.includes(signer)) {
    faults.push({
      path: [...path, 'signer'],
      what: 'not in its require: signers',
      wanted: signers.map(show).join(', '),
    });
  }
  return faults;
}

const GUARDED: readonly unknown[] = ['promote', 'rollback', 'audit', 'production'];
const ENVIRONMENT_CLAIMS = ['deploymentEnvironmentUuid', 'deploymentEnvironment'];

/** Any writer of a repository can run a step on any branch; only a deployment environment is protected by settings. */
function findEnvironmentFaults(grant: Readonly<Record<string, unknown>>, path: readonly string[]): Fault[] {
  const { actions, targets } = asMap(grant['allow']);
  const when = asMap(grant['when']);
  const guarded = [...asList(actions), ...asList(targets)].filter((name) => GUARDED.includes(name));
  if (guarded.length === 0) return [];
  const wanted = 'the deployment environment that the step must run in';
  const named = ENVIRONMENT_CLAIMS.filter((claim) => Object.hasOwn(when, claim));
  const missing = `missing, and the grant allows ${guarded.join(', ')}`;
  if (named.length === 0) return [{ path: [...path, 'when', 'deploymentEnvironmentUuid'], what: missing, wanted }];
  const open = named.filter((claim) => [when[claim]].flat().some((value) => /^\*+$/.test(String(value))));
  return open.map((claim) => ({ path: [...path, 'when', claim], what: '* is any environment', wanted }));
}

/** Of a deploy nothing is recorded yet: a grant that has this for a deploy alone would promise what nobody checks. */
function findRecordedFaults(grant: Readonly<Record<string, unknown>>, path: readonly string[]): Fault[] {
  if (asMap(grant['require'])['recordedOnly'] !== true) return [];
  const actions = asList(asMap(grant['allow'])['actions']);
  if (actions.length === 0 || actions.includes('promote') || actions.includes('rollback')) return [];
  const what = 'the grant allows neither promote nor rollback, and only these are held to it';
  return [{ path: [...path, 'require', 'recordedOnly'], what, wanted: 'no such line, or another grant' }];
}

/** An audit reads what was deployed wherever it went, and is asked of production: without that target the grant is dead. */
function findAuditFaults(grant: Readonly<Record<string, unknown>>, path: readonly string[]): Fault[] {
  const { actions, targets } = asMap(grant['allow']);
  if (!asList(actions).includes('audit') || asList(targets).length === 0) return [];
  if (asList(targets).includes('production')) return [];
  const what = 'the grant allows audit, which is asked of production, and lacks it';
  return [{ path: [...path, 'allow', 'targets'], what, wanted: '[production]' }];
}
