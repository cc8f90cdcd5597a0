import { PipeError } from '../errors.ts';
import type { HttpReply } from '../http/index.ts';
import { describeExchange } from './audit.ts';
import { vaultRefused } from './azure-key-vault-error.ts';
import type { HopConfigs } from './config.ts';
import { hopUnusable } from './hop-error.ts';
import { readStoredToken } from './stored-token.ts';
import type { HopDeps, HopInput, HopKind, HopOutput } from './types.ts';

/** Seen in use against the live service; newer ones change nothing of what is read here. */
const API_VERSION = '7.4';
const MAX_REPLY_BYTES = 64 * 1024;
const ATTEMPTS = 3;
const MAX_WAIT_MS = 60_000;
/** The public cloud, and those of China and of the government of the United States. */
const VAULT_HOST = /^[a-z0-9-]{3,24}\.vault\.(?:azure\.net|azure\.cn|usgovcloudapi\.net)$/;
const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

type Settings = HopConfigs['azure-key-vault'];

/**
 * A stored Vercel token out of Azure Key Vault, by an access token of Entra. It is a stored secret, not of this run:
 * nothing is revoked. Not run against the live service: which codes stand behind a `Forbidden` is from its documents
 * and from what its clients report.
 */
export const azureKeyVaultHop: HopKind<'azure-key-vault'> = {
  name: 'azure-key-vault',
  takes: ['access'],
  gives: () => 'vercel',
  check: ({ vault, secret, version }) => [...checkVault(vault), ...checkNames(secret, version)],
  async obtain(settings, input, deps, signal) {
    const reply = await readSecret(settings, input, deps, signal);
    if (reply.status !== 200) throw vaultRefused(reply, settings);
    return readToken(settings, deps, reply);
  },
};

/** An access token for every vault of a tenant goes to a vault, and to no other host. */
function checkVault(vault: string): readonly string[] {
  const url = URL.canParse(vault) ? new URL(vault) : undefined;
  const loopback = url?.protocol === 'http:' && LOOPBACK.includes(url.hostname);
  const known = url?.protocol === 'https:' && VAULT_HOST.test(url.host);
  if (url && (loopback || known) && vault === url.origin) return [];
  return [
    `vault is ${vault}; wanted https://<name>.vault.azure.net (or .vault.azure.cn, .vault.usgovcloudapi.net), in lower case, without port and path`,
  ];
}

function checkNames(secret: string, version: string | undefined): readonly string[] {
  const faults: string[] = [];
  if (!/^[A-Za-z0-9-]{1,127}$/.test(secret)) faults.push(`secret is ${secret}; wanted letters, digits and - alone`);
  if (version !== undefined && !/^[A-Za-z0-9]{1,64}$/.test(version))
    faults.push(`version is ${version}; wanted the 32 hex digits at the end of the secret's identifier`);
  return faults;
}

function secretUrl({ vault, secret, version }: Settings): string {
  const path = version === undefined ? secret : `${secret}/${version}`;
  return `${vault}/secrets/${path}?api-version=${API_VERSION}`;
}

function readSecret(settings: Settings, input: HopInput, deps: HopDeps, signal: AbortSignal): Promise<HttpReply> {
  return deps.http.request({
    service: 'Azure Key Vault',
    method: 'GET',
    url: secretUrl(settings),
    bearer: input.token,
    maxBytes: MAX_REPLY_BYTES,
    attempts: ATTEMPTS,
    maxWaitMs: MAX_WAIT_MS,
    signal,
  });
}

function readToken(settings: Settings, deps: HopDeps, reply: HttpReply): HopOutput {
  const { value, attributes } = (reply.body ?? {}) as { value?: unknown; attributes?: Attributes | null };
  // Read of an expired secret succeeds at Key Vault; whoever set its end meant it.
  checkAttributes(settings, attributes ?? {}, deps.clock.now());
  const token = readStoredToken(value);
  if (!token)
    throw hopUnusable('azure-key-vault', 'Azure Key Vault', `value ${describe(value)}`, 'a Vercel token in `value`');
  const expiresAt = toDate(attributes?.exp)?.getTime();
  const audit = describeExchange('azure-key-vault', { token, expiresAt, reply, url: secretUrl(settings) });
  return { hop: 'azure-key-vault', token, expiresAt, clientId: undefined, audit, revoke: undefined };
}

interface Attributes {
  readonly enabled?: unknown;
  readonly nbf?: unknown;
  readonly exp?: unknown;
}

function checkAttributes({ secret }: Settings, { enabled, nbf, exp }: Attributes, now: number): void {
  const got = [
    ...(enabled === false ? ['it is disabled'] : []),
    ...(typeof exp === 'number' && exp * 1000 <= now ? [`it expired at ${tell(exp)}`] : []),
    ...(typeof nbf === 'number' && nbf * 1000 > now ? [`it is not active before ${tell(nbf)}`] : []),
  ];
  if (got.length === 0) return;
  throw new PipeError({
    code: 'CREDENTIAL_INVALID',
    message: `The secret ${secret} of Azure Key Vault is not to be used now (hop azure-key-vault).`,
    got: got.join(', '),
    wanted: 'a secret that is enabled, between its activation date and its expiration date',
    fix: 'Create a new Vercel token, and store it as a new version of the secret with a new expiration date.',
  });
}

/** Seconds since 1970 as people read them; a number that is no date is told as it is. */
function tell(seconds: number): string {
  return toDate(seconds)?.toISOString() ?? String(seconds);
}

function toDate(seconds: unknown): Date | undefined {
  const date = new Date(typeof seconds === 'number' ? seconds * 1000 : Number.NaN);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

function describe(value: unknown): string {
  return typeof value === 'string' ? 'of another shape' : typeof value;
}
