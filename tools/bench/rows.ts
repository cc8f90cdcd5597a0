/** What is measured, and what is to be reached. */

const MIB = 1024 * 1024;

export type Metric = 'wall' | 'cpu' | 'memory';

/** `ratio`: at most so much of the peer's. `bytes`: at most so much, whatever the peer needs. */
export interface Target {
  readonly kind: 'ratio' | 'bytes';
  readonly most: number;
}

/** A build output: `files` in all, of which all but four are static files of `bytes` random bytes each. */
export interface TreeShape {
  readonly files: number;
  readonly bytes: number;
  /** One more static file, of so many bytes and all holes. */
  readonly sparseBytes?: number;
}

/** The same tree deployed by us and by the peer. */
export interface Race {
  readonly kind: 'race';
  readonly title: string;
  readonly tree: TreeShape;
  /** For the pipe, beside Bitbucket's own. */
  readonly variables: Readonly<Record<string, string>>;
  readonly archive: boolean;
  /** Deployed once before, by the same side to the same Vercel: what is measured then finds nothing changed. */
  readonly again: boolean;
  readonly targets: Readonly<Partial<Record<Metric, Target>>>;
  /** Deploying round trips at most: beside identity, exchange, polling and revocation. */
  readonly roundTrips?: number;
  /** Bounds on `--runs`, for what takes long. */
  readonly runs: number;
  readonly peerRuns: number;
}

/** Peak memory of the pipe alone, for trees that differ in bytes. */
export interface Growth {
  readonly kind: 'growth';
  readonly title: string;
  readonly trees: readonly (readonly [name: string, shape: TreeShape])[];
  readonly variables: Readonly<Record<string, string>>;
  readonly most: Target;
  /** Of the first tree's peak: no growth, with room for what two runs of one tree differ by. */
  readonly growth: Target;
}

export type Row = Race | Growth;

const SMALL_FILE = 8 * 1024;
const PEAK: Target = { kind: 'bytes', most: 150 * MIB };
const ratio = (most: number): Target => ({ kind: 'ratio', most });
const race = { kind: 'race', variables: {}, archive: false, again: false, runs: Infinity, peerRuns: Infinity } as const;
const files = (count: number, bytes = SMALL_FILE): TreeShape => ({ files: count, bytes });
/** Such a tree would go as an archive by itself. */
const ONE_BY_ONE = { UPLOAD: 'files' };

export const ROWS = {
  '14': {
    ...race,
    title: '14 files',
    tree: files(14),
    targets: { wall: ratio(0.45), cpu: ratio(0.2), memory: ratio(0.6) },
  },
  '1004': {
    ...race,
    title: '1,004 files',
    tree: files(1004),
    targets: { wall: ratio(0.38), cpu: ratio(0.3), memory: ratio(0.5) },
  },
  '10004': {
    ...race,
    title: '10,004 files, file by file',
    tree: files(10_004),
    variables: ONE_BY_ONE,
    targets: { wall: ratio(0.03), cpu: ratio(0.025), memory: PEAK },
    // The peer's waiting grows with the square of the files: three minutes and more.
    ...{ runs: 3, peerRuns: 1 },
  },
  archive: {
    ...race,
    title: '10,004 files, archive',
    tree: files(10_004),
    variables: { UPLOAD: 'archive' },
    archive: true,
    targets: { wall: ratio(0.5), cpu: ratio(0.7), memory: PEAK },
    ...{ runs: 3, peerRuns: 3 },
  },
  unchanged: {
    ...race,
    title: '1,004 files, nothing changed',
    tree: files(1004),
    again: true,
    targets: {},
    roundTrips: 2,
  },
  big: {
    kind: 'growth',
    title: 'peak memory as bytes grow',
    trees: [
      ['10,004 files of 8 KiB', files(10_004)],
      ['10,004 files of 80 KiB', files(10_004, 10 * SMALL_FILE)],
      ['14 files and one of 2 GiB', { ...files(14), sparseBytes: 2048 * MIB }],
    ],
    variables: ONE_BY_ONE,
    most: PEAK,
    growth: ratio(1.1),
  },
} as const satisfies Readonly<Record<string, Row>>;

export type RowName = keyof typeof ROWS;
export const ROW_NAMES = Object.keys(ROWS) as RowName[];
