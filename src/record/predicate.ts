import type { Pipeline } from '../bitbucket/types.ts';
import type { Ending, Upload } from '../deploy/types.ts';
import type { PkToken } from '../openpubkey/types.ts';
import type { Actor, SignerName } from '../policy/types.ts';
import type { ExchangeAudit } from '../exchange/types.ts';
import type { PolicyOrigin } from '../sources/types.ts';
import type { AssertedBuild } from '../variables/types.ts';
import type { ActsOn, CleanupItem, Pulled, RecordedAction } from './recorded-acts.ts';
import type { PreviousRecord, RecordedEnvironment } from './recorded-environment.ts';
import type { RecordedSmoke } from './recorded-smoke.ts';

export type * from './recorded-acts.ts';
export type * from './recorded-environment.ts';
export type * from './recorded-smoke.ts';

export type Phase = 'intent' | 'result';

/** What a record says. Field by field in `schemas/record.schema.json`. Times are RFC 3339, UTC, milliseconds. */
export interface Predicate {
  readonly recordVersion: '1';
  readonly recordId: string;
  readonly phase: Phase;
  /** In a result: SHA-256 of the intent's DSSE payload. */
  readonly intent?: { readonly digest: { readonly sha256: string } };
  readonly action: RecordedAction;
  /** In a result only. */
  readonly outcome?: Outcome;
  /** True where issuer or API was a loopback address. */
  readonly sandbox: boolean;
  /** From the step's token: proved. */
  readonly oidc: {
    readonly issuer: string;
    readonly issuerPinned: boolean;
    readonly audience: readonly string[];
    readonly jwksKid: string;
    readonly alg: 'RS256';
    readonly keySource: string;
    readonly claims: Readonly<Record<string, string>>;
    readonly tokenDigest: { readonly sha256: string };
    readonly tokenIssuedAt: string;
    readonly tokenExpiresAt: string;
    readonly verifiedAt: string;
    readonly warnings: readonly string[];
    /** Of a keyless record only. */
    readonly proof?: RecordedProof;
  };
  readonly bitbucket: {
    /** From the environment: what the step said, not what the token proves. */
    readonly asserted: RecordedBuild;
    /** From Bitbucket's API. Absent where the step had no access token to ask it. */
    readonly pipeline?: RecordedPipeline;
  };
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
    /** Absent in a deploy. */
    readonly actsOn?: ActsOn;
    /** Of a cleanup. */
    readonly cleanup?: readonly CleanupItem[];
    /** Of a pull. */
    readonly pulled?: Pulled;
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
  /** What Vercel had set for the project. Absent where the run ended before it was read. */
  readonly environmentMetadata?: RecordedEnvironment;
  /** The last records of the project that Vercel's `meta` named, the newest first. Absent where it was not read. */
  readonly previous?: readonly PreviousRecord[];
  /** How the deployment was tested. Absent where nothing was. */
  readonly smoke?: RecordedSmoke;
  readonly producer: { readonly name: string; readonly version: string };
  readonly signer: {
    readonly mode: SignerName;
    readonly keyId: string;
    /** Which key of a managed signer. */
    readonly keyUri?: string;
    readonly jwkThumbprint: string;
    readonly alg: 'ECDSA_P256_SHA256';
    /** True for a stored private key; else absent. */
    readonly static?: true;
  };
  readonly startedAt: string;
  /** When the deployment was seen to be done, by the step's clock. */
  readonly deployedAt?: string;
  readonly signedAt: string;
}

/** What the environment says, by the names that records use. */
export type RecordedBuild = Omit<AssertedBuild, 'pullRequestId'> & {
  readonly prId?: string;
  /** The pipeline's page. */
  readonly runUrl?: string;
};

/** Binds the record's key to the step's token. */
export interface RecordedProof {
  readonly type: 'openpubkey-gq256';
  readonly pkToken: PkToken;
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
  /** `done`: what was asked for was no deployment. */
  readonly status: 'deployed' | 'adopted' | 'failed' | 'denied' | 'interrupted' | 'done';
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
