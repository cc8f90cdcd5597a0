import type { KeyObject } from 'node:crypto';
import type { CryptoKey, JSONWebKeySet } from 'jose';
import type { AwsOptions } from './aws/types.ts';
import type { BitbucketSandbox } from './bitbucket/bitbucket.ts';
import type { BitbucketOptions } from './bitbucket/types.ts';
import type { MisbehaveRule, SetRule } from './misbehave-types.ts';
import type { Providers, ProviderUrls } from './providers.ts';
import type { Stores, StoreUrls } from './stores.ts';
import type { ContentsOptions } from './vercel/contents.ts';
import type { DeploymentPlan, ListOptions } from './vercel/deployment-types.ts';
import type { EventOptions } from './vercel/event-types.ts';
import type { PolicyOptions, ProjectOptions, TeamOptions, VercelSandbox } from './vercel/types.ts';

export type * from './misbehave-types.ts';

/** What Bitbucket knows of the step; every UUID has its braces. */
export interface StepFacts {
  readonly workspace: string;
  readonly workspaceUuid: string;
  readonly repositorySlug: string;
  readonly repositoryUuid: string;
  readonly projectKey: string;
  readonly projectUuid: string;
  readonly pipelineUuid: string;
  readonly stepUuid: string;
  readonly stepRunNumber: number;
  readonly buildNumber: number;
  readonly commit: string;
  readonly branch: string;
  /** Undefined for a step without `deployment:`. */
  readonly environment: { readonly name: string; readonly uuid: string } | undefined;
  readonly triggererUuid: string;
  /** Of the step's `oidc:`; they are appended to the default audience. */
  readonly audiences: readonly string[];
}

export interface SandboxOptions {
  /** Default `https://api.bitbucket.org`. */
  readonly bitbucketUrl?: string;
  /** Default `https://api.vercel.com`. */
  readonly vercelUrl?: string;
  /** No answer comes earlier than this; the body is read meanwhile. Default 0. */
  readonly latencyMs?: number;
  /** Milliseconds since 1970. Default: the system's clock. */
  readonly now?: () => number;
  readonly step?: Partial<StepFacts>;
  /** Members of what Bitbucket's API answers about the pipeline, to put in another's place. */
  readonly pipeline?: Readonly<Record<string, unknown>>;
  /** Other identity providers, where each of them stands. Default: none. */
  readonly providers?: ProviderUrls;
  /** Lasting homes for records, where each of them stands. Default: none but Bitbucket's downloads. */
  readonly stores?: StoreUrls;
  /** Of the account that has the bucket, where there are stores. */
  readonly aws?: AwsOptions;
  /** Where Bitbucket keeps downloads. Default `https://bbuseruploads.s3.amazonaws.com`. */
  readonly uploadsUrl?: string;
  readonly team?: TeamOptions;
  /** Default: `prj_web` (`web`, with a production deployment and an environment `qa`) and `prj_new` (`new-site`, without). */
  readonly projects?: readonly ProjectOptions[];
  /** Default: one, `pol_web`, for the step's workspace and repository and every project. */
  readonly policies?: readonly PolicyOptions[];
  readonly deployment?: Partial<DeploymentPlan>;
  readonly exchange?: ExchangeOptions;
  readonly limits?: LimitOptions;
  /** Return an older deployment with the same files and target unless `forceNew=1`. Default false. */
  readonly deduplicate?: boolean;
  /** Whether events follow `since` alone; else the one at `since` is given too. Default false: Vercel's own answer is not documented. */
  readonly sinceIsExclusive?: boolean;
  /** Domains of the team, for aliases. Default: all. */
  readonly domains?: readonly string[];
  /** Whether archives are unpacked and their contents checked; else the build believes them. Default true. */
  readonly unpackArchives?: boolean;
  /** How much of what is uploaded is kept. */
  readonly contents?: ContentsOptions;
  readonly bitbucket?: BitbucketOptions;
  /** Of the team's activity log. */
  readonly events?: EventOptions;
  /** Of lists of deployments and projects. */
  readonly lists?: ListOptions;
  /** E-mail addresses that pass the check of the commit's author. Default: the team's one user. */
  readonly members?: readonly string[];
}

