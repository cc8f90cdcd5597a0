/** The population of `npm run bench:audit`: the same for the same seed, in every process that needs it. */
import { createHash } from 'node:crypto';
import { readFile, writeFile, mkdir } from 'node:fs/promises';
import { ROOT } from '../root.ts';
import { makeHistory, makeIssuer, makeKeys, readKeys, type History, type HistoryKeys } from '../histories/index.ts';

export interface Population {
  readonly seed: number;
  readonly deployments: number;
}

const DAY_MS = 86_400_000;
/** Always the same: keyless records name their issuer by it, and they are kept from one bench to the next. */
const PORT = 47_613;
const ISSUER = `http://127.0.0.1:${String(PORT)}/2.0/workspaces/acme/pipelines-config/identity/oidc`;
/** Each leaves one deployment by one record; and some are promoted, aliased and cleaned up. */
const ORDINARY = [
  ...['preview', 'pullRequest', 'production', 'customEnvironment', 'staticKey', 'failedBuild'],
  ...['aliased', 'promoted', 'rolledBack', 'cleaned', 'retention', 'killed'],
];
const FAULTS = [
  ...[
    'stranger',
    'editedCommit',
    'otherTarget',
    'promotedByHand',
    'rolledBackByHand',
    'aliasedByHand',
    'deletedByHand',
  ],
  ...['redeployedLater', 'copiedMeta', 'strangePolicy', 'otherVercelPolicy', 'refusedRecord', 'noEvent'],
];
/** Raised where the same seed gives another population than before. */
const VERSION = 1;

export const AUDIT_PORT = PORT;

export function makePopulation({ seed, deployments }: Population): History {
  return makeHistory(seed, {
    ...{ size: deployments, faults: 0.01, keyless: 1 / 3, only: [...ORDINARY, ...FAULTS] },
    ...{ wire: true, extras: false, issuer: ISSUER, since: Date.UTC(2026, 5, 1), days: 90 },
  });
}

/** Where it is kept. */
export function folderOf({ seed, deployments }: Population): string {
  return `${ROOT}build/bench/audit/${String(VERSION)}-${String(seed)}-${String(deployments)}`;
}

/** Records of the last day have a folder of their own: the checkpoint before does not know them. */
export function folderOfRecord(startedAt: number, until: number): 'records' | 'last-day' {
  return startedAt >= until - DAY_MS ? 'last-day' : 'records';
}

/** The same keys as last time, or new ones. */
export async function openKeys(folder: string): Promise<HistoryKeys> {
  const path = `${folder}/keys.json`;
  try {
    return readKeys(JSON.parse(await readFile(path, 'utf8')) as HistoryKeys['texts']);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const keys = makeKeys(makeIssuer(ISSUER));
    await mkdir(folder, { recursive: true });
    await writeFile(path, JSON.stringify(keys.texts));
    return keys;
  }
}

/** Which of so many processes signs a record: an intent and its result are signed by one. */
export function partOf(recordId: string, parts: number): number {
  return Number.parseInt(createHash('sha256').update(recordId).digest('hex').slice(0, 8), 16) % parts;
}

/** A made-up digest of an intent, and the one that came of signing it. */
export interface Renamed {
  readonly from: string;
  readonly to: string;
}
