import type { Reply } from '../reply.ts';
import { secondsOf } from './login.ts';
import { answered, noRoute, vaultRefusal } from './refusal.ts';
import type { AuthMount, VaultState } from './state.ts';
import type { VaultAuthConfig, VaultRole } from './types.ts';

/** `auth/<mount>/config` and `auth/<mount>/role/<name>`, which also mounts the method. */
export function writeAuth(state: VaultState, path: string, data: object): void {
  const { mount: name, role } = readPath(path) ?? {};
  if (name === undefined) throw new Error(`Nothing is written at ${path}.`);
  const mount: AuthMount = state.mounts.get(name) ?? { config: undefined, roles: new Map() };
  state.mounts.set(name, mount);
  if (role === undefined) mount.config = data as VaultAuthConfig;
  else mount.roles.set(role.toLowerCase(), data as VaultRole);
}

/** The same as the server tells it: durations in seconds, and what nobody wrote as it is then. */
export function readRole(state: VaultState, path: string, list: boolean): Reply {
  const listed = list ? /^auth\/(.+)\/role$/.exec(path)?.[1] : undefined;
  if (listed !== undefined)
    return answered({ data: { keys: [...(state.mounts.get(listed)?.roles.keys() ?? [])].sort() } });
  const { mount: name = '', role: roleName } = readPath(path) ?? {};
  const mount = state.mounts.get(name);
  if (!mount) throw noRoute(path);
  if (roleName === undefined) {
    if (!mount.config) throw vaultRefusal(404);
    return answered({ data: { bound_issuer: '', jwks_url: '', jwt_validation_pubkeys: [], ...mount.config } });
  }
  const role = mount.roles.get(roleName.toLowerCase());
  if (!role) throw vaultRefusal(404);
  const { token_ttl, token_max_ttl, ...rest } = role;
  const seconds = (duration: string | number | undefined): number => (duration ? secondsOf(duration) : 0);
  return answered({
    data: {
      ...{ bound_audiences: null, bound_subject: '', bound_claims: null, bound_claims_type: 'string' },
      ...{ token_policies: [], token_num_uses: 0, token_type: 'default', ...rest },
      ...{ token_ttl: seconds(token_ttl), token_max_ttl: seconds(token_max_ttl) },
    },
  });
}

function readPath(path: string): { readonly mount: string; readonly role: string | undefined } | undefined {
  const [, mount, , role] = /^auth\/(.+?)\/(config|role\/([^/]+))$/.exec(path) ?? [];
  return mount === undefined ? undefined : { mount, role };
}
