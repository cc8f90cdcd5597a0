import { PipeError } from '../errors.ts';
import type { HttpReply } from '../http/index.ts';
import { askAzureVault, azureUrl, checkAzureName, checkAzureVault } from '../services/azure-vault.ts';
import { describeExchange } from './audit.ts';
import { vaultRefused } from './azure-key-vault-error.ts';
import type { HopConfigs } from './config.ts';
import { hopUnusable } from './hop-error.ts';
import { readStoredToken } from './stored-token.ts';
import type { HopDeps, HopKind, HopOutput } from './types.ts';

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
  check: ({ vault, secret, version }) => [...checkAzureVault(vault), ...checkAzureName('secret', secret, version)],
  async obtain(settings, input, deps, signal) {
    const request = { method: 'GET', url: secretUrl(settings), bearer: input.token } as const;
    const reply = await askAzureVault(request, deps.http, signal);
    if (reply.status !== 200) throw vaultRefused(reply, settings);
    return readToken(settings, deps, reply);
  },
};

function secretUrl({ vault, secret, version }: Settings): string {
  return azureUrl(vault, 'secrets', secret, ...(version === undefined ? [] : [version]));
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
