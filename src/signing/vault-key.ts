import { PipeError } from '../errors.ts';
import type { RemoteKey } from '../exchange/config.ts';
import { asRecord } from '../fields.ts';
import type { Secret } from '../secret.ts';
import { vaultRefused, vaultUnusable } from '../services/vault-error.ts';
import { endLogin, loginVault, revokeLogin, type VaultSession } from '../services/vault-login.ts';
import { askVault, type VaultRequest } from '../services/vault-request.ts';
import { cleanText } from '../http/index.ts';
import { show } from '../text.ts';
import { algorithmOf, readPublicKey } from './key-kind.ts';
import { toRawSignature } from './raw-signature.ts';
import type { RemoteDeps, RemoteSigner } from './remote.ts';
import { renewing, type Renewing } from './renewing.ts';
import { unfitForRecords } from './unfit-key.ts';

const BY = 'signer vault';
const DEFAULT_ENGINE = 'transit';
/** `vault:v3:…`; the signature in base64, or in base64url where it is asked for as a JWS holds it. */
const SIGNATURE = /^vault:v([0-9]{1,9}):([A-Za-z0-9+/_=-]{1,2048})$/;
const RAW_BYTES = 64;
const ALGS: ReadonlyMap<unknown, RemoteSigner['alg']> = new Map([
  ['ecdsa-p256', 'ES256'],
  ['rsa-2048', 'RS256'],
  ['rsa-3072', 'RS256'],
  ['rsa-4096', 'RS256'],
]);

type Settings = NonNullable<RemoteKey['vault']>;

interface Key {
  readonly alg: RemoteSigner['alg'];
  readonly publicKeyPem: string;
  readonly version: number;
}

/**
 * A key of the transit engine of HashiCorp Vault or OpenBao, reached by the step's own token. The version that signs is
 * the one whose public half was read, so a rotation meanwhile does no harm.
 *
 * Written after the servers' sources, and not run against one: signatures are taken in either marshaling.
 */
export async function openVaultKey(
  settings: Settings,
  stepToken: Secret,
  deps: RemoteDeps,
  // Vault's audit log names a login by what the role takes from the token.
  _session: string,
  signal: AbortSignal,
): Promise<RemoteSigner> {
  const logIn = (stop: AbortSignal): Promise<VaultSession> =>
    loginVault(settings, stepToken, { ...deps, by: BY }, stop);
  const first = await logIn(signal);
  try {
    const key = await readKey(settings, first, deps, signal);
    const logins = renewing(first, logIn, deps.clock);
    return {
      alg: key.alg,
      publicKeyPem: key.publicKeyPem,
      keyUri: nameKey(settings, key),
      sign: async (data, stop) => sign(settings, { login: await logins.get(stop), key }, data, deps, stop),
      close: (stop) => revokeAll(logins, deps, stop),
    };
  } catch (error) {
    await endLogin(first, { ...deps, by: BY });
    throw error;
  }
}

function nameKey({ address, namespace = '', engine = DEFAULT_ENGINE, key }: Settings, { version }: Key): string {
  const place = [address, ...namespace.split('/').filter((part) => part !== ''), engine, 'keys', key].join('/');
  return `vault:${place}:v${String(version)}`;
}

async function revokeAll(logins: Renewing<VaultSession>, deps: RemoteDeps, signal: AbortSignal): Promise<void> {
  const revocable = logins.takeLive().filter((login) => login.revocable);
  const done = await Promise.allSettled(revocable.map((login) => revokeLogin(login, { ...deps, by: BY }, signal)));
  for (const outcome of done) if (outcome.status === 'rejected') throw outcome.reason;
}

