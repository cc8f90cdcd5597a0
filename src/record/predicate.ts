import type { Pipeline } from '../bitbucket/types.ts';
import type { Ending, Upload } from '../deploy/types.ts';
import type { Action, Actor } from '../policy/types.ts';
import type { ExchangeAudit } from '../exchange/types.ts';
import type { PolicyOrigin } from '../sources/types.ts';
import type { AssertedBuild } from '../variables/types.ts';

export type Phase = 'intent' | 'result';

/** What a record says. Field by field in `schemas/record.schema.json`. Times are RFC 3339, UTC, milliseconds. */
export interface Predicate {
  readonly recordVersion: '1';
  readonly recordId: string;
  readonly phase: Phase;
  /** In a result: SHA-256 of the intent's DSSE payload. */
  readonly intent?: { readonly digest: { readonly sha256: string } };
  readonly action: Action;
  /** In a result only. */
  readonly outcome?: Outcome;
  /** True where issuer or API was a loopback address. */
  readonly sandbox: boolean;
  /** From the step's token: proved. */
  readonly verified: {
    readonly issuer: string;
    readonly issuerPinned: boolean;
    readonly audience: readonly string[];
    readonly keyId: string;
    /** Absent in records of before 0.2. */
    readonly keySource?: string;
    readonly claims: Readonly<Record<string, string>>;
    readonly tokenDigest: { readonly sha256: string };
    readonly tokenIssuedAt: string;
    readonly tokenExpiresAt: string;
    readonly verifiedAt: string;
    readonly warnings: readonly string[];
  };
  /** From Bitbucket's API. Absent where the step had no access token to ask it. */
  readonly pipeline?: RecordedPipeline;
  /** From the environment: what the step said, not what the token proves. */
  readonly asserted: AssertedBuild;
  readonly policy: {
    /** Absent where the built-in rule decided. */
    readonly digest?: { readonly sha256: string };
    readonly source?: PolicyOrigin;
    /** True for a rollback that a policy allowed after its end; else absent. */
    readonly expiredPolicy?: true;
    /** Absent in the record of a denial. */
    readonly grant?: string;
    readonly denial?: string;
  };
  readonly vercel: {
    readonly teamId: string;
    readonly projectId: string;
    readonly projectName?: string;
    readonly target: string;
    readonly credential?: {
      readonly hop: string;
      readonly expiresAt?: string;
      readonly clientId?: string;
    };
    readonly exchanges?: readonly RecordedExchange[];
    readonly deployment?: RecordedDeployment;
    readonly upload?: Upload;
  };
  readonly manifest?: {
    readonly digest: { readonly sha256: string };
    readonly files: number;
    readonly bytes: number;
    readonly functions: readonly {
      readonly name: string;
      readonly runtime: string;
      readonly edge: boolean;
      readonly size?: number;
    }[];
  };
  readonly producer: { readonly name: string; readonly version: string };
  readonly signer: {
    readonly name: string;
    readonly keyId: string;
    readonly jwkThumbprint: string;
    readonly algorithm: string;
  };
  readonly startedAt: string;
  readonly signedAt: string;
}

/** What Bitbucket said of the pipeline; where it said nothing, why. */
export interface RecordedPipeline {
  readonly actor: Actor;
  readonly refusal?: string;
  readonly uuid?: string;
  readonly buildNumber?: number;
  readonly commit?: string;
  readonly ref?: NonNullable<Pipeline['ref']>;
  readonly trigger?: string;
  readonly creator?: { readonly kind: NonNullable<Pipeline['creator']>['kind']; readonly uuid?: string };
}

export interface Outcome {
  readonly status: 'deployed' | 'adopted' | 'failed' | 'denied' | 'interrupted';
  readonly exitStatus: number;
  /** The code word and message of the failure. */
  readonly code?: string;
  readonly message?: string;
}

export interface RecordedDeployment {
  readonly id: string;
  readonly url: string;
  readonly inspectorUrl?: string;
  readonly target: string;
  readonly readyState: string;
  readonly readySubstate?: string;
  readonly aliasAssigned: boolean;
  readonly aliases: readonly string[];
  readonly creatorType?: string;
  readonly createdAt?: string;
  readonly readyAt?: string;
  readonly ending?: Ending;
  readonly origin?: {
    readonly kind: Origin['kind'];
    readonly recordId?: string;
    readonly intentDigest?: { readonly sha256: string };
  };
}

/** Where a deployment came from; what is known of the record that an older one was made from. */
export interface Origin {
  readonly kind: 'created' | 'adopted' | 'deduplicated';
  readonly recordId: string | undefined;
  /** Hex. */
  readonly intentDigest: string | undefined;
}

/** An exchange as {@link ExchangeAudit} has it, its time as a record writes times. */
export type RecordedExchange = Omit<ExchangeAudit, 'expiresAt'> & { readonly expiresAt?: string };
