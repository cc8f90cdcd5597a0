import type { DeploymentPlan, MisbehaveRule, SandboxDeployment, SitePlan } from '../../src/sandbox/index.ts';
import type { AliasOutcome } from '../../src/sandbox/vercel/production.ts';

/** Runs that share a world. The same season with the same number of runs happens again in the same way. */
export interface Season {
  readonly seed: number;
  readonly kind: 'inside' | 'process';
  readonly runs: number;
}

export type Command = 'deploy' | 'promote' | 'rollback' | 'cleanup';

/** How the step's token is wrong; `good` where it is not, `denied` where the policy has no grant for it. */
export type TokenKind =
  'good' | 'denied' | 'expired' | 'audience' | 'signature' | 'unsigned' | 'repository' | 'missing';

export interface Fault {
  /** For the table: `reset`. */
  readonly kind: string;
  /** For people: `reset of upload`. */
  readonly name: string;
  readonly rules: readonly MisbehaveRule[];
}

/** A request that is never answered. */
export interface Hang {
  readonly nth: number;
}

export interface Stop {
  readonly signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL';
  /** It comes at this request of the run: */
  readonly nth: number;
  /** before it is sent, when its answer begins, or when that has been read. Of a process: some time after it was sent. */
  readonly moment: Moment;
  readonly delayMs: number;
}

export type Moment = 'asked' | 'answered' | 'read';

/** All that happens in a run, by its seed alone; what it acts on is what the runs before it have left. */
export interface RunPlan {
  readonly index: number;
  readonly command: Command;
  /** The step of the deploy before it is run again. */
  readonly again: boolean;
  readonly project: 'prj_web' | 'prj_new';
  readonly target: 'production' | 'preview' | 'qa';
  /** Of the site: sizes in bytes. Empty where the files of the run before it stay. */
  readonly files: readonly number[];
  readonly variables: Readonly<Record<string, string>>;
  readonly keyless: boolean;
  readonly strict: boolean;
  readonly store: 'none' | 'files' | 's3' | 'bitbucket-downloads';
  readonly timestamp: boolean;
  readonly accessToken: boolean;
  readonly token: TokenKind;
  readonly deployment: DeploymentPlan;
  readonly site: Partial<SitePlan>;
  readonly alias: AliasOutcome;
  readonly faults: readonly Fault[];
  readonly hang: Hang | undefined;
  readonly stop: Stop | undefined;
}

/** A run as it was seen from outside. */
export interface Ran {
  readonly plan: RunPlan;
  readonly environment: Readonly<Record<string, string>>;
  /** The exit status, or the signal's name. */
  readonly status: number | string;
  readonly log: string;
  /** Whether the stop was sent before the run had ended. */
  readonly stopped: boolean;
  /** Real milliseconds from the stop to the end; of a process alone. */
  readonly stopMs: number | undefined;
  readonly elapsedMs: number;
  readonly retries: number;
  readonly requests: number;
  /** Names of the faults that were met, one for each time. */
  readonly met: readonly Fault[];
  readonly hung: number;
  /** Answers of the exchange that never came in whole. */
  readonly lostTokens: number;
  /** Bodies that nobody has read to the end, and sleepers that nobody has woken. */
  readonly left: readonly string[];
  /** Paths in the clone that are new or other than before, relative to it. */
  readonly changed: readonly string[];
  readonly made: readonly SandboxDeployment[];
  /** App tokens that were issued to it. */
  readonly tokens: readonly { readonly value: string; readonly revoked: boolean }[];
}

/** What is kept of a run for the table. */
export interface Figures extends Pick<Ran, 'status' | 'stopped' | 'elapsedMs' | 'retries' | 'requests' | 'hung'> {
  readonly command: Command;
  /** Kinds of the faults that were met, one for each time. */
  readonly faults: readonly string[];
  /** How many deployments. */
  readonly made: number;
}

/** Something that must never be. `invariant` is its name. */
export interface Breach {
  readonly invariant: string;
  readonly words: string;
}
