/** An account of Bitbucket's. */
export interface BitbucketUser {
  /** In braces. */
  readonly uuid: string;
  readonly displayName: string;
  /** Default: a person. */
  readonly type?: 'user' | 'team' | 'app_user';
}

/** Another repository of the step's workspace. */
export interface PlantedRepository {
  /** In braces. */
  readonly uuid: string;
  readonly slug: string;
}

/** A pipeline; where nothing is said, as that of the step. Times in milliseconds since 1970. */
export interface PlantedPipeline {
  /** In braces. */
  readonly uuid: string;
  /** UUID of a repository in braces. Default: the step's. */
  readonly repository?: string;
  /** Default: one before the step's. */
  readonly buildNumber?: number;
  readonly commit?: string;
  /** Default: the step's branch. Null: a target without a name, as a custom pipeline on a commit has it. */
  readonly ref?: { readonly type: 'branch' | 'tag'; readonly name: string } | null;
  /** `PUSH`, `MANUAL`, `SCHEDULE`, `PARENT_STEP`. Default `PUSH`. */
  readonly trigger?: string;
  /** Default: the one who triggered the step. Null: nobody, as on a schedule. */
  readonly creator?: BitbucketUser | null;
  readonly createdAt?: number;
  /** Default: some minutes after it was created, unless it is running. */
  readonly completedAt?: number;
  /** Default `SUCCESSFUL`. */
  readonly result?: 'SUCCESSFUL' | 'FAILED' | 'ERROR' | 'STOPPED';
  /** Its own; then it is of no ref. */
  readonly pullRequest?: number;
  /** Default false: it has ended. */
  readonly running?: boolean;
  /** `source` and `uri` of each. Default: the repository's own file. */
  readonly configuration?: readonly { readonly source: string; readonly uri: string }[];
}

/** A step of a pipeline that is planted, or of the step's own. Times in milliseconds since 1970. */
export interface PlantedStep {
  /** Of the pipeline, in braces. */
  readonly pipeline: string;
  /** In braces. */
  readonly uuid: string;
  /** UUID of a repository in braces. Default: the step's. */
  readonly repository?: string;
  readonly name?: string;
  /** Undefined: it has not started. */
  readonly startedAt?: number;
  /** Undefined: it runs, or has not started. */
  readonly completedAt?: number;
  /** Of one that has ended. Default `SUCCESSFUL`. */
  readonly result?: 'SUCCESSFUL' | 'FAILED' | 'ERROR' | 'STOPPED';
}

export interface Participant {
  readonly user: BitbucketUser;
  /** Default `REVIEWER`. */
  readonly role?: 'PARTICIPANT' | 'REVIEWER';
  /** `approved` also says `approved: true`. Default: null. */
  readonly state?: 'approved' | 'changes_requested' | null;
  /** When, milliseconds since 1970. Default: an hour before the pull request has changed; null without a state. */
  readonly at?: number | null;
}

/** A pull request, or another state of one. */
export interface PlantedPullRequest {
  readonly id: number;
  readonly state: 'OPEN' | 'MERGED' | 'DECLINED' | 'SUPERSEDED';
  /** UUID of a repository in braces. Default: the step's. */
  readonly repository?: string;
  /** Default: the one who triggered the step. Null: an account that is no more. */
  readonly author?: BitbucketUser | null;
  readonly participants?: readonly Participant[];
  /** Hash; the API shows its first twelve digits. It links the commit, too. */
  readonly mergeCommit?: string;
  /** Hashes of the commits that were reviewed in it: what a commit finds it by. */
  readonly commits?: readonly string[];
  /** When it was merged, or changed in another way, milliseconds since 1970. Default: 2026-11-25, 09:00 UTC. */
  readonly updatedAt?: number;
  /** Milliseconds since 1970. Default: five days before it has changed. */
  readonly createdAt?: number;
}

/** How the sandbox's Bitbucket is set up. */
export interface BitbucketOptions {
  /**
   * Whether a commit finds its pull requests: the app that links them may not be installed (404), or be at work (202, and
   * an empty list). Default `installed`.
   */
  readonly pullRequestLinks?: 'installed' | 'missing' | 'indexing';
  /** Whether lists leave out `size`. Default false. */
  readonly omitSize?: boolean;
  /** Whether lists leave out `next`, as that of pipelines has been seen to do. Default false. */
  readonly omitNext?: boolean;
  /** Requests of one token to repositories in any 3600 s; one more is answered 429. Default: no end. */
  readonly requestsPerHour?: number;
  /** Whether a 429 says when to come again. Default true. */
  readonly retryAfter?: boolean;
  /** When the step has started, milliseconds since 1970. Default: a minute before the sandbox was made. */
  readonly stepStartedAt?: number;
}
