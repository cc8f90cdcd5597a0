/** What a deployment runs with, without any value of a variable. */
export interface RecordedEnvironment {
  readonly version: '1';
  readonly target: string;
  readonly customEnvironmentId?: string;
  /** The project's settings that shape a deployment, by Vercel's names. */
  readonly settings?: Readonly<Record<string, string | number | boolean | null>>;
  /** Those of this target, sorted by name. */
  readonly variables?: readonly RecordedVariable[];
  /** Why a part could not be read. */
  readonly refusal?: string;
  /** SHA-256 over the compact JSON of target, customEnvironmentId, settings and variables, those that are there, in this order. */
  readonly digest: { readonly sha256: string };
  /** Against the record before it; absent where there is none. */
  readonly changes?: {
    readonly recordId: string;
    /** When the deployment of that record was created, by Vercel's clock. */
    readonly since: string;
    /** Whether that record's environment had the same digest; absent where its `meta` does not say. */
    readonly sameDigest?: boolean;
    /** Names of variables that were made or changed since. */
    readonly variables: readonly string[];
  };
}

/** Its id and times are its version: Vercel changes `updatedAt` with every new value. */
export interface RecordedVariable {
  readonly name: string;
  readonly id: string;
  readonly type: string;
  readonly gitBranch?: string;
  readonly createdAt?: string;
  readonly updatedAt?: string;
}

/** An earlier record of the project, as the deployment that it belongs to names it. */
export interface PreviousRecord {
  readonly recordId: string;
  readonly deploymentId: string;
  /** The intent's payload digest. */
  readonly digest: { readonly sha256: string };
}
