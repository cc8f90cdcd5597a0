import { createPublicKey } from 'node:crypto';
import { PipeError } from '../errors.ts';
import type { RemoteKey } from '../exchange/config.ts';
import type { Secret } from '../secret.ts';
import { vaultRefused, vaultUnusable } from '../services/vault-error.ts';
import { endLogin, loginVault, revokeLogin, type VaultSession } from '../services/vault-login.ts';
import { recordOf } from '../services/vault-reply.ts';
import { askVault, type VaultRequest } from '../services/vault-request.ts';
import { show } from '../text.ts';
import { toRawSignature } from './raw-signature.ts';
import type { RemoteDeps, RemoteSigner } from './remote.ts';

const BY = 'signer vault';
const DEFAULT_ENGINE = 'transit';
/** `vault:v3:…`; the signature in base64, or in base64url where it is asked for as a JWS holds it. */
const SIGNATURE = /^vault:v([0-9]+):([A-Za-z0-9+/_=-]{1,2048})$/;
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
  const login = await loginVault(settings, stepToken, { ...deps, by: BY }, signal);
  try {
    const key = await readKey(settings, login, deps, signal);
    return {
      alg: key.alg,
      publicKeyPem: key.publicKeyPem,
      sign: (data, stop) => sign(settings, { login, key }, data, deps, stop),
      close: (stop) => (login.revocable ? revokeLogin(login, { ...deps, by: BY }, stop) : Promise.resolve()),
    };
  } catch (error) {
    await endLogin(login, { ...deps, by: BY });
    throw error;
  }
}

async function readKey(settings: Settings, login: VaultSession, deps: RemoteDeps, signal: AbortSignal): Promise<Key> {
  const path = `${settings.engine ?? DEFAULT_ENGINE}/keys/${settings.key}`;
  const data = await ask(settings, login, { method: 'GET', path }, deps, signal);
  const { type, latest_version: version, keys } = data;
  const alg = ALGS.get(type);
  if (alg === undefined) throw wrongType(settings, type);
  const { public_key: publicKeyPem } = recordOf(recordOf(keys)[String(version)]);
  if (typeof version !== 'number' || typeof publicKeyPem !== 'string' || !isPublicKey(publicKeyPem, alg)) {
    throw vaultUnusable(
      BY,
      `no public key of version ${String(version)}`,
      'data.keys with the public key of each version',
    );
  }
  return { alg, publicKeyPem, version };
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
  if (reply.status === 200) return recordOf(recordOf(reply.body)['data']);
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

function isPublicKey(pem: string, alg: RemoteSigner['alg']): boolean {
  try {
    return createPublicKey(pem).asymmetricKeyType === (alg === 'ES256' ? 'ec' : 'rsa');
  } catch {
    return false;
  }
}

function wrongType({ key }: Settings, type: unknown): PipeError {
  return new PipeError({
    code: 'EXCHANGE_NOT_ENABLED',
    message: `The key ${key} of Vault cannot sign what is wanted (${BY}).`,
    got: `type ${show(type)}`,
    wanted: `type ${[...ALGS.keys()].join(', ')}`,
    fix: 'Make a key of one of these types, and register its public half with the client.',
  });
}
