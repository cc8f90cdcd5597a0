import type { Route } from '../router.ts';
import type { StepFacts } from '../types.ts';
import { createAccess, type Tokens } from './access.ts';
import { createDownloads, type Download } from './downloads.ts';
import { pipelineRoute } from './pipelines.ts';

/** Bitbucket's REST API as far as a pipe asks it, for who has an access token: a pipeline, and a repository's downloads. */
export interface BitbucketSandbox extends Tokens {
  /** In the order of upload. */
  readonly downloads: readonly Download[];
}

interface BitbucketDeps {
  readonly baseUrl: string;
  /** Where Bitbucket keeps the files that were uploaded. */
  readonly uploadsUrl: string;
  readonly step: StepFacts;
  readonly overrides: Readonly<Record<string, unknown>>;
  readonly now: () => number;
}

export function createBitbucket({ baseUrl, uploadsUrl, step, overrides, now }: BitbucketDeps): {
  readonly bitbucket: BitbucketSandbox;
  readonly routes: readonly Route[];
} {
  const access = createAccess(step);
  const { downloads, routes } = createDownloads({ baseUrl, uploadsUrl, access, now });
  return {
    bitbucket: { ...access.tokens, downloads },
    routes: [pipelineRoute({ baseUrl, step, access, overrides }), ...routes],
  };
}
