import { createPublicKey, type KeyObject } from 'node:crypto';
import { json, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { readBody, readCall } from './body.ts';
import { signDigest } from './kms-keys.ts';
import { JSON_1_1, jsonRefusal } from './refusal.ts';
import { permit } from './session-policy.ts';
import { authenticate } from './signature.ts';
import type { AwsState } from './state.ts';
import type { AwsKeyOptions } from './types.ts';

const OPERATIONS = {
  GetPublicKey: ['KeyId'],
  Sign: ['KeyId', 'Message', 'MessageType', 'SigningAlgorithm'],
};

/** KMS: `GetPublicKey`, and `Sign` over a digest. */
export async function answerKms(state: AwsState, call: Call): Promise<Reply> {
  const body = await readBody(call);
  const { operation, fields } = readCall(call, body, 'TrentService', OPERATIONS);
  const credential = authenticate(state, call, body, 'kms', JSON_1_1);
  const id = fields['KeyId'] ?? '';
  permit(state, credential, `kms:${operation}`, id, JSON_1_1);
  const key = state.keys.find((known) => [known.alias, keyIdOf(known), arnOf(state, known)].includes(id));
  if (!key) {
    const what = id.startsWith('alias/') ? 'Alias' : 'Key';
    throw jsonRefusal(400, 'NotFoundException', `${what} ${id} is not found.`);
  }
  const arn = arnOf(state, key);
  refuseState(key, arn);
  return operation === 'Sign' ? sign(key, arn, fields) : showPublicKey(key, arn);
}

function keyIdOf({ keyId, alias }: AwsKeyOptions): string {
  return keyId ?? alias.replace('alias/', '');
}

function arnOf({ partition, region, account }: AwsState, key: AwsKeyOptions): string {
  return `arn:${partition}:kms:${region}:${account}:key/${keyIdOf(key)}`;
}

function refuseState({ state = 'Enabled' }: AwsKeyOptions, arn: string): void {
  if (state === 'Disabled') throw jsonRefusal(400, 'DisabledException', `${arn} is disabled.`);
  if (state === 'PendingDeletion') throw jsonRefusal(400, 'KMSInvalidStateException', `${arn} is pending deletion.`);
}

function showPublicKey({ privateKey, usage = 'SIGN_VERIFY' }: AwsKeyOptions, arn: string): Reply {
  const der = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return json(200, {
    KeyId: arn,
    PublicKey: der.toString('base64'),
    KeySpec: specOf(privateKey),
    KeyUsage: usage,
    SigningAlgorithms: [algorithmOf(privateKey.asymmetricKeyType)],
  });
}

function specOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string {
  if (asymmetricKeyType === 'rsa') return 'RSA_2048';
  return asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'ECC_NIST_P384' : 'ECC_NIST_P256';
}

function sign(
  { privateKey, usage = 'SIGN_VERIFY' }: AwsKeyOptions,
  arn: string,
  fields: Record<string, string>,
): Reply {
  const { Message = '', MessageType, SigningAlgorithm } = fields;
  if (usage !== 'SIGN_VERIFY') throw jsonRefusal(400, 'InvalidKeyUsageException', `${arn} has the usage ${usage}.`);
  if (SigningAlgorithm !== algorithmOf(privateKey.asymmetricKeyType)) {
    throw jsonRefusal(400, 'InvalidKeyUsageException', `${arn} does not sign by ${String(SigningAlgorithm)}.`);
  }
  const digest = Buffer.from(Message, 'base64');
  if (MessageType !== 'DIGEST' || digest.length !== 32) {
    throw jsonRefusal(400, 'ValidationException', `Digest is invalid length for algorithm ${SigningAlgorithm}.`);
  }
  const signature = signDigest(privateKey, digest).toString('base64');
  return json(200, { KeyId: arn, Signature: signature, SigningAlgorithm });
}

function algorithmOf(type: string | undefined): string {
  return type === 'rsa' ? 'RSASSA_PKCS1_V1_5_SHA_256' : 'ECDSA_SHA_256';
}
