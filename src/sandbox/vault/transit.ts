import { sign } from 'node:crypto';
import { readJsonObject } from '../body.ts';
import type { Reply } from '../reply.ts';
import { answered, vaultRefusal } from './refusal.ts';
import type { TransitKey, VaultCall, VaultState } from './state.ts';

/** The transit engine, as far as signing goes; undefined where no such engine is mounted. */
export async function useTransit(state: VaultState, call: VaultCall): Promise<Reply | undefined> {
  for (const [mount, keys] of state.transit) {
    if (!call.path.startsWith(`${mount}/`)) continue;
    const [verb, name = '', ...more] = call.path.slice(mount.length + 1).split('/');
    const key = keys.get(name);
    if (more.length > 0) return undefined;
    if (verb === 'keys' && call.request.method === 'GET') {
      if (!key) throw vaultRefusal(404);
      return describeKey(name, key);
    }
    if (verb === 'sign' && call.request.method === 'POST') {
      if (!key) throw vaultRefusal(400, 'signing key not found');
      return signWith(key, await readJsonObject(call.request, call.body));
    }
  }
  return undefined;
}

function describeKey(name: string, { type, versions }: TransitKey): Reply {
  const keys = versions.map(({ publicKey }, index) => [
    String(index + 1),
    {
      name: type,
      creation_time: '2026-01-01T00:00:00Z',
      public_key: publicKey.export({ type: 'spki', format: 'pem' }),
    },
  ]);
  return answered({
    data: {
      ...{ name, type, keys: Object.fromEntries(keys) as object, latest_version: versions.length },
      ...{ min_available_version: 0, min_decryption_version: 1, supports_signing: true, exportable: false },
    },
  });
}

const OPTIONS = ['input', 'key_version', 'hash_algorithm', 'marshaling_algorithm', 'signature_algorithm', 'prehashed'];

function signWith({ type, versions }: TransitKey, body: Readonly<Record<string, unknown>>): Reply {
  const unknown = Object.keys(body).filter((name) => !OPTIONS.includes(name));
  if (unknown.length > 0) throw vaultRefusal(400, `unknown option ${unknown.join(', ')}`);
  const { input, key_version: asked = 0, hash_algorithm = 'sha2-256', prehashed = false } = body;
  const { marshaling_algorithm: marshaling = 'asn1', signature_algorithm: padding = 'pss' } = body;
  const bytes = typeof input === 'string' ? Buffer.from(input, 'base64') : undefined;
  if (!bytes || bytes.toString('base64') !== input) {
    throw vaultRefusal(400, 'unable to decode input as base64: illegal base64 data at input byte 0');
  }
  if (hash_algorithm !== 'sha2-256' || prehashed !== false) {
    throw vaultRefusal(400, `unsupported hash algorithm ${JSON.stringify(hash_algorithm)}`);
  }
  const version = asked === 0 ? versions.length : Number(asked);
  const key = versions[version - 1];
  if (!key) throw vaultRefusal(400, 'requested version for signing is not available');
  const { privateKey } = key;
  const prefix = `vault:v${String(version)}:`;
  if (type === 'ecdsa-p256') {
    const jws = marshaling === 'jws';
    const signature = sign('sha256', bytes, { key: privateKey, dsaEncoding: jws ? 'ieee-p1363' : 'der' });
    return answered({
      data: { signature: prefix + signature.toString(jws ? 'base64url' : 'base64'), key_version: version },
    });
  }
  if (type === 'ecdsa-p384') throw vaultRefusal(400, 'SHA-256 with P-384 is not signed with here');
  // Without a word of the padding Vault takes PSS, which is no RS256.
  if (type === 'rsa-2048' && padding !== 'pkcs1v15') throw vaultRefusal(400, 'only pkcs1v15 is signed with here');
  const signature = sign(type === 'ed25519' ? null : 'sha256', bytes, privateKey);
  return answered({ data: { signature: prefix + signature.toString('base64'), key_version: version } });
}