export interface ExchangeOptions {
  /** Whether the Vercel CLI's client is enabled for the team. Default true. */
  readonly clientEnabled?: boolean;
  /** Default 3600. */
  readonly expiresInSeconds?: number;
  /** Whether a list in `aud` matches a policy. Default true; Vercel's own answer is not documented. */
  readonly matchAudienceLists?: boolean;
  /** Members of the introspection reply to leave out. */
  readonly introspectionOmit?: readonly string[];
  /** Members of the introspection reply to put in another's place. */
  readonly introspectionOverride?: Readonly<Record<string, unknown>>;
}

/** Counts over the sandbox's life; reaching one is answered as Vercel's limits are. Default: none. */
export interface LimitOptions {
  readonly uploads?: number;
  readonly deployments?: number;
}

/** One request, as the sandbox saw it. It never holds the bearer. */
export interface JournalEntry {
  readonly method: string;
  readonly path: string;
  /** With its `?`, or empty. */
  readonly query: string;
  /** 0 while under way, and for a connection that was broken instead of an answer. */
  readonly status: number;
  /** Monotonic milliseconds; `endedAt` is Infinity while under way, a stream that is still open included. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly authorizationKind: 'none' | 'bearer' | 'other';
  /** Bytes of the request's body that were read. */
  readonly bodySize: number;
  /** False for a path, a method or a host that the sandbox does not know. */
  readonly known: boolean;
  /** True where a rule of `misbehave` answered or changed the answer. */
  readonly misbehaved: boolean;
}

export interface MintOverrides {
  /** Undefined as a value leaves the claim out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  /** Default: the issuer's current key. With `alg: none` there is no signature. */
  readonly key?: CryptoKey | KeyObject | Uint8Array;
  readonly remove?: readonly string[];
}

/** Bitbucket as an OIDC issuer for one workspace. */
export interface SandboxIssuer {
  readonly url: string;
  /** `ari:cloud:bitbucket::workspace/<uuid>`: in every token, before the custom ones. */
  readonly defaultAudience: string;
  readonly step: StepFacts;
  readonly keyId: string;
  readonly privateKey: KeyObject;
  /** What `keys.json` answers. */
  keys(): JSONWebKeySet;
  /** A new key signs from now on; the old ones stay published only with `keepOld`. */
  rotateKeys(options?: { readonly keepOld?: boolean }): Promise<void>;
  /** The token of the step, valid for 3600 s, as Bitbucket would sign it; or a wrong one. */
  mintToken(overrides?: MintOverrides): Promise<string>;
  /**
   * The variables that Bitbucket gives to a pipe's container, matching the token's claims; without a token, those of
   * a step without `oidc:`. An override that is undefined takes the variable away.
   */
  bitbucketEnvironment(
    token?: string,
    overrides?: Readonly<Record<string, string | undefined>>,
  ): Record<string, string>;
}

export interface Sandbox {
  readonly bitbucketUrl: string;
  readonly vercelUrl: string;
  readonly issuer: SandboxIssuer;
  readonly bitbucket: BitbucketSandbox;
  readonly vercel: VercelSandbox;
  /** Undefined unless they were asked for. */
  readonly providers: Providers | undefined;
  /** Undefined unless they were asked for. */
  readonly stores: Stores | undefined;
  readonly journal: readonly JournalEntry[];
  /** The one door. Rejects with a TypeError where a connection would have been broken. */
  handle(request: Request): Promise<Response>;
  /** Bitbucket's proxy beside the step, for a request in absolute form. */
  proxy(request: Request): Promise<Response>;
  misbehave(rule: MisbehaveRule): SetRule;
}

export interface ServedSandbox {
  readonly sandbox: Sandbox;
  /** `http://127.0.0.1:<port>`, for Bitbucket and for Vercel. */
  readonly url: string;
  /** Of Bitbucket's proxy beside the step. */
  readonly proxyUrl: string;
  /** Breaks what is still open. */
  close(): Promise<void>;
}
