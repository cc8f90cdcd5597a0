export { requestTimestamp } from './request.ts';
export type { TimestampDeps } from './request.ts';
