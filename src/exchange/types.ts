import type { Secret } from '../secret.ts';

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
  readonly hop: 'vercel' | 'static';
  /** Milliseconds since 1970; undefined where the server gives none. */
  readonly expiresAt: number | undefined;
  readonly project: ProvedProject;
  /** Public id of the OAuth client, where there is one. */
  readonly clientId: string | undefined;
  /** Who acts with it, as introspection says (`sub`); the creator of what it makes. */
  readonly principalId: string | undefined;
}

/** What a hop takes: the token before it, and who asks. */
export interface HopInput {
  readonly stepToken: Secret | undefined;
  readonly staticToken: Secret | undefined;
  readonly teamId: string;
  readonly projectId: string;
  readonly policyId: string | undefined;
}

/** What a hop gives, and how it is taken back at the end of the run. */
export interface HopOutput {
  readonly hop: 'vercel' | 'static';
  readonly token: Secret;
  readonly expiresAt: number | undefined;
  readonly clientId: string | undefined;
  /** Undefined where the run did not create the token. Rejects with a PipeError; the caller warns. */
  readonly revoke: ((signal: AbortSignal) => Promise<void>) | undefined;
}

/** One kind of exchange. One file per hop, named as the hop. */
export interface Hop {
  readonly name: 'vercel' | 'static';
  obtain(input: HopInput, signal: AbortSignal): Promise<HopOutput>;
}
