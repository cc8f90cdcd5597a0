export { createKeySigner } from './key.ts';
export { toRawSignature } from './raw-signature.ts';
