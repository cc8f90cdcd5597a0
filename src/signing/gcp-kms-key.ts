import { verify } from 'node:crypto';
import { sha256Hex } from '../digest.ts';
import { PipeError } from '../errors.ts';
import type { RemoteKey } from '../exchange/config.ts';
import { asRecord } from '../fields.ts';
import { cleanText } from '../http/index.ts';
import type { Secret } from '../secret.ts';
import { crc32c, fitsCrc32c } from '../services/crc32c.ts';
import { askGoogle, type GcpDeps } from '../services/gcp-call.ts';
import { checkKeyVersion, principalsOf } from '../services/gcp-names.ts';
import { googleDamaged, googleUnusable, type GoogleAsked } from '../services/gcp-refused.ts';
import { checkGcpProvider, openGcpAccess } from '../services/gcp-token.ts';
import { algorithmOf, readPublicKey } from './key-kind.ts';
import { toRawSignature } from './raw-signature.ts';
import type { RemoteDeps, RemoteSigner } from './remote.ts';
import { renewing, type Ending } from './renewing.ts';
import { unfitForRecords } from './unfit-key.ts';

type Settings = NonNullable<RemoteKey['gcp-kms']>;
const BY = 'signer gcp-kms';
const API = 'cloudkms.googleapis.com';
/** All that the account's token is for. */
const SCOPE = 'https://www.googleapis.com/auth/cloudkms';
/** Nothing revokes the account's token, so it gets a short life; one that is needed after that is made then. */
const LIFE_SECONDS = 900;
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

interface Session extends Ending {
  readonly bearer: Secret;
}

/** One version of a key, and how it is asked. */
interface Reached {
  readonly key: string;
  readonly asked: (what: string) => GoogleAsked;
  readonly deps: GcpDeps;
  readonly purpose: RemoteDeps['purpose'];
}

interface GcpKey {
  readonly alg: RemoteSigner['alg'];
  readonly pem: string;
  /** As Google names it. */
  readonly name: string;
}

/**
 * A version of a key of Cloud KMS, software or HSM. What crosses the network carries its CRC32C both ways, as Google asks
 * of its clients, and each signature is verified before it is given. Google revokes no access token: an account's ends
 * after 15 minutes, a federated one within the hour; for a signature after that there is a new one. Not run against the
 * live service.
 */
export async function openGcpKey(
  settings: Settings,
  stepToken: Secret,
  { http, clock, purpose }: RemoteDeps,
  session: string,
  signal: AbortSignal,
): Promise<RemoteSigner> {
  const faults = checkGcpKey(settings);
  if (faults.length > 0) {
    throw new PipeError({ code: 'POLICY_INVALID', message: 'The policy names no key of Cloud KMS.', faults });
  }
  const deps: GcpDeps = { http, by: BY, session };
  const logIn = async (stop: AbortSignal): Promise<Session> => {
    const askedAt = clock.now();
    const login = { ...settings, scope: SCOPE, lifeSeconds: LIFE_SECONDS };
    const { token, lifeSeconds } = await openGcpAccess(login, stepToken, deps, stop);
    return { bearer: token, expiresAt: askedAt + lifeSeconds * 1000 };
  };
  const first = await logIn(signal);
  const reached: Reached = { key: settings.key, deps, asked: (what) => toAsked(settings, what), purpose };
  const { alg, pem, name } = await readKey(reached, first, signal);
  const sessions = renewing(first, logIn, clock);
  return {
    alg,
    publicKeyPem: pem,
    keyUri: `gcp-kms:${name}`,
    async sign(data, stop) {
      const signature = await sign(reached, await sessions.get(stop), data, pem, stop);
      return alg === 'ES256' ? toRawSignature(signature) : signature;
    },
    close: () => Promise.resolve(),
  };
}

async function readKey(reached: Reached, { bearer }: Session, signal: AbortSignal): Promise<GcpKey> {
  const { key, deps } = reached;
  const asked = reached.asked(`give the public key of ${key}`);
  const url = `https://${API}/v1/${key}/publicKey`;
  const reply = await askGoogle({ method: 'GET', url }, { asked, bearer, deps, signal });
  const { name, pem, pemCrc32c, algorithm } = asRecord(reply.body);
  if (typeof pem !== 'string') throw googleUnusable(asked, `pem ${typeof pem}`, 'pem');
  if (!fitsCrc32c(Buffer.from(pem), pemCrc32c)) throw googleDamaged(asked, 'a public key');
  refuseOther(asked, name, key);
  return { alg: chooseAlgorithm(reached, asked, algorithm, pem), pem, name };
}

function chooseAlgorithm(
  { key, purpose }: Reached,
  asked: GoogleAsked,
  algorithm: unknown,
  pem: string,
): RemoteSigner['alg'] {
  const alg = typeof algorithm === 'string' && Object.hasOwn(ALGORITHMS, algorithm) ? ALGORITHMS[algorithm] : undefined;
  const got = `algorithm ${cleanText(algorithm, 64)}`;
  if (purpose === 'record' && alg !== 'ES256') {
    const make =
      'gcloud kms keys create <name> --keyring=<ring> --location=<location> --purpose=asymmetric-signing --default-algorithm=ec-sign-p256-sha256';
    throw unfitForRecords({ service: 'Cloud KMS', by: BY, key, got, make });
  }
  const wanted = `a key of purpose ASYMMETRIC_SIGN: ${Object.keys(ALGORITHMS).join(', ')}`;
  if (alg === undefined) throw googleUnusable(asked, got, wanted);
  const publicKey = readPublicKey(pem);
  if (!publicKey) throw googleUnusable(asked, 'a pem that holds no key', wanted);
  if (algorithmOf(publicKey) !== alg) throw googleUnusable(asked, `a pem that is no key of ${got}`, wanted);
  return alg;
}

async function sign(
  { key, deps, asked: toAsk }: Reached,
  { bearer }: Session,
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
function refuseOther(asked: GoogleAsked, name: unknown, key: string): asserts name is string {
  const rest = key.slice(key.indexOf('/locations/'));
  if (typeof name === 'string' && name.endsWith(rest) && checkKeyVersion(name).length === 0) return;
  throw googleUnusable(asked, `name ${typeof name === 'string' ? 'of another key' : typeof name}`, key);
}

function toAsked({ provider, serviceAccount, key }: Settings, what: string): GoogleAsked {
  const name = key.slice(0, key.indexOf('/cryptoKeyVersions/'));
  const who = serviceAccount === undefined ? principalsOf(provider) : `serviceAccount:${serviceAccount}`;
  return {
    ...{ by: BY, service: 'Cloud KMS', api: API, asked: what },
    fixes: {
      denied: `Grant roles/cloudkms.signerVerifier on ${name} to ${who}. A grant takes up to 7 minutes to count; a key that does not exist is refused in the same words.`,
      missing: `Check \`key\` in the policy: ${key} (a version of a key of purpose ASYMMETRIC_SIGN).`,
      state: `Enable the version ${key}, or name another one; a version is of use some seconds after it was made.`,
    },
  };
}
