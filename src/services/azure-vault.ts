import { isLoopback } from '../address.ts';
import type { HttpClient, HttpReply } from '../http/index.ts';
import type { Secret } from '../secret.ts';

/** Seen in use against the live service; newer ones change nothing of what is read here. */
const API_VERSION = '7.4';
const MAX_REPLY_BYTES = 64 * 1024;
const ATTEMPTS = 3;
const MAX_WAIT_MS = 60_000;
/** The public cloud, and those of China and of the government of the United States. */
const VAULT_HOST = /^[a-z0-9-]{3,24}\.vault\.(?:azure\.net|azure\.cn|usgovcloudapi\.net)$/;

/** What is wrong with a vault's address: an access token for every vault of a tenant goes to a vault, and to no other host. */
export function checkAzureVault(vault: string): readonly string[] {
  const url = URL.canParse(vault) ? new URL(vault) : undefined;
  const known = url?.protocol === 'https:' && VAULT_HOST.test(url.host);
  if (url && (isLoopback(url) || known) && vault === url.origin) return [];
  return [
    `vault is ${vault}; wanted https://<name>.vault.azure.net (or .vault.azure.cn, .vault.usgovcloudapi.net), in lower case, without port and path`,
  ];
}

/** What is wrong with the names of a secret or a key, which become a part of an address. */
export function checkAzureName(kind: 'secret' | 'key', name: string, version: string | undefined): readonly string[] {
  const faults: string[] = [];
  if (!/^[A-Za-z0-9-]{1,127}$/.test(name)) faults.push(`${kind} is ${name}; wanted letters, digits and - alone`);
  if (version !== undefined && !/^[A-Za-z0-9]{1,64}$/.test(version))
    faults.push(`version is ${version}; wanted the 32 hex digits at the end of the ${kind}'s identifier`);
  return faults;
}

/** Address of a thing in a vault, by its path in parts. */
export function azureUrl(vault: string, ...path: readonly string[]): string {
  return `${vault}/${path.join('/')}?api-version=${API_VERSION}`;
}

export interface AzureRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly json?: unknown;
  readonly bearer: Secret | undefined;
}

/** One question to a vault; any status. */
export function askAzureVault(request: AzureRequest, http: HttpClient, signal: AbortSignal): Promise<HttpReply> {
  const bounds = { maxBytes: MAX_REPLY_BYTES, attempts: ATTEMPTS, maxWaitMs: MAX_WAIT_MS };
  return http.request({ service: 'Azure Key Vault', ...request, ...bounds, signal });
}
