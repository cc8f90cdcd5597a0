import { aws } from './aws.ts';
import { azure } from './azure.ts';
import { gcp } from './gcp.ts';
import type { Description } from './types.ts';
import { vault } from './vault.ts';

export { ACCESS_TOKEN } from './azure.ts';
export type * from './types.ts';

/** Whoever keeps a key for records. */
export const COUNTERPARTS: readonly Description[] = [vault, aws, gcp, azure];
