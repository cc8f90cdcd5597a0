import { createPublicKey, verify } from 'node:crypto';
import { sha256Hex } from '../digest.ts';
import { PipeError } from '../errors.ts';
import type { RemoteKey } from '../exchange/config.ts';
import type { Secret } from '../secret.ts';
import { crc32c, fitsCrc32c } from '../services/crc32c.ts';
import { asRecord, askGoogle, type GcpDeps } from '../services/gcp-call.ts';
import { checkKeyVersion, principalsOf } from '../services/gcp-names.ts';
import { googleDamaged, googleUnusable, type GoogleAsked } from '../services/gcp-refused.ts';
import { checkGcpProvider, loginGcp } from '../services/gcp-token.ts';
import { toRawSignature } from './raw-signature.ts';
import type { RemoteDeps, RemoteSigner } from './remote.ts';

type Settings = NonNullable<RemoteKey['gcp-kms']>;
const API = 'cloudkms.googleapis.com';
/** All that the account's token is for. */
const SCOPE = 'https://www.googleapis.com/auth/cloudkms';
/** A record is signed after the deployment; Google gives no longer life without an exception. */
const LIFE_SECONDS = 3600;
const ALGORITHMS: Readonly<Record<string, RemoteSigner['alg']>> = {
  EC_SIGN_P256_SHA256: 'ES256',
  RSA_SIGN_PKCS1_2048_SHA256: 'RS256',
  RSA_SIGN_PKCS1_3072_SHA256: 'RS256',
  RSA_SIGN_PKCS1_4096_SHA256: 'RS256',
};

/** What is wrong with the settings of a key, beyond what the schema says. */
export function checkGcpKey(settings: Settings): readonly string[] {
  return [...checkGcpProvider(settings), ...checkKeyVersion(settings.key)];
}

/** One version of a key, and the session that reaches it. */
interface Reached {
  readonly key: string;
  readonly bearer: Secret;
  readonly asked: (what: string) => GoogleAsked;
  readonly deps: GcpDeps;
}

/**
 * A version of a key of Cloud KMS, software or HSM. What crosses the network carries its CRC32C both ways, as Google asks
 * of its clients, and each signature is verified before it is given. Google revokes no access token: it ends within the
 * hour. Not run against the live service.
 */
export async function openGcpKey(
  settings: Settings,
  stepToken: Secret,
  { http }: RemoteDeps,
  session: string,
  signal: AbortSignal,
): Promise<RemoteSigner> {
  const faults = checkGcpKey(settings);
  if (faults.length > 0) {
    throw new PipeError({ code: 'POLICY_INVALID', message: 'The policy names no key of Cloud KMS.', faults });
  }
  const deps: GcpDeps = { http, by: 'signer gcp-kms', session };
  const bearer = await loginGcp({ ...settings, scope: SCOPE, lifeSeconds: LIFE_SECONDS }, stepToken, deps, signal);
  const reached: Reached = { key: settings.key, bearer, deps, asked: (what) => toAsked(settings, what) };
  const { alg, pem } = await readPublicKey(reached, signal);
  return {
    alg,
    publicKeyPem: pem,
    async sign(data, signal) {
      const signature = await sign(reached, data, pem, signal);
      return alg === 'ES256' ? toRawSignature(signature) : signature;
    },
    close: () => Promise.resolve(),
  };
}

async function readPublicKey(
  { key, bearer, deps, asked: toAsk }: Reached,
  signal: AbortSignal,
): Promise<{ readonly alg: RemoteSigner['alg']; readonly pem: string }> {
  const asked = toAsk(`give the public key of ${key}`);
  const url = `https://${API}/v1/${key}/publicKey`;
  const reply = await askGoogle({ method: 'GET', url }, { asked, bearer, deps, signal });
  const { name, pem, pemCrc32c, algorithm } = asRecord(reply.body);
  if (typeof pem !== 'string') throw googleUnusable(asked, `pem ${typeof pem}`, 'pem');
  if (!fitsCrc32c(Buffer.from(pem), pemCrc32c)) throw googleDamaged(asked, 'a public key');
  refuseOther(asked, name, key);
  const alg = typeof algorithm === 'string' && Object.hasOwn(ALGORITHMS, algorithm) ? ALGORITHMS[algorithm] : undefined;
  if (alg !== undefined && isPublicKey(pem)) return { alg, pem };
  const got = alg === undefined ? `algorithm ${String(algorithm).slice(0, 64)}` : 'a pem that holds no key';
  throw googleUnusable(asked, got, `a key of purpose ASYMMETRIC_SIGN: ${Object.keys(ALGORITHMS).join(', ')}`);
}

function isPublicKey(pem: string): boolean {
  try {
    createPublicKey(pem);
    return true;
  } catch {
    return false;
  }
}

async function sign(
  { key, bearer, deps, asked: toAsk }: Reached,
  data: Uint8Array,
  pem: string,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const asked = toAsk(`sign with ${key}`);
  const digest = Buffer.from(sha256Hex(data), 'hex');
  const url = `https://${API}/v1/${key}:asymmetricSign`;
  const json = { digest: { sha256: digest.toString('base64') }, digestCrc32c: String(crc32c(digest)) };
  const reply = await askGoogle({ method: 'POST', url, json }, { asked, bearer, deps, signal });
  const { name, signature, signatureCrc32c, verifiedDigestCrc32c } = asRecord(reply.body);
  if (typeof signature !== 'string') throw googleUnusable(asked, `signature ${typeof signature}`, 'signature');
  const bytes = new Uint8Array(Buffer.from(signature, 'base64'));
  if (!fitsCrc32c(bytes, signatureCrc32c)) throw googleDamaged(asked, 'a signature');
  // False where the checksum did not reach Google: then nobody knows which digest was signed.
  if (verifiedDigestCrc32c !== true) throw googleDamaged(asked, 'a digest that did not arrive');
  refuseOther(asked, name, key);
  if (verify('sha256', data, pem, bytes)) return bytes;
  throw googleUnusable(asked, "a signature that the key's public part does not verify", 'a signature of this key');
}

/** Google answers with the project's id where its number was asked for, so the rest of the name is compared. */
function refuseOther(asked: GoogleAsked, name: unknown, key: string): void {
  const rest = key.slice(key.indexOf('/locations/'));
  if (typeof name === 'string' && name.endsWith(rest)) return;
  throw googleUnusable(asked, `name ${typeof name === 'string' ? 'of another key' : typeof name}`, key);
}

function toAsked({ provider, serviceAccount, key }: Settings, what: string): GoogleAsked {
  const name = key.slice(0, key.indexOf('/cryptoKeyVersions/'));
  const who = serviceAccount === undefined ? principalsOf(provider) : `serviceAccount:${serviceAccount}`;
  return {
    ...{ by: 'signer gcp-kms', service: 'Cloud KMS', api: API, asked: what },
    fixes: {
      denied: `Grant roles/cloudkms.signerVerifier on ${name} to ${who}. A grant takes up to 7 minutes to count; a key that does not exist is refused in the same words.`,
      missing: `Check \`key\` in the policy: ${key} (a version of a key of purpose ASYMMETRIC_SIGN).`,
      state: `Enable the version ${key}, or name another one; a version is of use some seconds after it was made.`,
    },
  };
}
