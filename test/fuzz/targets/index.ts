import type { Target } from '../support/target.ts';
import { bitbucketReplies } from './bitbucket-replies.ts';
import { buildOutputs } from './build-outputs.ts';
import { gitClones, gitDeltas } from './git-clones.ts';
import { hopReplies } from './hop-replies.ts';
import { pageReplies, retryAfter } from './http-replies.ts';
import { keys, pkTokens, signedPolicies } from './keys.ts';
import { mergedLists } from './merged-lists.ts';
import { policies, policyListings } from './policies.ts';
import { records } from './records.ts';
import { signerReplies } from './signer-replies.ts';
import { stepTokens } from './step-tokens.ts';
import { storeReplies } from './store-replies.ts';
import { authorities, der, timestampReplies, timestamps } from './timestamps.ts';
import { variables, words } from './variables.ts';
import { vercelReplies } from './vercel-replies.ts';

/** What a file, a variable or a token holds. */
export const TEXT_TARGETS: readonly Target[] = [
  ...[stepTokens, policies, records, timestamps, der, authorities, buildOutputs, variables, words],
  ...[keys, pkTokens, signedPolicies, gitClones, gitDeltas],
];

/** What a server answers. */
export const REPLY_TARGETS: readonly Target[] = [
  ...[retryAfter, pageReplies, policyListings, vercelReplies, hopReplies, signerReplies, bitbucketReplies],
  ...[storeReplies, timestampReplies, mergedLists],
];

export const TARGETS: readonly Target[] = [...TEXT_TARGETS, ...REPLY_TARGETS];
