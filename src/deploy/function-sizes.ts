import { formatMegabytes, type Findings } from './findings.ts';
import { outermostFunction, type FoundFunction } from './functions.ts';
import { WHOLE_FILE_BYTES } from './manifest.ts';
import type { Reader } from './reader.ts';
import type { PlannedEntry } from './tree.ts';
import type { DeployedFunction } from './types.ts';

/** Bytes that chunks have after gzip, which none of them outlives. */
export type GzipSize = (chunks: AsyncIterable<Uint8Array>) => Promise<number>;

const MEGABYTE = 1024 * 1024;
const MAX_UNZIPPED = 250 * MEGABYTE;
/** Of Hobby; 2 MB of Pro, 4 MB of Enterprise. The pipe cannot see the plan. */
const MIN_EDGE_LIMIT = MEGABYTE;
const MAX_EDGE_LIMIT = 4 * MEGABYTE;

interface Measure {
  readonly files: Reader;
  readonly root: string;
  /** All that is sent. */
  readonly entries: ReadonlyMap<string, PlannedEntry>;
  readonly gzipSize: GzipSize | undefined;
  readonly findings: Findings;
}

/** The size of every function, and warnings of those that Vercel may find too large. */
export async function measureFunctions(
  measure: Measure,
  functions: readonly FoundFunction[],
): Promise<DeployedFunction[]> {
  const inside = groupByFunction(measure.entries);
  const sizes = new Map<string, Pick<DeployedFunction, 'size' | 'gzipSize'>>();
  const measured: DeployedFunction[] = [];
  for (const { name, runtime, edge, folder, mapped } of functions) {
    let known = sizes.get(folder);
    if (!known) {
      const contents = [...(inside.get(folder) ?? []), ...mapped.flatMap((path) => measure.entries.get(path) ?? [])];
      known = await measureOne(measure, contents, edge);
      sizes.set(folder, known);
      warnOfSize(measure.findings, folder, edge, known);
    }
    measured.push({ name, runtime, edge, ...known });
  }
  return measured;
}

function groupByFunction(entries: ReadonlyMap<string, PlannedEntry>): ReadonlyMap<string, readonly PlannedEntry[]> {
  const inside = new Map<string, PlannedEntry[]>();
  for (const entry of entries.values()) {
    const folder = entry.kind === 'directory' ? undefined : outermostFunction(entry.path);
    if (folder === undefined) continue;
    const others = inside.get(folder);
    if (others) others.push(entry);
    else inside.set(folder, [entry]);
  }
  return inside;
}

async function measureOne(
  { files, root, gzipSize }: Measure,
  contents: readonly PlannedEntry[],
  edge: boolean,
): Promise<Pick<DeployedFunction, 'size' | 'gzipSize'>> {
  const size = contents.reduce((sum, entry) => sum + (entry.kind === 'directory' ? 0 : entry.size), 0);
  // What is within the smallest limit before gzip is so after it: most functions need not be read twice.
  if (!edge || !gzipSize || size <= MIN_EDGE_LIMIT) return { size };
  return { size, gzipSize: await gzipSize(readAll(files, root, contents)) };
}

async function* readAll(files: Reader, root: string, contents: readonly PlannedEntry[]): AsyncGenerator<Uint8Array> {
  for (const { path, at = path, kind, size } of contents) {
    if (kind !== 'file') continue;
    if (size > WHOLE_FILE_BYTES) {
      yield* files.stream(`${root}/${at}`);
      continue;
    }
    const bytes = await files.read(`${root}/${at}`, WHOLE_FILE_BYTES);
    if (bytes) yield bytes;
  }
}

function warnOfSize(
  { warnings }: Findings,
  folder: string,
  edge: boolean,
  { size, gzipSize }: Pick<DeployedFunction, 'size' | 'gzipSize'>,
): void {
  if (gzipSize !== undefined && gzipSize > MIN_EDGE_LIMIT) {
    const limits = '1 MB on Hobby, 2 MB on Pro, 4 MB on Enterprise';
    const whose = gzipSize > MAX_EDGE_LIMIT ? 'more than any plan allows' : 'more than some plans allow';
    warnings.push(
      `${folder}: ${formatMegabytes(gzipSize)} after gzip, ${whose} for an Edge Function (${limits}). Make it smaller, or move it to the Node.js runtime.`,
    );
  }
  if (!edge && size >= MAX_UNZIPPED) {
    warnings.push(
      `${folder}: ${formatMegabytes(size)} unzipped, and Vercel takes less than 250 MB unless large functions are enabled. Exclude what it does not need from tracing.`,
    );
  }
}
