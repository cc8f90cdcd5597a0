import type { HttpClient } from '../http/types.ts';
import type { Clock, Log } from '../platform/types.ts';
import type { Secret } from '../secret.ts';
import type { HopConfigs, HopName } from './config.ts';

declare const proved: unique symbol;

/** What Vercel knows of the project that the credential was proved against. */
export interface ProvedProject {
  readonly id: string;
  readonly name: string;
  readonly teamId: string;
  /** False: Vercel would make the next deployment production, whatever is asked. */
  readonly hasProductionDeployment: boolean;
  /** The deployment that serves production now; undefined where Vercel does not say. */
  readonly productionDeploymentId: string | undefined;
  /** Production was rolled back, and since then Vercel moves no domain to a new deployment. */
  readonly rolledBack: boolean;
}

/**
 * A Vercel credential, proved for team, project and remaining life. Only `exchange/prove.ts` makes one (held by the
 * architecture test); `deploy/` takes nothing else.
 */
export interface Credential {
  readonly [proved]: true;
  readonly token: Secret;
  readonly door: ApiDoor;
  /** The last of the chain. */
  readonly hop: HopName;
  /** Milliseconds since 1970; undefined where the server gives none. */
  readonly expiresAt: number | undefined;
  readonly project: ProvedProject;
  /** Public id of the OAuth client, where there is one. */
  readonly clientId: string | undefined;
  /** Who acts with it, as introspection says (`sub`); the creator of what it makes. */
  readonly principalId: string | undefined;
}

/** Where Vercel's API is reached with a credential: at its own address, or through a proxy that holds Vercel's token. */
export interface ApiDoor {
  /** No trailing slash. */
  readonly url: string;
  /** See `authorization` of a request. */
  readonly authorization: 'bearer' | 'plain';
}

/** What is kept of one exchange: enough to find it in the service's own log, and nothing that could be replayed. */
export interface ExchangeAudit {
  readonly hop: HopName;
  /** Host of the service that was asked; absent where none was. */
  readonly service?: string;
  /** Of a token that is a JWT: who issued it, and the SHA-256 of whom it names. */
  readonly issuer?: string;
  readonly subjectSha256?: string;
  /** The service's policy or role that admitted us, where we named it. */
  readonly policyId?: string;
  /** SHA-256 of the token that was given. */
  readonly tokenSha256: string;
  /** Milliseconds since 1970. */
  readonly expiresAt?: number;
  /** The service's own name for the request. */
  readonly requestId?: string;
}

/**
 * What passes from hop to hop: `oidc` is a signed JWT that names who asks, for whoever trusts its issuer; `access` an
 * access token of an identity provider; `vercel` a token of Vercel's API.
 */
export type TokenKind = 'oidc' | 'access' | 'vercel';

export interface HopInput {
  /** What the hop before gave; the step's own token for the first. */
  readonly token: Secret | undefined;
  /** The step's own: with it remote keys are reached, wherever the hop stands. */
  readonly stepToken: Secret | undefined;
  readonly staticToken: Secret | undefined;
  /** `EXCHANGE_CLIENT_SECRET`. */
  readonly clientSecret: Secret | undefined;
  readonly teamId: string;
  readonly projectId: string;
  /** `VERCEL_POLICY_ID`. */
  readonly policyId: string | undefined;
  /** Whether a policy judged the step; without one `EXCHANGE` chooses. */
  readonly hasPolicy: boolean;
  /** Names the run in other services' logs: letters, digits and `-`, at most 64. */
  readonly session: string;
}

/** What a hop gives, and how it is taken back at the end of the run. */
export interface HopOutput {
  readonly hop: HopName;
  readonly token: Secret;
  /** Milliseconds since 1970; undefined where the server gives none. */
  readonly expiresAt: number | undefined;
  readonly clientId: string | undefined;
  /** Undefined where Vercel is asked at its own address. */
  readonly door?: ApiDoor;
  readonly audit: ExchangeAudit;
  /** Undefined where the run did not create the token. Rejects with a PipeError; the caller warns. */
  readonly revoke: ((signal: AbortSignal) => Promise<void>) | undefined;
}

export interface HopDeps {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly log: Log;
  /** Of Vercel, no trailing slash. */
  readonly apiUrl: string;
}

/** One kind of exchange: one file per hop, named as the hop. */
export interface HopKind<Name extends HopName> {
  readonly name: Name;
  /** What it can begin with; none where it needs no token. */
  readonly takes: readonly TokenKind[];
  readonly gives: (settings: HopConfigs[Name]) => TokenKind;
  /** What the schema cannot say of the settings; empty where all is well. */
  readonly check?: (settings: HopConfigs[Name]) => readonly string[];
  /** What is wrong with them where it stands first in its chain, so that it begins with the step's own token. */
  readonly checkFirst?: (settings: HopConfigs[Name]) => readonly string[];
  /**
   * Runs it once. What it made on its way and needs no longer it revokes itself.
   * @throws {PipeError} that names the hop, the status, the server's own code, and what to change.
   */
  readonly obtain: (
    settings: HopConfigs[Name],
    input: HopInput,
    deps: HopDeps,
    signal: AbortSignal,
  ) => Promise<HopOutput>;
}
