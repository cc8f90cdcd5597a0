import { json, Refusal } from '../reply.ts';
import type { Call } from '../router.ts';
import type { KeyVaultOptions, VaultCaller } from './types.ts';

const API_VERSIONS = ['7.4', '7.5', '7.6', '2025-07-01'];

/** Who asks, of what every request must have: a token of the vault's tenant, a version of the API, the right network. */
export async function admit(options: KeyVaultOptions, call: Call): Promise<VaultCaller> {
  const caller = await authenticate(options, call);
  const asked = call.query.get('api-version');
  if (asked === null) throw vaultRefusal(400, 'BadParameter', 'api-version must be specified');
  if (!API_VERSIONS.includes(asked))
    throw vaultRefusal(400, 'BadParameter', `The specified version (${asked}) is not recognized.`);
  if (options.firewall === true) {
    const text = 'Client address is not authorized and caller is not a trusted service.';
    throw vaultRefusal(403, 'Forbidden', text, 'ForbiddenByFirewall');
  }
  return caller;
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

/**
 * An application without the role.
 * @param action `secrets/getSecret/action`
 * @param thing `secrets/vercel-token`
 */
export function forbiddenByRbac({ appId, tenant }: VaultCaller, action: string, thing: string): Refusal {
  const lines = [
    'Caller is not authorized to perform action on resource.',
    'If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.',
    `Caller: appid=${appId};iss=https://sts.windows.net/${tenant}/`,
    `Action: 'Microsoft.KeyVault/vaults/${action}'`,
    `Resource: '${thing}'`,
    'Assignment: (not found)',
    "DecisionReason: 'DeniedWithNoValidRBAC'",
  ];
  return vaultRefusal(403, 'Forbidden', lines.join('\r\n'), 'ForbiddenByRbac');
}

export function vaultRefusal(status: number, code: string, message: string, inner?: string): Refusal {
  const innererror = inner === undefined ? undefined : { code: inner };
  return new Refusal(json(status, { error: { code, message, innererror } }), message);
}
