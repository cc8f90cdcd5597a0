/** One entry of the manifest; `path` is relative to the root that is uploaded, with `/`. */
export type ManifestEntry =
  | {
      readonly kind: 'file';
      readonly path: string;
      /** Bytes. */
      readonly size: number;
      /** `st_mode`, type bits included, as Vercel takes it. */
      readonly mode: number;
      readonly sha1: string;
      readonly sha256: string;
      /** Absolute path to read from. */
      readonly source: string;
    }
  | {
      readonly kind: 'symlink';
      readonly path: string;
      readonly size: number;
      readonly mode: number;
      readonly sha1: string;
      readonly sha256: string;
      /** The link's text: its content, for Vercel. */
      readonly linkTarget: string;
    }
  | {
      readonly kind: 'directory';
      readonly path: string;
      readonly mode: number;
    };

export interface DeployedFunction {
  /** Path below `functions/`, without `.func`. */
  readonly name: string;
  readonly runtime: string;
  readonly edge: boolean;
  /** Bytes of everything in it: its folder, and what its `filePathMap` takes along. */
  readonly size: number;
  /** Bytes after gzip, of an Edge Function that is large enough for Vercel's limits to matter. */
  readonly gzipSize?: number;
}

/** The files of one deployment, sorted bytewise by path. */
export interface Manifest {
  readonly entries: readonly ManifestEntry[];
  readonly functions: readonly DeployedFunction[];
  /** Sum of file sizes, bytes. */
  readonly totalBytes: number;
  /** SHA-256 of the manifest's canonical JSON file (see `record/`), hex. */
  readonly digest: string;
  /** The canonical JSON itself: what `.manifest.json` holds. */
  readonly json: string;
}

export type ReadyState =
  'QUEUED' | 'INITIALIZING' | 'BUILDING' | 'READY' | 'ERROR' | 'CANCELED' | 'BLOCKED' | 'DELETED';

/** A deployment as Vercel reports it. */
export interface Deployment {
  readonly id: string;
  /** With `https://`; empty until Vercel names it, which a short reply to a create leaves out. */
  readonly url: string;
  readonly inspectorUrl: string | undefined;
  readonly projectId: string | undefined;
  readonly teamId: string | undefined;
  /** `production`, a custom environment's slug, or `preview`. */
  readonly target: string;
  readonly readyState: ReadyState;
  /** Of READY: `STAGED` never had production traffic, `ROLLING` has a share of it, `PROMOTED` has it. */
  readonly readySubstate: string | undefined;
  readonly aliases: readonly string[];
  readonly aliasAssigned: boolean;
  /** Milliseconds since 1970, by Vercel's clock. */
  readonly createdAt: number | undefined;
  readonly readyAt: number | undefined;
  readonly creatorType: string | undefined;
  readonly errorCode: string | undefined;
  readonly errorMessage: string | undefined;
}

/**
 * How far a deployment was followed. `live`: its domains are assigned; `staged`: built, and no domain is assigned, as
 * asked; `rolling`: a rolling release moves traffic to it, or it waits for one; `created`: not followed, as asked.
 */
export type Ending = 'live' | 'staged' | 'rolling' | 'created';

/** One file of an archive as it is sent. */
export interface UploadedPart {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly sha1: string;
  readonly sha256: string;
}

/** What a run sent because Vercel lacked it. */
export interface Upload {
  readonly form: 'none' | 'files' | 'archive';
  /** Contents, not names: the same bytes are sent once. */
  readonly files: number;
  readonly bytes: number;
  readonly parts: readonly UploadedPart[];
}

/** What Vercel had set for the project before anything was created. No value of a variable is ever in it. */
export interface DeployContext {
  /** Vercel's id of the custom environment that is deployed to. */
  readonly customEnvironmentId: string | undefined;
  /** By Vercel's names, nested ones with dots; undefined where they could not be read. */
  readonly settings: ProjectSettings | undefined;
  /** Those of the target, sorted by name, then id; undefined where they could not be read, or not all. */
  readonly variables: readonly ProjectVariable[] | undefined;
  /** At most five, of any target, the newest first; undefined where the list could not be read. */
  readonly previous: readonly EarlierRecord[] | undefined;
  /** The newest of the same target that Vercel's lists of twenty still show. */
  readonly lastOfTarget: EarlierRecord | undefined;
  /** Why a part could not be read: one text for each such part. */
  readonly refusals: readonly string[];
}

export type ProjectSettings = Readonly<Record<string, string | number | boolean | null>>;

/** Its id and times are its version. Times are milliseconds since 1970, by Vercel's clock. */
export interface ProjectVariable {
  readonly name: string;
  /** Empty where Vercel gives none: its own types leave it optional. */
  readonly id: string;
  readonly type: string;
  /** Of a preview's variable that is for one branch alone. */
  readonly gitBranch: string | undefined;
  readonly createdAt: number | undefined;
  readonly updatedAt: number | undefined;
}

/** A record as a deployment's `meta` names it. Anyone who may deploy can write the same. */
export interface EarlierRecord {
  readonly recordId: string;
  /** SHA-256 of the intent's payload, hex. */
  readonly intentDigest: string;
  readonly deploymentId: string;
  /** Of the deployment, milliseconds since 1970, by Vercel's clock. */
  readonly createdAt: number | undefined;
  /** What `meta` says of the build, as it stands there. */
  readonly build: string | undefined;
}
