import type { Clock } from '../../platform/types.ts';
import type { KeyTableData } from './key-table.ts';
import type { PlaceListData } from './place-list.ts';

/** How far a population has been read. */
export interface Progress {
  /** What its collector needs to go on; undefined at the beginning. */
  readonly position: unknown;
  /** How many lines are kept. */
  readonly lines: number;
  readonly done: boolean;
  /** What is missing for ever, a sentence each: a second look would not find it either. */
  readonly gaps: readonly string[];
}

export interface Step {
  readonly position: unknown;
  readonly done?: boolean;
  /** Added to those that are known. */
  readonly gaps?: readonly string[];
}

export interface Kept<T> {
  readonly value: T;
  /** The value's line. */
  readonly text: string;
  readonly place: Place;
}

/** What a spool has taken over when it was opened. Nobody has signed it. */
export interface Earlier {
  /** When it was left, as it says itself; undefined where it does not. */
  readonly keptAt: number | undefined;
  readonly populations: readonly (Pick<Progress, 'lines' | 'done'> & { readonly name: string })[];
}

/** Where a line stands. */
export interface Place {
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * What was collected, as JSON lines in a work folder, with a cursor file that says how much of each file counts. A run
 * that ends at any point leaves a folder from which the next one goes on.
 *
 * Names of populations are of lower-case letters and hyphens.
 */
export interface Spool {
  readonly folder: string;
  /** Of earlier runs; without populations where there was none. */
  readonly earlier: Earlier;
  progress(name: string): Progress;
  /**
   * Appends one JSON line for each value, then replaces the cursor, at most once a second: a run that is killed before
   * leaves lines that count for nothing. Rejects with PipeError `OUTPUT_INVALID` where that cannot be written.
   * @returns where each line stands
   */
  commit(name: string, values: readonly unknown[], step: Step): Promise<readonly Place[]>;
  /** The lines that count, in the order in which they came, with their places: some at a time. */
  read<T>(name: string): AsyncGenerator<readonly Kept<T>[]>;
  /** The value of one line. */
  readAt(place: Place): Promise<unknown>;
  /**
   * A population in {@link BUCKETS} buckets by key; made anew at each call.
   * @param put adds each value, as it is or changed, to as many as it belongs to
   */
  partition<T>(name: string, put: (value: T, add: (key: string, value: T) => void) => void): Promise<Buckets<T>>;
  /** Values that come from elsewhere, in buckets. What an earlier run has left under the name is removed. */
  createBuckets<T>(name: string): Promise<BucketWriter<T>>;
  /** Values of this run alone, on disk. The name is that of no population. */
  createShelf<T>(name: string): Promise<Shelf<T>>;
  /**
   * A population by key, in memory only as keys and places; the last of two with one key counts. What is committed later
   * is in it too; of two indexes of one population in the later one alone.
   */
  index<T>(name: string, keyOf: (value: T) => string): Promise<Index<T>>;
  /** Answers to single questions, so that no run asks twice. */
  answers<T>(name: string): Promise<Answers<T>>;
  /** Writes the cursor where it does not tell all: to be called where a run ends. Rejects as {@link commit}. */
  settle(): Promise<void>;
  /** Closes the files that {@link readAt} has opened. */
  close(): Promise<void>;
  /** Removes all that is the spool's in the folder, and the folder where nothing else is in it. */
  remove(): Promise<void>;
}

/** What is added waits in memory. */
export interface BucketWriter<T> {
  add(key: string, value: T): void;
  /** @param text a value as JSON, on one line */
  addText(key: string, text: string): void;
  /** Writes what is enough to be worth it: to be called every now and then. */
  settle(): Promise<void>;
  finish(): Promise<Buckets<T>>;
}

export interface Buckets<T> {
  readonly count: number;
  /** Of what another thread reads the same. */
  readonly data: BucketsData;
  /** Values of one bucket, in the order in which they were added. */
  read(bucket: number): Promise<readonly T[]>;
}

/** What is added waits in memory. */
export interface Shelf<T> {
  /** @returns its number, from 0 */
  add(value: T): number;
  /** Writes what is enough to be worth it. */
  settle(): Promise<void>;
  /** Writes all that waits: only then it can be read. */
  flush(): Promise<void>;
  read(number: number): Promise<T>;
  /** Of what another thread reads the same, once all is written. */
  readonly data: PlaceListData;
}

/** Where buckets lie: files of several each, in their order. */
export interface BucketsData {
  readonly paths: readonly string[];
  /** Of the files, bytes that count. */
  readonly sizes: readonly number[];
}

export interface IndexData {
  readonly numbers: KeyTableData;
  readonly places: PlaceListData;
}

export interface Index<T> {
  readonly size: number;
  /** Of what another thread looks up the same. */
  readonly data: IndexData;
  get(key: string): Promise<T | undefined>;
  /** Gives its memory back: then nothing is in it. */
  clear(): void;
}

export interface Answers<T> extends Pick<Index<T>, 'size' | 'get'> {
  /** Each key once. Some wait in memory for others, to be written together. */
  keep(key: string, value: T): Promise<void>;
  /** Writes those that wait. */
  flush(): Promise<void>;
}

export interface SpoolOptions {
  /** Of what is collected: a cursor of another scope is refused. */
  readonly scope: string;
  /** Forgets what an earlier run has left. */
  readonly fresh?: boolean;
  /** Without one, each step is in the cursor at once. */
  readonly clock?: Pick<Clock, 'now'>;
}
