import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';
import { fromStrictBase64 } from '../digest.ts';
import { PipeError } from '../errors.ts';
import type { AwsRole } from '../exchange/config.ts';
import { asRecord } from '../fields.ts';
import { cleanText } from '../http/index.ts';
import { callAws, type AwsAnswer, type AwsSession } from '../services/aws-call.ts';
import { awsUnusable } from '../services/aws-error.ts';
import { assumeAwsRole } from '../services/aws-role.ts';
import { algorithmOf } from './key-kind.ts';
import { toRawSignature } from './raw-signature.ts';
import type { OpenKey, RemoteDeps, RemoteSigner } from './remote.ts';
import { renewing } from './renewing.ts';
import { unfitForRecords } from './unfit-key.ts';

const ASKER = 'signer aws-kms';
/** Of a key itself, not of an alias; a multi-region key is `mrk-…`. */
const KEY_ARN = /^arn:aws[a-z-]{0,16}:kms:[a-z0-9-]{1,32}:[0-9]{12}:key\/[A-Za-z0-9-]{1,64}$/;
/** As KMS names what a JWS calls ES256 and RS256. */
const ALGORITHMS = { ES256: 'ECDSA_SHA_256', RS256: 'RSASSA_PKCS1_V1_5_SHA_256' } as const;

/**
 * A key of AWS KMS, reached by a role that the step's token assumes: key usage SIGN_VERIFY, key spec ECC_NIST_P256 or
 * RSA. Every signature is checked with the public key before it is used. The key is asked to sign by its own ARN: an alias
 * that is moved meanwhile changes nothing. (So a permission that hangs on `kms:RequestAlias` does not cover `kms:Sign`.)
 *
 * There is nothing to revoke: the role's temporary keys, which may do no more than this, end after 15 minutes. For a
 * signature after that the role is assumed again.
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
  const assume = (stop: AbortSignal): Promise<AwsSession> => assumeAwsRole(asked, stepToken, deps, session, stop);
  const first = await assume(signal);
  const kmsKey = await readPublicKey(first, key, deps, signal);
  const sessions = renewing(first, assume, deps.clock);
  return {
    alg: kmsKey.alg,
    publicKeyPem: kmsKey.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    keyUri: kmsKey.arn,
    sign: async (data, stop) => sign(await sessions.get(stop), kmsKey, data, deps, stop),
    close: () => Promise.resolve(),
  };
};

interface KmsKey {
  readonly arn: string;
  readonly publicKey: KeyObject;
  readonly alg: RemoteSigner['alg'];
}

async function readPublicKey(aws: AwsSession, key: string, deps: RemoteDeps, signal: AbortSignal): Promise<KmsKey> {
  const wanted = { operation: 'GetPublicKey', asked: 'give the public key', target: key };
  const answer = await callAws(aws, 'kms', wanted, { KeyId: key }, deps, signal);
  const { PublicKey: text, KeyId: arn } = asRecord(answer.reply.body);
  const der = typeof text === 'string' ? fromStrictBase64(text) : undefined;
  const publicKey = der && importKey(der);
  if (!publicKey) throw awsUnusable(answer.about, `PublicKey ${typeof text}`, 'a PublicKey in DER (SPKI), in base64');
  if (!isArnOf(arn, key)) {
    const got = `KeyId ${typeof arn === 'string' ? 'of another key' : typeof arn}`;
    throw awsUnusable(answer.about, got, `KeyId with the ARN of ${key}`);
  }
  return { arn, publicKey, alg: chooseAlgorithm(publicKey, answer, key, deps) };
}

/** Which key an alias stands for only KMS knows. */
function isArnOf(arn: unknown, key: string): arn is string {
  if (typeof arn !== 'string' || !KEY_ARN.test(arn)) return false;
  const name = key.slice(key.lastIndexOf(':') + 1);
  return name.startsWith('alias/') || arn === key || arn.endsWith(`:key/${key}`);
}

function importKey(der: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(der), format: 'der', type: 'spki' });
  } catch {
    return undefined;
  }
}

function chooseAlgorithm(
  publicKey: KeyObject,
  { reply }: AwsAnswer,
  key: string,
  { purpose }: RemoteDeps,
): RemoteSigner['alg'] {
  const { KeyUsage: usage, KeySpec: spec } = asRecord(reply.body);
  const alg = usage === 'SIGN_VERIFY' ? algorithmOf(publicKey) : undefined;
  if (alg !== undefined && (purpose !== 'record' || alg === 'ES256')) return alg;
  const word = (value: unknown): string => cleanText(value, 40).replace(/\W/g, '') || 'none';
  const got = `KeyUsage ${word(usage)}, KeySpec ${word(spec)}`;
  if (purpose === 'record') {
    const make = 'aws kms create-key --key-usage SIGN_VERIFY --key-spec ECC_NIST_P256';
    throw unfitForRecords({ service: 'AWS KMS', by: ASKER, key, got, make });
  }
  throw new PipeError({
    code: 'EXCHANGE_NOT_ENABLED',
    message: `The key ${key} of AWS KMS is of a kind that signs no assertion (${ASKER}).`,
    got,
    wanted: 'KeyUsage SIGN_VERIFY, and KeySpec ECC_NIST_P256 or RSA_2048 (or longer)',
    fix: 'Create such a key in KMS and name it in the policy; usage and spec of a key never change.',
  });
}

async function sign(
  aws: AwsSession,
  { arn, publicKey, alg }: KmsKey,
  data: Uint8Array,
  deps: RemoteDeps,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const wanted = { operation: 'Sign', asked: 'sign', target: arn };
  // By its digest: KMS takes no message over 4,096 bytes.
  const fields = {
    KeyId: arn,
    Message: createHash('sha256').update(data).digest('base64'),
    MessageType: 'DIGEST',
    SigningAlgorithm: ALGORITHMS[alg],
  };
  const { reply, about } = await callAws(aws, 'kms', wanted, fields, deps, signal);
  const { Signature: text, KeyId: signedBy } = asRecord(reply.body);
  if (signedBy !== arn) {
    throw awsUnusable(about, `KeyId ${typeof signedBy === 'string' ? 'of another key' : typeof signedBy}`, arn);
  }
  const signature = typeof text === 'string' ? fromStrictBase64(text) : undefined;
  if (!signature || !verify('sha256', data, publicKey, signature)) {
    throw awsUnusable(about, `Signature ${typeof text}`, 'a Signature in base64 that the public key verifies');
  }
  return alg === 'ES256' ? toRawSignature(signature) : signature;
}
