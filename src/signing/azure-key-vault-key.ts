import { createHash, createPublicKey, verify, type JsonWebKey, type KeyObject } from 'node:crypto';
import { PipeError } from '../errors.ts';
import type { AzureKey } from '../exchange/config.ts';
import { asRecord } from '../fields.ts';
import { cleanText } from '../http/index.ts';
import type { Secret } from '../secret.ts';
import { askAzureVault, azureUrl, checkAzureName, checkAzureVault } from '../services/azure-vault.ts';
import { azureRefused, azureUnusable, BY, makeAzureKey } from './azure-key-vault-error.ts';
import type { RemoteDeps, RemoteSigner } from './remote.ts';
import { unfitForRecords } from './unfit-key.ts';

const RAW_BYTES = 64;

/** What is wrong with the settings of a key, beyond what the schema says. */
export function checkAzureKey({ vault, key, version }: AzureKey): readonly string[] {
  return [...checkAzureVault(vault), ...checkAzureName('key', key, version)];
}

/** One version of a key, and the token that reaches it. */
interface Reached {
  readonly settings: AzureKey;
  readonly bearer: Secret;
  readonly http: RemoteDeps['http'];
}

interface Version {
  /** `https://acme.vault.azure.net/keys/deploy/0123…`. */
  readonly kid: string;
  readonly publicKey: KeyObject;
}

/**
 * A key of Azure Key Vault on P-256, software or HSM, for records alone. The version that signs is the one whose public
 * half was read, so a rotation meanwhile does no harm; each signature is verified before it is given. The access token is
 * the caller's: it lives as long as Entra has it, and nothing takes it back.
 *
 * Not run against the live service: which reasons stand behind a `Forbidden` is from its documents and from what its
 * clients report.
 */
export async function openAzureKey(
  settings: AzureKey,
  accessToken: Secret | undefined,
  { http, clock }: RemoteDeps,
  signal: AbortSignal,
): Promise<RemoteSigner> {
  const faults = checkAzureKey(settings);
  if (faults.length > 0) {
    throw new PipeError({ code: 'POLICY_INVALID', message: 'The policy names no key of Azure Key Vault.', faults });
  }
  if (!accessToken) throw noToken(settings);
  const reached: Reached = { settings, bearer: accessToken, http };
  const version = await readKey(reached, clock.now(), signal);
  return {
    alg: 'ES256',
    publicKeyPem: version.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    keyUri: version.kid,
    sign: (data, stop) => sign(reached, version, data, stop),
    close: () => Promise.resolve(),
  };
}

function noToken({ exchange }: AzureKey): PipeError {
  return new PipeError({
    code: 'TOKEN_MISSING',
    message: `Azure Key Vault takes an access token of Entra, and there is none (${BY}).`,
    got: 'no token',
    wanted: `the token that the chain ${exchange} ends with`,
    fix: `End the chain ${exchange} of the policy with the hop entra, with the scope https://vault.azure.net/.default.`,
  });
}

async function readKey({ settings, bearer, http }: Reached, now: number, signal: AbortSignal): Promise<Version> {
  const { vault, key: name, version } = settings;
  const asked = `give the public key of ${name}`;
  const url = azureUrl(vault, 'keys', name, ...(version === undefined ? [] : [version]));
  const reply = await askAzureVault({ method: 'GET', url, bearer }, http, signal);
  if (reply.status !== 200) throw azureRefused(reply, asked, settings);
  const { key, attributes } = asRecord(reply.body);
  const { kid, kty, crv, x, y, key_ops: operations } = asRecord(key);
  if (!isVersionOf(kid, settings)) {
    const got = `kid ${typeof kid === 'string' ? 'of another key' : typeof kid}`;
    throw azureUnusable(asked, got, azureIdOf(settings, version ?? '<version>'));
  }
  const canSign = Array.isArray(operations) && operations.includes('sign');
  if (!(kty === 'EC' || kty === 'EC-HSM') || crv !== 'P-256' || !canSign) {
    const got = `kty ${word(kty)}, crv ${word(crv)}, key_ops ${canSign ? 'with' : 'without'} sign`;
    const make = makeAzureKey(settings);
    throw unfitForRecords({ service: 'Azure Key Vault', by: BY, key: name, got, make });
  }
  checkAttributes(settings, asRecord(attributes), now);
  const publicKey = importKey({ kty: 'EC', crv, x, y });
  if (!publicKey) throw azureUnusable(asked, `x ${typeof x}, y ${typeof y}`, 'x and y of a point on P-256');
  return { kid, publicKey };
}

async function sign(
  { settings, bearer, http }: Reached,
  { kid, publicKey }: Version,
  data: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { vault, key } = settings;
  const asked = `sign with ${key}`;
  const url = azureUrl(vault, 'keys', key, kid.slice(kid.lastIndexOf('/') + 1), 'sign');
  const json = { alg: 'ES256', value: createHash('sha256').update(data).digest('base64url') };
  const reply = await askAzureVault({ method: 'POST', url, json, bearer }, http, signal);
  if (reply.status !== 200) throw azureRefused(reply, asked, settings);
  const { kid: signedBy, value } = asRecord(reply.body);
  if (typeof signedBy !== 'string' || signedBy.toLowerCase() !== kid.toLowerCase()) {
    throw azureUnusable(asked, `kid ${typeof signedBy === 'string' ? 'of another key' : typeof signedBy}`, kid);
  }
  const raw = typeof value === 'string' ? new Uint8Array(Buffer.from(value, 'base64url')) : new Uint8Array();
  const fits = raw.length === RAW_BYTES && verify('sha256', data, { key: publicKey, dsaEncoding: 'ieee-p1363' }, raw);
  if (fits) return raw;
  throw azureUnusable(asked, "a signature that the key's public part does not verify", 'a signature of this key');
}

/** Azure minds no case in names, and answers with the case that the key was made with. */
function isVersionOf(kid: unknown, settings: AzureKey): kid is string {
  if (typeof kid !== 'string') return false;
  const version = kid.slice(kid.lastIndexOf('/') + 1);
  if (checkAzureName('key', settings.key, version).length > 0) return false;
  return kid.toLowerCase() === azureIdOf(settings, settings.version ?? version).toLowerCase();
}

function azureIdOf({ vault, key }: AzureKey, version: string): string {
  return `${vault}/keys/${key}/${version}`;
}

function checkAttributes({ key }: AzureKey, attributes: Readonly<Record<string, unknown>>, now: number): void {
  const { enabled, nbf, exp } = attributes;
  const got = [
    ...(enabled === true ? [] : ['it is disabled']),
    ...(typeof exp === 'number' && exp * 1000 <= now ? ['it has expired'] : []),
    ...(typeof nbf === 'number' && nbf * 1000 > now ? ['it is not active yet'] : []),
  ];
  if (got.length === 0) return;
  throw new PipeError({
    code: 'CREDENTIAL_INVALID',
    message: `The key ${key} of Azure Key Vault is not to be used now (${BY}).`,
    got: got.join(', '),
    wanted: 'a key that is enabled, between its activation date and its expiration date',
    fix: `Enable the key (az keyvault key set-attributes --enabled true) and look at its dates, or make a new version of it.`,
  });
}

function importKey(jwk: { kty: string; crv: string; x: unknown; y: unknown }): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  } catch {
    return undefined;
  }
}

function word(value: unknown): string {
  return cleanText(value, 40) || 'none';
}
