import type { HttpClient } from '../http/index.ts';
import type { Secret } from '../secret.ts';
import { toAscii } from '../text.ts';
import { readVault } from './drift-vault-read.ts';
import type { WantedVaultRole } from './drift-vault-wanted.ts';

/** As `policy render --as vault` writes it: enough for a login and one read. */
const MAX_TTL_SECONDS = 300;
const USER_CLAIM = 'repositoryUuid';
const NOT_SET = 'not set';

export interface VaultSource {
  readonly http: HttpClient;
  /** May read the auth method's settings and roles. */
  readonly token: Secret;
}

type Data = Readonly<Record<string, unknown>>;

interface Field {
  readonly name: string;
  readonly live: string;
  readonly wanted: string;
}

/**
 * In what the role and its mount differ from what the file wants, as lines; none where they do not. A role beside it
 * that opens the same is a difference, too. What the role may read, and how often its token may be used, is the
 * server's to say: the file knows nothing of it.
 * @throws {PipeError} where it cannot be read: what nobody sees is never taken for well.
 */
export async function findVaultDrift(
  wanted: WantedVaultRole,
  source: VaultSource,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { server, mount, role, grants, scopes, beside } = wanted;
  const read = (path: string): Promise<Data | undefined> => readVault({ ...source, server, path }, signal);
  const path = `auth/${mount}/role/${role}`;
  const [scope, ...more] = scopes;
  if (!scope || more.length > 0) return tellUnclear(path, wanted);
  const config = await read(`auth/${mount}/config`);
  if (!config) return tellMissing(`auth/${mount}/config`, grants);
  const live = await read(path);
  const found = [
    ...tellDifferences(`auth/${mount}/config`, grants, compareConfig(config, scope.issuer)),
    ...(live ? tellDifferences(path, grants, compareRole(live, wanted, scope.claims)) : tellMissing(path, grants)),
  ];
  if (!live) return found;
  const names = textsOf((await read(`auth/${mount}/role?list=true`))?.['keys']);
  const opened = new Set(textsOf(live['token_policies']));
  const ours = new Set([role, ...beside]);
  for (const name of names.filter(
    (other) => !ours.has(other) && /^[a-z0-9._-]+$/.test(other) && !/^\.+$/.test(other),
  )) {
    const other = await read(`auth/${mount}/role/${name}`);
    const shared = textsOf(other?.['token_policies']).filter((policy) => opened.has(policy));
    if (shared.length > 0) found.push(...tellOther(`auth/${mount}/role/${name}`, shared));
  }
  return found;
}

/** Every way by which a mount takes a token for genuine. */
function compareConfig(live: Data, issuer: string): readonly Field[] {
  return [
    same('oidc_discovery_url', live['oidc_discovery_url'], issuer),
    same('bound_issuer', live['bound_issuer'], issuer),
    same('jwks_url', live['jwks_url'], undefined),
    same('jwt_validation_pubkeys', live['jwt_validation_pubkeys'], undefined),
  ];
}

function compareRole(
  live: Data,
  { audience }: WantedVaultRole,
  claims: Readonly<Record<string, readonly string[]>>,
): readonly Field[] {
  const bound = live['bound_claims'];
  const got = new Map<string, unknown>(typeof bound === 'object' && bound !== null ? Object.entries(bound) : []);
  const want = new Map(Object.entries(claims));
  const globs = [...want.values()].flat().some((value) => value.includes('*'));
  return [
    same('role_type', live['role_type'], 'jwt'),
    same('user_claim', live['user_claim'], USER_CLAIM),
    same('bound_audiences', live['bound_audiences'], audience),
    same('bound_claims_type', live['bound_claims_type'], globs ? 'glob' : 'string'),
    ...[...new Set([...want.keys(), ...got.keys()])].map((name) =>
      same(`bound_claims.${toAscii(name)}`, got.get(name), want.get(name)),
    ),
    atMost('token_ttl', live['token_ttl']),
    atMost('token_max_ttl', live['token_max_ttl']),
  ];
}

/** One value and a list of one are the same, and so are nothing, an empty text and an empty list. */
function same(name: string, live: unknown, wanted: unknown): Field {
  return { name, live: tell(live), wanted: tell(wanted) };
}

/** 0 is the server's own maximum, of weeks. */
function atMost(name: string, live: unknown): Field {
  const wanted = `at most ${String(MAX_TTL_SECONDS)} s`;
  const fits = typeof live === 'number' && live > 0 && live <= MAX_TTL_SECONDS;
  return { name, live: fits ? wanted : typeof live === 'number' && live > 0 ? `${String(live)} s` : NOT_SET, wanted };
}

function tell(value: unknown): string {
  const values = (Array.isArray(value) ? value : [value]).filter(
    (item) => item !== undefined && item !== null && item !== '',
  );
  const texts = values.map((item) => toAscii(JSON.stringify(item))).sort();
  return texts.length === 0 ? NOT_SET : [...new Set(texts)].join(' or ');
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function tellDifferences(path: string, grants: readonly string[], fields: readonly Field[]): readonly string[] {
  const differing = fields.filter(({ live, wanted }) => live !== wanted);
  if (differing.length === 0) return [];
  return [
    `${path} (${grants.join(', ')}) differs:`,
    ...differing.flatMap(({ name, live, wanted }) => [`  ${name}`, `    live    ${live}`, `    wanted  ${wanted}`]),
  ];
}

function tellMissing(path: string, grants: readonly string[]): readonly string[] {
  return [`${path} (${grants.join(', ')}) is not there:`, '    live    nothing', '    wanted  see policy render'];
}

function tellUnclear(path: string, { grants, scopes }: WantedVaultRole): readonly string[] {
  const wanted =
    scopes.length === 0
      ? 'no token of these issuers and this audience can match'
      : `${String(scopes.length)}: no single one admits what ${grants.join(' + ')} do and nothing else`;
  return [`${path} cannot be what the file wants:`, '    live    one role', `    wanted  ${wanted}`];
}

function tellOther(path: string, shared: readonly string[]): readonly string[] {
  return [
    `${path} is not in the file:`,
    '  token_policies',
    `    live    ${shared.map((policy) => toAscii(JSON.stringify(policy))).join(', ')}`,
    '    wanted  nothing: what these policies open is for the roles of the file alone',
  ];
}
