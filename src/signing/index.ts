export { describeClientKey, JWT_BEARER, signClientAssertion, type AssertionFacts } from './client-assertion.ts';
export { createKeySigner } from './key.ts';
export { createKeylessSigner, type KeylessInput } from './keyless.ts';
export {
  checkRecordKeys,
  openManagedSigner,
  type ManagedDeps,
  type ManagedName,
  type ManagedSigner,
} from './managed.ts';
export { toRawSignature } from './raw-signature.ts';
export { checkRemoteKey, closeKey, openRemoteKey, type RemoteDeps, type RemoteSigner } from './remote.ts';
