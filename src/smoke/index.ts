export { SMOKE_AUDIENCE } from './audience.ts';
export { smokeFailed, tellResult } from './failure.ts';
export type { Aftermath } from './failure.ts';
export { unvouchedHost } from './refusals.ts';
export { runSmoke } from './run.ts';
export { isGenerated, isHostName, openSite } from './site.ts';
export { objectToToken } from './token.ts';
export type * from './types.ts';
