import { json, Refusal, type Reply } from '../reply.ts';
import type { Call, Route } from '../router.ts';

/** Who a bearer token is, as Entra signed it. */
export interface VaultCaller {
  /** `aud`. */
  readonly audience: string;
  /** The tenant's id (`tid`). */
  readonly tenant: string;
  /** The application (`appid`). */
  readonly appId: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

export interface VaultSecret {
  readonly name: string;
  readonly value: string;
  /** 32 hex digits. */
  readonly version: string;
  /** Default true. */
  readonly enabled?: boolean;
  /** Seconds since 1970. */
  readonly nbf?: number;
  readonly exp?: number;
}

export interface KeyVaultOptions {
  /** `https://acme.vault.azure.net`, or a loopback address. */
  readonly url: string;
  readonly tenant: string;
  /** Default `https://vault.azure.net`. */
  readonly resource?: string;
  /** Default `https://login.microsoftonline.com`. */
  readonly authority?: string;
  readonly now: () => number;
  /** Undefined for a token that Entra did not sign. */
  readonly callerOf: (token: string) => VaultCaller | undefined | Promise<VaultCaller | undefined>;
  /** Applications with the role "Key Vault Secrets User". */
  readonly readers: readonly string[];
  /** Of one name the last is the newest. */
  readonly secrets: readonly VaultSecret[];
  /** Refuses every caller, as a vault with a firewall does. Default false. */
  readonly firewall?: boolean;
}

const API_VERSIONS = ['7.4', '7.5', '7.6', '2025-07-01'];

/** The secrets of one Azure Key Vault with role-based access: reading them, and every way in which that is refused. */
export function createKeyVault(options: KeyVaultOptions): { readonly routes: readonly Route[] } {
  const shared = { method: 'GET', origins: [new URL(options.url).origin], query: ['api-version'] } as const;
  let answers = 0;
  const headers = (): Record<string, string> => ({
    'x-ms-request-id': `00000000-0000-4000-8000-${String((answers += 1)).padStart(12, '0')}`,
    'x-ms-keyvault-region': 'westeurope',
  });
  const handle = (call: Call): Promise<Reply> => readSecret(options, call);
  return {
    routes: ['/secrets/:name', '/secrets/:name/:version'].map((path) => ({ ...shared, headers, path, handle })),
  };
}

async function readSecret(options: KeyVaultOptions, call: Call): Promise<Reply> {
  const caller = await authenticate(options, call);
  const asked = call.query.get('api-version');
  if (asked === null) throw vaultRefusal(400, 'BadParameter', 'api-version must be specified');
  if (!API_VERSIONS.includes(asked))
    throw vaultRefusal(400, 'BadParameter', `The specified version (${asked}) is not recognized.`);
  if (options.firewall === true) {
    const text = 'Client address is not authorized and caller is not a trusted service.';
    throw vaultRefusal(403, 'Forbidden', text, 'ForbiddenByFirewall');
  }
  const { name = '', version } = call.params;
  if (!options.readers.includes(caller.appId)) throw forbiddenByRbac(caller, name);
  return showSecret(options, name, version);
}

async function authenticate(options: KeyVaultOptions, { request }: Call): Promise<VaultCaller> {
  const header = request.headers.get('authorization');
  const token = /^Bearer (\S+)$/.exec(header ?? '')?.[1];
  if (token === undefined) throw unauthorized(options, 'AKV10000: Request is missing a Bearer or PoP token.');
  const caller = await options.callerOf(token);
  if (!caller) throw unauthorized(options, 'AKV10046: Unable to resolve the key used for signature validation.');
  if (caller.tenant !== options.tenant) {
    const [wanted, found] = [options.tenant, caller.tenant].map((tenant) => `https://sts.windows.net/${tenant}/`);
    throw unauthorized(options, `AKV10032: Invalid issuer. Expected one of ${wanted ?? ''}, found ${found ?? ''}.`);
  }
  const resource = resourceOf(options);
  if (caller.audience.replace(/\/$/, '') !== resource)
    throw unauthorized(options, `AKV10022: Invalid audience. Expected ${resource}, found: ${caller.audience}.`);
  if (caller.expiresAt <= options.now()) throw unauthorized(options, 'AKV10052: Token is expired.');
  return caller;
}

function showSecret(options: KeyVaultOptions, name: string, version: string | undefined): Reply {
  const found = options.secrets.findLast(
    (secret) => secret.name === name && (version === undefined || secret.version === version),
  );
  if (!found) {
    const text = `A secret with (name/id) ${version === undefined ? name : `${name}/${version}`} was not found in this key vault.`;
    throw vaultRefusal(404, 'SecretNotFound', text);
  }
  const { value, enabled = true, nbf, exp } = found;
  if (!enabled) {
    throw vaultRefusal(403, 'Forbidden', 'Operation get is not allowed on a disabled secret.', 'SecretDisabled');
  }
  const created = Math.floor(options.now() / 1000) - 86_400;
  // What is expired or not yet active is given all the same: the dates of a secret are its reader's to obey.
  return json(200, {
    value,
    id: `${options.url}/secrets/${name}/${found.version}`,
    attributes: { enabled, nbf, exp, created, updated: created, recoveryLevel: 'Recoverable+Purgeable' },
    tags: {},
  });
}

function resourceOf({ resource = 'https://vault.azure.net' }: KeyVaultOptions): string {
  return resource;
}

function unauthorized(options: KeyVaultOptions, text: string): Refusal {
  const { tenant, authority = 'https://login.microsoftonline.com' } = options;
  const challenge = `Bearer authorization="${authority}/${tenant}", resource="${resourceOf(options)}"`;
  return new Refusal(
    json(401, { error: { code: 'Unauthorized', message: text } }, { 'www-authenticate': challenge }),
    text,
  );
}

function forbiddenByRbac({ appId, tenant }: VaultCaller, name: string): Refusal {
  const lines = [
    'Caller is not authorized to perform action on resource.',
    'If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.',
    `Caller: appid=${appId};iss=https://sts.windows.net/${tenant}/`,
    "Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'",
    `Resource: 'secrets/${name}'`,
    'Assignment: (not found)',
    "DecisionReason: 'DeniedWithNoValidRBAC'",
  ];
  return vaultRefusal(403, 'Forbidden', lines.join('\r\n'), 'ForbiddenByRbac');
}

function vaultRefusal(status: number, code: string, message: string, inner?: string): Refusal {
  const innererror = inner === undefined ? undefined : { code: inner };
  return new Refusal(json(status, { error: { code, message, innererror } }), message);
}
