import type { RepositoryName } from '../../bitbucket/index.ts';
import type { BearerSource } from '../../deploy/vercel-api.ts';
import type { ApiDoor } from '../../exchange/types.ts';
import type { HttpClient } from '../../http/index.ts';
import type { Clock, Log } from '../../platform/types.ts';
import type { Secret } from '../../secret.ts';
import type {
  Asked,
  KeptAnswer,
  PopulationState,
  SeenDeployment,
  SeenEvent,
  SeenPipeline,
  SeenReview,
  SeenStep,
} from '../types.ts';

/** How Vercel is asked. */
export interface VercelDeps {
  readonly http: HttpClient;
  readonly log: Log;
  readonly door: ApiDoor;
  readonly bearerOf: BearerSource;
}

/** How Bitbucket is asked. */
export interface BitbucketReadDeps {
  readonly http: HttpClient;
  readonly log: Log;
  readonly clock: Clock;
  /** No trailing slash. */
  readonly apiUrl: string;
  /** Undefined where none was given: then nothing is asked, and every answer says so. */
  readonly accessToken: Secret | undefined;
  /** Milliseconds since 1970: nothing is waited for beyond it. The client's own `deadlineAt`. */
  readonly deadlineAt?: () => number;
}

/** A repository whose builds are looked at, and the issuer of the tokens that named it. */
export type AuditedRepository = RepositoryName;

export interface VercelCollection {
  /** `deployments`, `events`, and `vercel-policies`: the events that say how a token came about. */
  readonly populations: readonly PopulationState[];
  /** Names of projects by id, as far as Vercel tells them. */
  readonly projects: Readonly<Record<string, string>>;
}

/** Who looks at what is read of Vercel, when it comes. */
export interface VercelWatch {
  /** Takes each value that is kept, once. @param name of its population in the spool */
  note(name: string, value: unknown): void;
  /** Whether an event of another project is kept, for what it says. */
  wants(event: SeenEvent): boolean;
}

/** Deployments that events leave open, while a list is searched for them. */
export interface WantedDeployments {
  /** Whether any is. Asked before each page: it has to cost no look at what is settled. */
  hasOpen(): boolean;
  wantsDeployment(deployment: SeenDeployment): boolean;
  answerWith(deployment: SeenDeployment): void;
}

/** Names of the populations in the spool. */
export const SPOOLED = {
  deployments: 'deployments',
  events: 'events',
  others: 'other-deployments',
  tokens: 'tokens',
  pipelines: 'pipelines',
  merged: 'merged-reviews',
} as const;

/** Names of the answers to single questions in the spool. */
export const ASKED = {
  deployments: 'single-deployments',
  pipelines: 'asked-pipelines',
  steps: 'asked-steps',
  reviews: 'asked-merged-reviews',
} as const;

/** What lists of merged pull requests say of commits; they are read when the first one is looked up. */
export interface ReviewLists {
  /** Undefined where they do not settle it, for whatever reason: then it is asked singly. */
  find(repositoryUuid: string, commit: string): Promise<SeenReview | undefined>;
  /** How many commits they tell of, once they are read. */
  size(): number;
}

/** Which pull request a commit came by. */
export interface ReviewQuestion {
  readonly repository: AuditedRepository;
  /** 40 hex digits. */
  readonly commit: string;
  /** Where the pipeline names it: asked for directly. */
  readonly pullRequest?: number;
  /**
   * The latest moment that the answer is about, milliseconds since 1970: what an earlier audit was told a day after it is
   * not asked again. Undefined: whatever comes is asked.
   */
  readonly at?: number;
}

/**
 * Single questions to Bitbucket. Each answer but `unknown` is kept in the spool, under what was asked. Where the rate
 * limit is used up, no more is asked in this run: every further answer is `unknown` and says so.
 */
export interface BitbucketAsker {
  /** `absent` only where every repository that may have it was read and does not. At most 100 are asked. */
  askPipeline(uuid: string, repositories: readonly AuditedRepository[]): Promise<Asked<SeenPipeline>>;
  /** @param at as {@link ReviewQuestion}'s */
  askSteps(pipelineUuid: string, repository: AuditedRepository, at?: number): Promise<Asked<readonly SeenStep[]>>;
  askReview(question: ReviewQuestion): Promise<Asked<SeenReview>>;
  /** Of pipelines asked singly, steps and reviews: questions that have an answer, and why others have none. */
  states(): readonly PopulationState[];
  /** Whether it asks no more in this run, and a later one may have the answers that are missing. */
  hasEnded(): boolean;
  /** Writes the answers that are not yet in the spool's files. */
  flush(): Promise<void>;
  /** Of steps and reviews what is good for later audits, each thing once, some at a time. */
  settled(): AsyncGenerator<readonly KeptAnswer[]>;
}

/** Single questions to Vercel, for deployments that events name and the list does not have. */
export interface DeploymentAsker {
  /** @param id or its own address, as a host name */
  askDeployment(id: string): Promise<Asked<SeenDeployment>>;
  /** The same for who has other sources yet: a reason for no answer counts only where it is told by {@link miss}. */
  tryDeployment(id: string): Promise<Asked<SeenDeployment>>;
  miss(reason: string): void;
  /** Why some have no answer, a sentence each. */
  missing(): readonly string[];
  /** As {@link BitbucketAsker}'s. */
  hasEnded(): boolean;
  flush(): Promise<void>;
}
