import type { BitbucketDeps, Known, RepositoryName } from '../bitbucket/index.ts';
import type { Acting } from './act.ts';

type Question<T> = (name: RepositoryName, deps: BitbucketDeps, signal: AbortSignal) => Promise<Known<T>>;

/** Asks Bitbucket about this repository, each thing once. */
export interface Asker {
  /** Undefined where it is not there, or where Bitbucket does not say. After a refusal nothing more is asked. */
  ask<T>(what: string, question: Question<T>): Promise<T | undefined>;
  /** Why Bitbucket did not answer. */
  refusal(): string | undefined;
}

/** Undefined without BITBUCKET_ACCESS_TOKEN. */
export function askerOf({ run, story }: Acting): Asker | undefined {
  const { config, platform, http, signal } = run;
  const { identity } = story;
  if (!config.bitbucketToken || !identity) return undefined;
  const deps = {
    ...{ http, clock: platform.clock, apiUrl: config.bitbucketApiUrl },
    accessToken: config.bitbucketToken,
  };
  const known = new Map<string, Promise<Known<unknown>>>();
  let refusal: string | undefined;
  return {
    async ask<T>(what: string, question: Question<T>) {
      if (refusal !== undefined) return undefined;
      const asked = known.get(what) ?? question(identity, deps, signal);
      known.set(what, asked);
      const answer = (await asked) as Known<T>;
      if ('refusal' in answer) refusal = answer.refusal;
      return 'found' in answer ? answer.found : undefined;
    },
    refusal: () => refusal,
  };
}
