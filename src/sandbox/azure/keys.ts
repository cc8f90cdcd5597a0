import { createPublicKey } from 'node:crypto';
import { readJsonObject } from '../body.ts';
import { signPrehashed } from '../gcp/prehashed.ts';
import { json, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { admit, forbiddenByRbac, vaultRefusal } from './caller.ts';
import type { KeyVaultOptions, VaultKey } from './types.ts';

const DIGEST_BYTES = 32;
const INTEGER_BYTES = 32;
/** As Azure names what Node calls so. */
const CURVES: Readonly<Record<string, string>> = { 'P-256': 'P-256', 'P-384': 'P-384', secp256k1: 'P-256K' };

/** The public half of a version. The dates of a key bind its use, not its reading. */
export async function readKey(options: KeyVaultOptions, call: Call): Promise<Reply> {
  const key = await findKey(options, call, 'keys/read');
  const { name, version, privateKey, hsm = true, operations = ['sign', 'verify'], enabled = true, nbf, exp } = key;
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' });
  const { kty = '', crv = '' } = jwk;
  const created = Math.floor(options.now() / 1000) - 86_400;
  return json(200, {
    key: {
      ...{ ...jwk, kid: `${options.url}/keys/${name}/${version}`, kty: hsm ? `${kty}-HSM` : kty },
      ...{ crv: CURVES[crv], key_ops: operations },
    },
    attributes: { enabled, nbf, exp, created, updated: created, recoveryLevel: 'Recoverable+Purgeable' },
    tags: {},
  });
}

/** ES256 over a digest that the client made. */
export async function signDigest(options: KeyVaultOptions, call: Call): Promise<Reply> {
  const key = await findKey(options, call, 'keys/sign/action');
  const { alg, value, ...rest } = await readJsonObject(call.request, call.body);
  const unknown = Object.keys(rest).join(', ');
  if (unknown !== '') throw vaultRefusal(400, 'BadParameter', `Unexpected property ${unknown}`);
  refuseUse(key, options.now());
  if (alg !== 'ES256' || key.privateKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw vaultRefusal(400, 'BadParameter', 'Key and signing algorithm are incompatible.');
  }
  const digest = typeof value === 'string' ? Buffer.from(value, 'base64url') : Buffer.alloc(0);
  if (digest.toString('base64url') !== value || digest.length !== DIGEST_BYTES) {
    throw vaultRefusal(400, 'BadParameter', 'Invalid length of digest for ES256; 32 bytes expected.');
  }
  const signature = toRaw(signPrehashed(key.privateKey, digest)).toString('base64url');
  return json(200, { kid: `${options.url}/keys/${key.name}/${key.version}`, value: signature });
}

async function findKey(options: KeyVaultOptions, call: Call, action: string): Promise<VaultKey> {
  const caller = await admit(options, call);
  const { name = '', version } = call.params;
  const { signers = [], keys = [] } = options;
  if (!signers.includes(caller.appId)) throw forbiddenByRbac(caller, action, `keys/${name}`);
  const found = keys.findLast(
    (key) => key.name.toLowerCase() === name.toLowerCase() && (version === undefined || key.version === version),
  );
  if (found) return found;
  const id = version === undefined ? name : `${name}/${version}`;
  throw vaultRefusal(404, 'KeyNotFound', `A key with (name/id) ${id} was not found in this key vault.`);
}

function refuseUse({ operations = ['sign'], enabled = true, nbf, exp }: VaultKey, now: number): void {
  const forbidden = (text: string, inner: string): Error => vaultRefusal(403, 'Forbidden', text, inner);
  if (!enabled) throw forbidden('Operation sign is not allowed on a disabled key.', 'KeyDisabled');
  if (!operations.includes('sign')) {
    throw forbidden('Operation sign is not permitted on this key.', 'KeyOperationForbidden');
  }
  if (nbf !== undefined && nbf * 1000 > now) {
    throw forbidden('Operation sign is not allowed on a key that is not yet valid.', 'KeyNotYetValid');
  }
  if (exp !== undefined && exp * 1000 <= now) {
    throw forbidden('Operation sign is not allowed on an expired key.', 'KeyExpired');
  }
}

/** r and s side by side, out of the DER that the shared signing gives. */
function toRaw(der: Buffer): Buffer {
  const r = readInteger(der, 2);
  const s = readInteger(der, 4 + (der[3] ?? 0));
  return Buffer.concat([r, s]);
}

function readInteger(der: Buffer, at: number): Buffer {
  const bytes = der.subarray(at + 2, at + 2 + (der[at + 1] ?? 0));
  return Buffer.from(
    bytes
      .toString('hex')
      .replace(/^00/, '')
      .padStart(2 * INTEGER_BYTES, '0'),
    'hex',
  );
}
