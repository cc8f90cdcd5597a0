/** What a run tells the people who look at a commit or a pull request. Each text may hold words of others. */
export interface Announcement {
  /** The same for every run of a project and target: a later one takes the place of an earlier one. `[a-z0-9-]{1,40}`. */
  readonly key: string;
  readonly title: string;
  readonly state: 'pending' | 'passed' | 'failed' | 'stopped';
  /** A sentence or two. */
  readonly summary: string;
  /** Where the deployment answers; undefined where it is not known, or nothing good is there. */
  readonly url: string | undefined;
  readonly inspectorUrl: string | undefined;
  /** Of the pipeline, on Bitbucket. */
  readonly pipelineUrl: string;
  /** Milliseconds; undefined while the run goes on. */
  readonly durationMs: number | undefined;
  /** SHA-256 of the run's record, hex; undefined where there is none yet. */
  readonly recordDigest: string | undefined;
  /** In the order of their weight: where there is no room for all, the last are left out. */
  readonly facts: readonly Fact[];
  /** What was looked at, path by path, where it is worth telling. */
  readonly findings: readonly Finding[];
}

export interface Fact {
  readonly title: string;
  readonly value: string | number;
}

export interface Finding {
  /** The same for the same thing in every run. */
  readonly id: string;
  readonly ok: boolean;
  readonly summary: string;
  readonly details: string;
}

/** The commit that is told of. */
export interface CommitPlace {
  readonly workspaceUuid: string;
  readonly repositoryUuid: string;
  /** 40 hex digits, lower case. */
  readonly commit: string;
}

/**
 * What came of telling it. Nothing is ever thrown for it: a deployment does not depend on who is told.
 * `absent`: nobody answered at all, in a few words.
 */
export type Told = { readonly done: true } | { readonly absent: string } | { readonly refusal: string };
