import type { Secret } from '../secret.ts';

/** A lasting home for records. Names are written once, and are those of `record/names.ts`: no `/`, no `..`. */
export interface RecordStore {
  /** For people: where it is. */
  readonly name: string;
  /**
   * Stores under a name that was not taken; trying again after an unknown outcome does no harm.
   * @returns where it stands now, for people.
   * @throws {PipeError} `RECORD_NOT_STORED`.
   */
  put(name: string, bytes: Uint8Array, signal: AbortSignal): Promise<string>;
  /**
   * Undefined where nothing is stored under the name.
   * @throws {PipeError} `RECORD_NOT_STORED` where the store does not say.
   */
  read(name: string, maxBytes: number, signal: AbortSignal): Promise<Uint8Array | undefined>;
}

/** What `RECORD_STORE` names. */
export type StoreChoice =
  | {
      readonly kind: 's3';
      readonly bucket: string;
      /** Before every name; without a slash at its ends, and empty for none. */
      readonly prefix: string;
      readonly region: string;
      /** An S3-compatible server's address, without a trailing slash; AWS's own where undefined. */
      readonly endpoint: string | undefined;
      /** The role that the step's token assumes; undefined where keys are given. */
      readonly role: string | undefined;
    }
  | {
      readonly kind: 'https';
      /** The folder's address, with its trailing slash. */
      readonly url: string;
    }
  | { readonly kind: 'bitbucket-downloads' };

/** What opens a store besides the step's token. */
export interface StoreSecrets {
  /** `RECORD_STORE_TOKEN`: bearer token of a store of kind `https`. */
  readonly token: Secret | undefined;
  /** `RECORD_STORE_ACCESS_KEY_ID` and `RECORD_STORE_SECRET_ACCESS_KEY`, for a store of kind `s3` without a role. */
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: Secret } | undefined;
}
