export { createSandbox } from './sandbox.ts';
export * from './providers.ts';
export * from './stores.ts';
export { serveSandbox } from './serve.ts';
export type * from './aws/types.ts';
export type * from './types.ts';
export type * from './vercel/deployment-types.ts';
export type * from './vercel/site-types.ts';
export type * from './vercel/types.ts';
