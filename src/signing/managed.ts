import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import { keyIdOfP256, thumbprintOfP256 } from '../digest.ts';
import { PipeError } from '../errors.ts';
import type { RecordKeys } from '../exchange/config.ts';
import type { Secret } from '../secret.ts';
import { checkAzureKey, openAzureKey } from './azure-key-vault-key.ts';
import { toDerSignature } from './raw-signature.ts';
import { checkRemoteKey, closeKey, openRemoteKey, type RemoteDeps, type RemoteSigner } from './remote.ts';
import type { Signer } from './types.ts';

export type ManagedName = keyof RecordKeys;
type Settings<Name extends ManagedName> = Required<RecordKeys>[Name];

/** A signer whose key stays in its service, with what this run has made to reach it. */
export interface ManagedSigner extends Signer {
  readonly name: ManagedName;
  readonly keyUri: string;
  /** Takes back what was made to reach the key. Never rejects: what stays is told, and expires by itself. */
  close(signal: AbortSignal): Promise<void>;
}

export interface ManagedDeps extends Omit<RemoteDeps, 'purpose'> {
  /** Of vault, aws-kms and gcp-kms. */
  readonly stepToken: Secret | undefined;
  /** Of azure-key-vault: for the vault, at the end of the chain that the policy names. */
  readonly accessToken?: Secret | undefined;
  /** Names the run in the service's log. */
  readonly session: string;
  /** The bound of one signature. A function, because a run that was interrupted still signs. */
  readonly signalOf: () => AbortSignal;
}

type Open<Name extends ManagedName> = (
  settings: Settings<Name>,
  deps: ManagedDeps,
  signal: AbortSignal,
) => Promise<RemoteSigner>;

const OPENERS: { readonly [Name in ManagedName]: Open<Name> } = {
  vault: (vault, deps, signal) => openByStep({ vault }, deps, signal),
  'aws-kms': (key, deps, signal) => openByStep({ 'aws-kms': key }, deps, signal),
  'gcp-kms': (key, deps, signal) => openByStep({ 'gcp-kms': key }, deps, signal),
  'azure-key-vault': (key, deps, signal) => openAzureKey(key, deps.accessToken, deps, signal),
};

const SERVICES: Readonly<Record<ManagedName, string>> = {
  vault: 'Vault',
  'aws-kms': 'AWS KMS',
  'gcp-kms': 'Cloud KMS',
  'azure-key-vault': 'Azure Key Vault',
};

/** What the schema cannot say of the keys for records; empty where all is well. */
export function checkRecordKeys({ 'azure-key-vault': azure, ...remote }: RecordKeys): readonly string[] {
  const faults = azure ? checkAzureKey(azure) : [];
  return [...checkRemoteKey(remote), ...faults.map((fault) => `signer: ${fault}`)];
}

/**
 * Reaches the key of a policy that signs records: ES256 on P-256, and no other.
 * @throws {PipeError} in the words of the key's service; `EXCHANGE_NOT_ENABLED` for a key of another kind, with the
 * command that makes the right one; `TOKEN_MISSING` without a token to reach it by.
 */
export async function openManagedSigner<Name extends ManagedName>(
  name: Name,
  settings: Settings<Name>,
  deps: ManagedDeps,
  signal: AbortSignal,
): Promise<ManagedSigner> {
  const remote = await OPENERS[name](settings, deps, signal);
  const publicKey = createPublicKey(remote.publicKeyPem);
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  return {
    name,
    keyId: keyIdOfP256({ x, y }),
    keyUri: remote.keyUri,
    jwkThumbprint: thumbprintOfP256({ x, y }),
    // Written anew: a service's own text may hold more than the key.
    publicKeyPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    sign: (data) => sign(name, remote, publicKey, data, deps.signalOf()),
    close: (stop) => closeKey(remote, deps, stop),
  };
}

function openByStep(
  key: Parameters<typeof openRemoteKey>[0],
  deps: ManagedDeps,
  signal: AbortSignal,
): Promise<RemoteSigner> {
  return openRemoteKey(key, deps.stepToken, { ...deps, purpose: 'record' }, deps.session, signal);
}

async function sign(
  name: ManagedName,
  remote: RemoteSigner,
  publicKey: KeyObject,
  data: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const signature = toDerSignature(await signInTime(name, remote, data, signal));
  if (signature && verify('sha256', data, publicKey, signature)) return signature;
  throw new PipeError({
    code: 'SIGNATURE_INVALID',
    message: `The signature by ${SERVICES[name]} does not fit the key's own public half (signer ${name}).`,
    got: 'a signature that does not verify',
    wanted: `a signature by ${remote.keyUri}`,
    fix: 'Nothing was written with it. Check that the policy names the key that you mean, and any proxy on the way.',
  });
}

async function signInTime(
  name: ManagedName,
  remote: RemoteSigner,
  data: Uint8Array,
  signal: AbortSignal,
): Promise<Uint8Array> {
  try {
    return await remote.sign(data, signal);
  } catch (error) {
    if (error instanceof PipeError || !signal.aborted) throw error;
    throw new PipeError({
      code: 'TIMEOUT',
      message: `${SERVICES[name]} did not sign in time (signer ${name}).`,
      got: 'no signature',
      wanted: `a signature by ${remote.keyUri}`,
      fix: `See whether ${SERVICES[name]} is slow or out of reach, then run the step again.`,
    });
  }
}
