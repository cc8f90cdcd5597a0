import { createPublicKey } from 'node:crypto';
import { readJsonObject } from '../body.ts';
import { json, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { signPrehashed } from './prehashed.ts';
import { authorize, checksum, googleRefusal, splitMethod, type GoogleState } from './state.ts';
import type { GoogleKey } from './types.ts';

/** Cloud KMS: the public part of a version, in PEM. */
export function showPublicKey(state: GoogleState, call: Call): Reply {
  const name = nameOf(call, call.params['version'] ?? '');
  const key = findKey(state, call, name, 'publicKey');
  const pem = createPublicKey(key.privateKey).export({ type: 'spki', format: 'pem' }).toString();
  return json(200, { pem, algorithm: key.algorithm, pemCrc32c: checksum(Buffer.from(pem)), name });
}

/** Cloud KMS: a signature over a digest that the client made. */
export async function signDigest(state: GoogleState, call: Call): Promise<Reply> {
  const { name: version, method } = splitMethod(call.params['call'] ?? '');
  if (method !== 'asymmetricSign') throw googleRefusal(404, 'NOT_FOUND', `Unknown method ${method}.`);
  const name = nameOf(call, version);
  const { digest, digestCrc32c, ...rest } = await readJsonObject(call.request, call.body);
  const key = findKey(state, call, name, method);
  if (Object.keys(rest).length > 0) throw invalid(`Unknown name "${Object.keys(rest).join(', ')}".`);
  const { sha256, ...others } = (digest ?? {}) as { readonly sha256?: unknown };
  const bytes = typeof sha256 === 'string' ? Buffer.from(sha256, 'base64') : Buffer.alloc(0);
  if (bytes.byteLength !== 32 || Object.keys(others).length > 0) throw invalid('digest.sha256 must be 32 bytes.');
  if (digestCrc32c !== undefined && digestCrc32c !== checksum(bytes)) {
    throw invalid('The checksum in field digest_crc32c did not match the data in field digest.');
  }
  const signature = signPrehashed(key.privateKey, bytes);
  return json(200, {
    signature: signature.toString('base64'),
    signatureCrc32c: checksum(signature),
    ...(digestCrc32c === undefined ? {} : { verifiedDigestCrc32c: true }),
    name,
    protectionLevel: 'HSM',
  });
}

function findKey(state: GoogleState, call: Call, name: string, what: string): GoogleKey {
  const permission = what === 'publicKey' ? 'viewPublicKey' : 'useToSign';
  authorize(state, call, {
    ...{ api: 'cloudkms.googleapis.com', what, permission: `cloudkms.cryptoKeyVersions.${permission}` },
    scopes: ['https://www.googleapis.com/auth/cloudkms'],
    roles: ['roles/cloudkms.signerVerifier'],
    on: name.slice(0, name.indexOf('/cryptoKeyVersions/')),
  });
  const key = state.options.keys?.find((known) => known.name === name);
  if (!key) throw googleRefusal(404, 'NOT_FOUND', `CryptoKeyVersion ${name} not found.`);
  const { state: condition = 'ENABLED' } = key;
  if (condition === 'ENABLED') return key;
  throw googleRefusal(400, 'FAILED_PRECONDITION', `${name} is not enabled, current state is: ${condition}.`);
}

function nameOf({ params }: Call, version: string): string {
  const { project = '', location = '', ring = '', key = '' } = params;
  return `projects/${project}/locations/${location}/keyRings/${ring}/cryptoKeys/${key}/cryptoKeyVersions/${version}`;
}

function invalid(text: string): Error {
  return googleRefusal(400, 'INVALID_ARGUMENT', text);
}
