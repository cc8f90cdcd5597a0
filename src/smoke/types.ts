import type { HttpClient } from '../http/types.ts';
import type { PipeError } from '../errors.ts';
import type { Clock } from '../platform/types.ts';
import type { Secret } from '../secret.ts';
import type { SmokePath } from '../variables/types.ts';

/** What is asked, and where. */
export interface SmokePlan {
  readonly site: Site;
  /** The deployment's other names: where the site only leads to one of them, that one is judged. Default: none. */
  readonly siblings?: readonly Site[];
  readonly paths: readonly SmokePath[];
  /**
   * What else than a missing answer may still change. `warming`: a deployment that is new, so 404, 408, 425, 429 and 5xx
   * are asked again; `moving`: an address that may still lead to the deployment before it, so everything is.
   */
  readonly patience: 'warming' | 'moving';
  /** The step's token, for a deployment that is protected. Rejects with the PipeError that says why it is not shown. */
  readonly token: () => Promise<Secret>;
}

/** Where a deployment answers. Nothing is asked but this host, and those that the plan names beside it. */
export interface Site {
  /** A host name, as Vercel's API returned it. */
  readonly host: string;
  /** No trailing slash: `https://<host>`, or a sandbox's own address. */
  readonly origin: string;
  /** Goes along where the origin does not name the host. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface SmokeDeps {
  readonly http: HttpClient;
  readonly clock: Clock;
}

/** How one path was answered the last time. */
export interface PathResult {
  readonly path: string;
  /** Which answered: that of the site, or the sibling that it leads to. */
  readonly host: string;
  readonly wantedStatus: number;
  readonly wantedText: string | undefined;
  readonly ok: boolean;
  /** Of the last answer; undefined where none came. */
  readonly status: number | undefined;
  /** Whether the text was in it; undefined where none was wanted, or none could be looked for. */
  readonly textFound: boolean | undefined;
  /** Why no answer came, in a few words. */
  readonly fault: string | undefined;
  /** True where Vercel's Deployment Protection answered in the deployment's place. */
  readonly protected: boolean;
  /** True where the last request carried the step's token. */
  readonly tokenShown: boolean;
  readonly attempts: number;
  /** Milliseconds, from the first request to the last answer. */
  readonly ms: number;
}

/** What a run tested, for its record and for people. */
export interface SmokeFacts {
  /** In the order of time. */
  readonly checks: readonly SmokeCheck[];
  /** What a test that failed after the promotion led to. */
  readonly rollback?: SmokeRollback;
}

/** `deployment`: at its own address. `production`: at a name that production is known by, after the promotion. */
export interface SmokeCheck {
  readonly subject: 'deployment' | 'production';
  readonly report: SmokeReport;
}

/**
 * `done`: production serves `deploymentId` again. `rolling`: traffic moves back to it by stages. `superseded`: production
 * had moved on, so it was left alone. `no-earlier`: there is none to go back to. `failed`: it was tried, or would have been.
 */
export interface SmokeRollback {
  readonly outcome: 'done' | 'rolling' | 'superseded' | 'no-earlier' | 'failed';
  /** What production was to serve again. */
  readonly deploymentId?: string;
}

export interface SmokeReport {
  /** The site's. */
  readonly host: string;
  readonly ok: boolean;
  /** In the order of the plan. */
  readonly results: readonly PathResult[];
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly ms: number;
  /** Why a protected deployment could not be tested at all. */
  readonly refusal: PipeError | undefined;
}
