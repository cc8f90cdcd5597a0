import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { fromStrictBase64 } from '../digest.ts';
import { PipeError } from '../errors.ts';
import type { AwsRole } from '../exchange/config.ts';
import { callAws, type AwsAnswer, type AwsSession } from '../services/aws-call.ts';
import { asRecord, awsUnusable } from '../services/aws-error.ts';
import { assumeAwsRole } from '../services/aws-role.ts';
import { toRawSignature } from './raw-signature.ts';
import type { OpenKey, RemoteDeps, RemoteSigner } from './remote.ts';

const ASKER = 'signer aws-kms';
const MIN_RSA_BITS = 2048;
/** As KMS names what a JWS calls ES256 and RS256. */
const ALGORITHMS = { ES256: 'ECDSA_SHA_256', RS256: 'RSASSA_PKCS1_V1_5_SHA_256' } as const;

/**
 * A key of AWS KMS, reached by a role that the step's token assumes: key usage SIGN_VERIFY, key spec ECC_NIST_P256 or
 * RSA. Every signature is checked with the public key before it is used.
 *
 * There is nothing to revoke: the role's temporary keys, which may do no more than this, end after 15 minutes.
 *
 * Not run against AWS.
 */
export const openAwsKey: OpenKey<AwsRole & { readonly key: string }> = async (
  { key, ...role },
  stepToken,
  deps,
  session,
  signal,
) => {
  const asked = { ...role, asker: ASKER, allow: ['kms:GetPublicKey', 'kms:Sign'] };
  const aws = await assumeAwsRole(asked, stepToken, deps, session, signal);
  const { publicKey, alg } = await readPublicKey(aws, key, deps, signal);
  return {
    alg,
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    sign: (data, signal) => sign(aws, { key, publicKey, alg }, data, deps, signal),
    close: () => Promise.resolve(),
  };
};

interface KmsKey {
  readonly key: string;
  readonly publicKey: KeyObject;
  readonly alg: RemoteSigner['alg'];
}

async function readPublicKey(
  aws: AwsSession,
  key: string,
  deps: RemoteDeps,
  signal: AbortSignal,
): Promise<Omit<KmsKey, 'key'>> {
  const wanted = { operation: 'GetPublicKey', asked: 'give the public key', target: key };
  const answer = await callAws(aws, 'kms', wanted, { KeyId: key }, deps, signal);
  const { PublicKey: text } = asRecord(answer.reply.body);
  const der = typeof text === 'string' ? fromStrictBase64(text) : undefined;
  const publicKey = der && importKey(der);
  if (!publicKey) throw awsUnusable(answer.about, `PublicKey ${typeof text}`, 'a PublicKey in DER (SPKI), in base64');
  return { publicKey, alg: chooseAlgorithm(publicKey, answer, key) };
}

function importKey(der: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

function chooseAlgorithm(publicKey: KeyObject, { reply }: AwsAnswer, key: string): RemoteSigner['alg'] {
  const { KeyUsage: usage, KeySpec: spec } = asRecord(reply.body);
  const { asymmetricKeyType: type, asymmetricKeyDetails: { namedCurve, modulusLength = 0 } = {} } = publicKey;
  const signs = usage === 'SIGN_VERIFY';
  if (signs && type === 'ec' && namedCurve === 'prime256v1') return 'ES256';
  if (signs && type === 'rsa' && modulusLength >= MIN_RSA_BITS) return 'RS256';
  const word = (value: unknown): string => (typeof value === 'string' ? value.replace(/\W/g, '').slice(0, 40) : 'none');
  throw new PipeError({
    code: 'EXCHANGE_NOT_ENABLED',
    message: `The key ${key} of AWS KMS is of a kind that signs no assertion (${ASKER}).`,
    got: `KeyUsage ${word(usage)}, KeySpec ${word(spec)}`,
    wanted: 'KeyUsage SIGN_VERIFY, and KeySpec ECC_NIST_P256 or RSA_2048 (or longer)',
    fix: 'Create such a key in KMS and name it in the policy; usage and spec of a key never change.',
  });
}

async function sign(
  aws: AwsSession,
  { key, publicKey, alg }: KmsKey,
  data: Uint8Array,
  deps: RemoteDeps,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const wanted = { operation: 'Sign', asked: 'sign', target: key };
  // By its digest: KMS takes no message over 4,096 bytes.
  const fields = {
    KeyId: key,
    Message: createHash('sha256').update(data).digest('base64'),
    MessageType: 'DIGEST',
    SigningAlgorithm: ALGORITHMS[alg],
  };
  const { reply, about } = await callAws(aws, 'kms', wanted, fields, deps, signal);
  const { Signature: text } = asRecord(reply.body);
  const signature = typeof text === 'string' ? fromStrictBase64(text) : undefined;
  if (!signature || !verify('sha256', data, publicKey, signature)) {
    throw awsUnusable(about, `Signature ${typeof text}`, 'a Signature in base64 that the public key verifies');
  }
  return alg === 'ES256' ? toRawSignature(signature) : signature;
}
