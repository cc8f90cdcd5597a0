/** The predicate type is public for ever: verifiers and `cosign --type` compare it as a whole. */
export const PREDICATE_TYPE = 'urn:vercel-oidc-deploy:record:v1';
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
export const BUNDLE_MEDIA_TYPE = 'application/vnd.dev.sigstore.bundle.v0.3+json';

export type Phase = 'intent' | 'result';

/** in-toto Statement v1. Digests are lower-case hex only: anything else breaks public verifiers. */
export interface Statement {
  readonly _type: typeof STATEMENT_TYPE;
  readonly subject: readonly {
    readonly name: string;
    readonly uri?: string;
    readonly digest: Readonly<Record<string, string>>;
  }[];
  readonly predicateType: typeof PREDICATE_TYPE;
  readonly predicate: Predicate;
}

/** What a record says. Field by field in `schemas/record.schema.json`. Times are RFC 3339, UTC, milliseconds. */
export interface Predicate {
  readonly recordVersion: '1';
  readonly recordId: string;
  readonly phase: Phase;
  /** In a result: SHA-256 of the intent's DSSE payload. */
  readonly intent?: { readonly digest: { readonly sha256: string } };
  readonly action: 'deploy';
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
    readonly claims: Readonly<Record<string, string>>;
    readonly tokenDigest: { readonly sha256: string };
    readonly tokenIssuedAt: string;
    readonly tokenExpiresAt: string;
    readonly verifiedAt: string;
    readonly warnings: readonly string[];
  };
  /** From the environment: what the step said, not what the token proves. */
  readonly asserted: Readonly<Record<string, string>>;
  readonly policy: {
    /** Absent where the built-in rule decided. */
    readonly digest?: { readonly sha256: string };
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
    readonly deployment?: RecordedDeployment;
  };
  readonly manifest?: {
    readonly digest: { readonly sha256: string };
    readonly files: number;
    readonly bytes: number;
    readonly functions: readonly {
      readonly name: string;
      readonly runtime: string;
      readonly edge: boolean;
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

export interface Outcome {
  readonly status: 'deployed' | 'failed' | 'denied' | 'stopped';
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
  readonly aliasAssigned: boolean;
  readonly aliases: readonly string[];
  readonly creatorType?: string;
  readonly createdAt?: string;
  readonly readyAt?: string;
}

/** A signed statement, ready to be written. */
export interface SignedRecord {
  readonly recordId: string;
  readonly phase: Phase;
  readonly statement: Statement;
  /** SHA-256 of the DSSE payload (the statement's exact bytes), hex. */
  readonly payloadDigest: string;
  /** The Sigstore bundle v0.3, as JSON text. */
  readonly bundleJson: string;
}