async function readKey(settings: Settings, login: VaultSession, deps: RemoteDeps, signal: AbortSignal): Promise<Key> {
  const path = `${settings.engine ?? DEFAULT_ENGINE}/keys/${settings.key}`;
  const data = await ask(settings, login, { method: 'GET', path }, deps, signal);
  const { type, name = settings.key, latest_version: version, keys } = data;
  if (typeof type !== 'string') throw vaultUnusable(BY, `data.type: ${typeof type}`, 'data with the type of the key');
  const alg = ALGS.get(type);
  if (alg === undefined || (deps.purpose === 'record' && alg !== 'ES256')) throw wrongType(settings, type, deps);
  if (!isSameName(name, settings.key)) {
    throw vaultUnusable(BY, `name ${typeof name === 'string' ? 'of another key' : typeof name}`, settings.key);
  }
  if (typeof version !== 'number') throw vaultUnusable(BY, `data.latest_version: ${typeof version}`, 'a number');
  const { public_key: publicKeyPem } = asRecord(asRecord(keys)[String(version)]);
  const publicKey = typeof publicKeyPem === 'string' ? readPublicKey(publicKeyPem) : undefined;
  if (typeof publicKeyPem !== 'string' || !publicKey || algorithmOf(publicKey) !== alg) {
    const wanted = 'data.keys with the public key of each version';
    throw vaultUnusable(BY, `no public key of version ${String(version)}, of the type that it names`, wanted);
  }
  return { alg, publicKeyPem, version };
}

function isSameName(name: unknown, key: string): boolean {
  return typeof name === 'string' && name.toLowerCase() === key.toLowerCase();
}

async function sign(
  settings: Settings,
  { login, key }: { readonly login: VaultSession; readonly key: Key },
  data: Uint8Array,
  deps: RemoteDeps,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const path = `${settings.engine ?? DEFAULT_ENGINE}/sign/${settings.key}`;
  const json = {
    input: Buffer.from(data).toString('base64'),
    key_version: key.version,
    hash_algorithm: 'sha2-256',
    ...(key.alg === 'ES256' ? { marshaling_algorithm: 'jws' } : { signature_algorithm: 'pkcs1v15' }),
  };
  const { signature } = await ask(settings, login, { method: 'POST', path, json }, deps, signal);
  const [, version, text] = (typeof signature === 'string' && SIGNATURE.exec(signature)) || [];
  if (text === undefined || version !== String(key.version)) {
    const got = version === undefined ? `data.signature: ${typeof signature}` : `a signature of version ${version}`;
    throw vaultUnusable(BY, got, `a signature of version ${String(key.version)}, vault:v${String(key.version)}:…`);
  }
  const bytes = new Uint8Array(Buffer.from(text, 'base64'));
  // A server that does not know the wish answers in DER.
  return key.alg === 'ES256' && bytes.length !== RAW_BYTES ? fromDer(bytes) : bytes;
}

function fromDer(bytes: Uint8Array): Uint8Array {
  try {
    return toRawSignature(bytes);
  } catch {
    throw vaultUnusable(BY, `a signature of ${String(bytes.length)} bytes`, 'a signature of P-256, raw or in DER');
  }
}

/** The `data` of an answer of the transit engine. */
async function ask(
  settings: Settings,
  { token, policies }: VaultSession,
  request: VaultRequest,
  deps: RemoteDeps,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>>> {
  const reply = await askVault(settings, { ...request, bearer: token }, deps, signal);
  if (reply.status === 200) return asRecord(asRecord(reply.body)['data']);
  const { role, key, engine = DEFAULT_ENGINE } = settings;
  const uses = 'token_num_uses must be 0, or at least 5';
  const judgement =
    reply.status === 403
      ? ({
          code: 'DENIED_BY_PROVIDER',
          fix: `Allow read on ${engine}/keys/${key} and update on ${engine}/sign/${key} in one of the Vault policies ${policies.join(', ')} of role ${role}; ${uses}.`,
        } as const)
      : ({
          code: 'EXCHANGE_NOT_ENABLED',
          fix: `Make the key ${key} in the engine ${engine}: vault write -f ${engine}/keys/${key} type=ecdsa-p256.`,
        } as const);
  throw vaultRefused({ by: BY, asked: `use the key ${key}`, reply, judgement });
}

function wrongType({ key, engine = DEFAULT_ENGINE }: Settings, type: string, { purpose }: RemoteDeps): PipeError {
  const got = `type ${show(cleanText(type))}`;
  if (purpose === 'record') {
    const make = `vault write -f ${engine}/keys/<name> type=ecdsa-p256`;
    return unfitForRecords({ service: 'Vault', by: BY, key, got, make });
  }
  return new PipeError({
    code: 'EXCHANGE_NOT_ENABLED',
    message: `The key ${key} of Vault cannot sign what is wanted (${BY}).`,
    got,
    wanted: `type ${[...ALGS.keys()].join(', ')}`,
    fix: 'Make a key of one of these types, and register its public half with the client.',
  });
}
