export { SPOOLED } from './types.ts';
export type * from './types.ts';
