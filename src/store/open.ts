import { PipeError } from '../errors.ts';
import type { AwsDeps } from '../services/aws-call.ts';
import type { Secret } from '../secret.ts';
import { openDownloads } from './bitbucket-downloads.ts';
import { createStore, type Home } from './home.ts';
import { openHttps } from './https.ts';
import { openS3 } from './s3.ts';
import type { RecordStore, StoreChoice, StoreSecrets } from './types.ts';

export interface StoreDeps extends AwsDeps {
  readonly stepToken: Secret | undefined;
  /** A name for this run, for AWS's own log. */
  readonly session: string;
  readonly bitbucketToken: Secret | undefined;
  /** No trailing slash. */
  readonly bitbucketApiUrl: string;
  /** Which repository's downloads. */
  readonly build: {
    readonly repositoryFullName?: string;
    readonly workspace?: string;
    readonly repositorySlug?: string;
  };
}

/** A home, or what is wrong with what was chosen: nothing has been sent yet. */
export type Opened = Home | { readonly faults: readonly string[] };

/**
 * The store that was chosen. Nothing is asked of it before the first record, and nothing has to be closed: a role's
 * temporary keys cannot be revoked and end after 15 minutes, and everything else is the user's own.
 * @throws {PipeError} `VARIABLES_INVALID`, with every fault.
 */
export function openStore(choice: StoreChoice, secrets: StoreSecrets, deps: StoreDeps): RecordStore {
  const opened = openKind(choice, secrets, deps);
  if (!('faults' in opened)) return createStore(opened);
  throw new PipeError({
    code: 'VARIABLES_INVALID',
    message: `RECORD_STORE names a store of kind ${choice.kind} that cannot be used.`,
    faults: opened.faults,
    fix: 'Correct RECORD_STORE and the variables that belong to it.',
  });
}

function openKind(choice: StoreChoice, secrets: StoreSecrets, deps: StoreDeps): Opened {
  switch (choice.kind) {
    case 's3':
      return openS3(choice, secrets.keys, deps);
    case 'https':
      return openHttps(choice.url, secrets.token, deps);
    case 'bitbucket-downloads':
      return openDownloads(deps);
  }
}
