import type { Files } from '../platform/types.ts';
import type { Bucket } from './reconcile/index.ts';
import { readBuckets, type Buckets, type BucketsData } from './spool/index.ts';

type Kind = keyof Bucket;

/** What buckets are made of, each kind in files of its own. */
export type BucketFiles = { readonly [K in Kind]: Buckets<Bucket[K][number]> };

/** Of what another thread reads the same. */
export type BucketFilesData = Readonly<Record<Kind, BucketsData>>;

export async function readBucket(files: BucketFiles, number: number): Promise<Bucket> {
  return {
    deployments: await files.deployments.read(number),
    events: await files.events.read(number),
    records: await files.records.read(number),
    links: await files.links.read(number),
    removed: await files.removed.read(number),
  };
}

export function dataOf({ deployments, events, records, links, removed }: BucketFiles): BucketFilesData {
  return {
    ...{ deployments: deployments.data, events: events.data, records: records.data },
    ...{ links: links.data, removed: removed.data },
  };
}

export function openBucketFiles(files: Files, data: BucketFilesData): BucketFiles {
  return {
    deployments: readBuckets(files, data.deployments),
    events: readBuckets(files, data.events),
    records: readBuckets(files, data.records),
    links: readBuckets(files, data.links),
    removed: readBuckets(files, data.removed),
  };
}
