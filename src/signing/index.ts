export { createKeySigner } from './key.ts';
