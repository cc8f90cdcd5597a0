import { findStranger } from '../bitbucket/index.ts';
import { PipeError } from '../errors.ts';
import type { VerifiedIdentity } from '../identity/types.ts';
import { recordBaseName } from '../record/index.ts';
import { createFolderStore, openStore, type FolderStore } from '../store/index.ts';
import type { RecordStore } from '../store/types.ts';
import { nameTarget, type Config } from '../variables/index.ts';
import { boundBy } from './bound.ts';
import { exchangeInput } from './credential.ts';
import type { Run } from './run.ts';
import type { Story } from './story.ts';

const STORE_MS = 60_000;
/** Of the five seconds that a stopped run has. */
const STOPPED_STORE_MS = 1000;

/** Where the step keeps its artifacts. */
export function openFolder({ config, platform }: Run): FolderStore {
  return createFolderStore(platform.files, config.cloneDir, config.recordDir);
}

/**
 * `RECORD_STORE`; undefined where there is none.
 * @throws {PipeError} `VARIABLES_INVALID` for one that cannot be used.
 */
export function openLastingHome(
  { config, platform, http, recordId }: Run,
  { identity }: Story,
): RecordStore | undefined {
  if (!config.store) return undefined;
  const { clock, log } = platform;
  refuseStranger(config, identity);
  const { stepToken, bitbucketToken, bitbucketApiUrl, build } = config;
  const { session } = exchangeInput({ config, recordId });
  const deps = { http, clock, log, stepToken, session, bitbucketToken, bitbucketApiUrl, build };
  return openStore(config.store, config.storeSecrets, deps);
}

/**
 * Bitbucket's access token goes to the host that issued the step's token, and to no other that a variable names.
 * @throws {PipeError} `VARIABLES_INVALID`.
 */
export function refuseStranger({ store, bitbucketApiUrl }: Config, identity: VerifiedIdentity | undefined): void {
  if (store?.kind !== 'bitbucket-downloads') return;
  if (!identity) throw new Error('a record without a verified identity');
  const stranger = findStranger(bitbucketApiUrl, identity.issuer);
  if (stranger === undefined) return;
  throw new PipeError({
    code: 'VARIABLES_INVALID',
    message: 'RECORD_STORE: bitbucket-downloads would send BITBUCKET_ACCESS_TOKEN to a stranger.',
    got: stranger,
    wanted: "an API at the host of the token's issuer",
    fix: 'Remove BITBUCKET_API_URL.',
  });
}

/** From the start's time, so that intent, result and manifest stand side by side. */
export function baseName({ config, recordId, startedAt }: Pick<Run, 'config' | 'recordId' | 'startedAt'>): string {
  return recordBaseName({ at: startedAt, project: config.projectId, target: nameTarget(config.target), recordId });
}

/** Bitbucket keeps artifacts for 14 days; who deployed what is asked months later. */
export function homeWarnings({ store, target }: Config): readonly string[] {
  if (store || target.kind !== 'production') return [];
  return [
    "This production run's records stay in the step's artifacts alone, and Bitbucket deletes those after 14 days. Set RECORD_STORE to keep them.",
  ];
}

/** The run's own signal may have ended it; all its last words together have a bound of their own. */
export function lastWords({ platform, stop }: Run, story: Story): AbortSignal {
  return (story.lastWords ??= stop.aborted
    ? boundBy(platform.clock, STOPPED_STORE_MS, stop.reason as PipeError)
    : boundBy(platform.clock, STORE_MS, tooLate()));
}

function tooLate(): PipeError {
  return new PipeError({
    code: 'RECORD_NOT_STORED',
    message: 'The record could not be dated and stored in time.',
    got: `no answer within ${String(STORE_MS / 1000)} s`,
    wanted: 'an answer of RECORD_STORE, and of TIMESTAMP_URL where there is one',
    fix: 'Keep the record that is in the artifacts of this step, and see whether both can be reached from a step.',
  });
}
