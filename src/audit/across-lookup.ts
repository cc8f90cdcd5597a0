import type { RepositoryName } from '../bitbucket/index.ts';
import type { Claim, RemovedRecord, ResultLink } from './reconcile/index.ts';
import { KeyTable, PlaceList, type KeyTableData, type PlaceListData, type Shelf, type Spool } from './spool/index.ts';
import type { SeenRecord } from './types.ts';

/** What must be known of other buckets, when all of them were looked at. */
export interface AcrossLookup {
  /** Of verified records. */
  repositories(): readonly RepositoryName[];
  resultsOf(recordId: string): readonly ResultLink[];
  intent(payloadDigest: string): Promise<SeenRecord | undefined>;
  claims(payloadDigest: string): readonly Claim[];
  isNamed(recordOrIntent: string): boolean;
  removedOf(recordId: string): readonly RemovedRecord[];
  lastRunOf(pipelineUuid: string, stepUuid: string): number | undefined;
  policyOfToken(tokenId: string): string | undefined;
}

/** All that it is made of: it can be handed to another thread, which shares what is large of it. */
export interface AcrossData {
  readonly byRecord: KeyTableData;
  readonly byIntent: KeyTableData;
  readonly intents: KeyTableData;
  /** Of intents. */
  readonly shelf: PlaceListData;
  readonly tokens: KeyTableData;
  readonly policies: readonly string[];
  readonly claims: ReadonlyMap<string, readonly Claim[]>;
  readonly results: ReadonlyMap<string, readonly ResultLink[]>;
  readonly removed: ReadonlyMap<string, readonly RemovedRecord[]>;
  readonly runs: ReadonlyMap<string, number>;
  readonly repositories: ReadonlyMap<string, RepositoryName>;
}

/** What lookups are made in. */
export interface AcrossTables extends Omit<AcrossData, 'byRecord' | 'byIntent' | 'intents' | 'tokens' | 'shelf'> {
  readonly byRecord: KeyTable;
  readonly byIntent: KeyTable;
  /** Twice the number on the shelf, and one more for one that is verified; by the digest of its payload. */
  readonly intents: KeyTable;
  readonly tokens: KeyTable;
  readonly shelf: Pick<Shelf<SeenRecord>, 'read'>;
}

export function lookAcross(tables: AcrossTables): AcrossLookup {
  const { byRecord, byIntent, intents, shelf, tokens, policies, claims, results, removed, runs, repositories } = tables;
  return {
    repositories: () => [...repositories.values()],
    resultsOf: (recordId) => results.get(recordId) ?? [],
    intent: async (payloadDigest) => {
      const place = intents.get(payloadDigest);
      return place === undefined ? undefined : shelf.read(place >>> 1);
    },
    claims: (payloadDigest) => claims.get(payloadDigest) ?? [],
    isNamed: (recordOrIntent) =>
      byRecord.get(recordOrIntent) !== undefined || byIntent.get(recordOrIntent) !== undefined,
    removedOf: (recordId) => removed.get(recordId) ?? [],
    lastRunOf: (pipelineUuid, stepUuid) => runs.get(`${pipelineUuid}/${stepUuid}`),
    policyOfToken: (tokenId) => {
      const policy = tokens.get(tokenId);
      return policy === undefined ? undefined : policies[policy];
    },
  };
}

/** The same lookups as another thread's. */
export function openAcross(data: AcrossData, reader: Pick<Spool, 'readAt'>): AcrossLookup {
  const places = PlaceList.of(data.shelf);
  return lookAcross({
    ...data,
    byRecord: KeyTable.of(data.byRecord),
    byIntent: KeyTable.of(data.byIntent),
    intents: KeyTable.of(data.intents),
    tokens: KeyTable.of(data.tokens),
    shelf: { read: async (number) => (await reader.readAt(places.at(number))) as SeenRecord },
  });
}
