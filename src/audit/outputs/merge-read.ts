import { createHash } from 'node:crypto';
import { sha256Hex } from '../../digest.ts';
import type { Files } from '../../platform/types.ts';
import { show } from '../../text.ts';
import { CLASSES, type ClassCounts } from '../classes.ts';
import type { Row, Scope, Summary } from '../types.ts';
import { readLines } from './lines.ts';
import { isShared } from './merge-figures.ts';
import { baseName } from './pack-names.ts';
import { compareCounts, createRowCount } from './row-count.ts';
import { keyOf } from './row-file.ts';
import { countWeight } from './tell.ts';

const SUMMARY_START = '{"summary":';
const ROWS_START = '"rows":[';
const END = ']}';

/** An `audit.json` that was read once from end to end. */
export interface AuditFile {
  readonly path: string;
  readonly name: string;
  /** SHA-256 of its bytes, hex. */
  readonly digest: string;
  readonly summary: Summary;
  readonly rows: number;
  readonly classes: ClassCounts;
}

/**
 * Reads a file to its end, and holds nothing of it but the summary. What is wrong goes to `faults`, each beginning with
 * the file's name; it is undefined then.
 * @param visit takes each row, and a digest of its text where other audits may have it too
 */
export async function readAudit(
  files: Files,
  path: string,
  faults: string[],
  visit: (row: Row, shared: string | undefined) => void,
): Promise<AuditFile | undefined> {
  const name = baseName(path);
  const stat = await files.lstat(path);
  if (stat?.kind !== 'file') {
    faults.push(`${path}: ${stat ? `a ${stat.kind}` : 'not there'}; wanted an audit.json`);
    return undefined;
  }
  const hash = createHash('sha256');
  const own: string[] = [];
  const [counted, shared] = [createRowCount(), new Set<string>()];
  let [summary, rows]: [Summary | undefined, number] = [undefined, 0];
  try {
    for await (const part of readParts(measure(files.stream(path), hash))) {
      if ('summary' in part) summary = part.summary;
      else {
        rows += 1;
        counted.add(part.row);
        visit(part.row, isShared(part.row) ? addOnce(shared, part) : undefined);
      }
    }
    if (summary) own.push(...compareCounts(summary.counts, counted.counts()), ...judgeStatus(summary));
  } catch (error) {
    own.push(error instanceof LayoutError ? error.message : 'it cannot be read to its end');
  }
  faults.push(...own.map((fault) => `${path}: ${fault}`));
  if (!summary || own.length > 0) return undefined;
  return { path, name, digest: hash.digest('hex'), summary, rows, classes: counted.classes() };
}

/** What a file says that it is about; undefined for one that says nothing of the kind. */
export async function readScope(files: Files, path: string): Promise<Scope | undefined> {
  if ((await files.lstat(path))?.kind !== 'file') return undefined;
  try {
    for await (const part of readParts(files.stream(path))) return 'summary' in part ? part.summary.scope : undefined;
  } catch {
    // Told by whoever reads it whole.
  }
  return undefined;
}

function addOnce(shared: Set<string>, { row, text }: RowPart): string {
  const digest = sha256Hex(text);
  if (shared.has(digest)) throw new LayoutError(`the ${row.kind} ${show(row.id)} has the same row twice`);
  shared.add(digest);
  return digest;
}

/** The rows of a file that was read before, with the keys that they are sorted by. */
export async function* readKeyedRows(files: Files, { path }: AuditFile): AsyncGenerator<readonly string[], undefined> {
  let batch: string[] = [];
  for await (const part of readParts(files.stream(path))) {
    if ('summary' in part) continue;
    if (batch.push(`${keyOf(part.row)}\t${part.text}`) < 256) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** No option makes less of a trust failure, or of what could not be read. */
function judgeStatus(summary: Summary): readonly string[] {
  const { status, populations } = summary;
  if (countWeight(summary, 'trust') > 0 && status !== 4) return [`status ${String(status)}, and it has trust failures`];
  const gap = countWeight(summary, 'gap') > 0 || populations.some(({ missing }) => missing.length > 0);
  return gap && status === 0 ? ['status 0, and something could not be read'] : [];
}

interface RowPart {
  readonly row: Row;
  readonly text: string;
}

type Part = { readonly summary: Summary } | RowPart;

/** Says what is wrong with a file, in words for its reader. */
class LayoutError extends Error {}

/** Of the layout that an audit writes, and no other: it is what makes a file of any size readable line by line. */
async function* readParts(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Part, undefined> {
  let [at, ended] = [0, false];
  for await (const lines of readLines(bytes)) {
    for (const line of lines) {
      at += 1;
      if (ended) throw new LayoutError(`line ${String(at)} comes after its end`);
      if (at === 1) yield { summary: readSummary(line) };
      else if (at === 2) {
        if (line !== ROWS_START) throw otherLayout(at);
      } else if (line === END) ended = true;
      else yield readRow(line, at);
    }
  }
  if (!ended) throw new LayoutError('it is cut off');
}

function readSummary(line: string): Summary {
  if (!line.startsWith(SUMMARY_START) || !line.endsWith(',')) throw otherLayout(1);
  const summary = parse(line.slice(SUMMARY_START.length, -1), 1) as Partial<Summary>;
  const version: unknown = summary.auditVersion;
  if (version !== '1') {
    throw new LayoutError(`auditVersion ${show(version)}; this version of the pipe reads "1"`);
  }
  const { scope, counts, populations, clocks, dora, inventory, exceptions, projects } = summary;
  const lists: readonly unknown[] = [
    populations,
    clocks,
    dora,
    exceptions,
    scope?.projectIds,
    ...Object.values((inventory ?? {}) as Record<string, unknown>),
  ];
  const whole =
    lists.every(Array.isArray) &&
    ['deployment', 'change', 'record'].every((kind) => Number.isSafeInteger(counts?.[kind as Row['kind']].seen)) &&
    [scope?.since, scope?.until, summary.auditedAt].every(Number.isSafeInteger) &&
    [0, 1, 3, 4].includes(Number(summary.status)) &&
    [scope?.teamId, summary.pipeVersion].every((text) => typeof text === 'string') &&
    typeof projects === 'object';
  if (!whole) throw new LayoutError('the summary is not one that an audit writes');
  return summary as Summary;
}

function readRow(line: string, at: number): Part {
  const text = line.endsWith(',') ? line.slice(0, -1) : line;
  const row = parse(text, at) as Partial<Row>;
  const known = typeof row.class === 'string' && Object.hasOwn(CLASSES, row.class);
  const { kind = '', id, projectId, target, reasons, checks } = row;
  const whole =
    known &&
    Number.isFinite(row.at) &&
    ['deployment', 'change', 'record'].includes(kind) &&
    [id, projectId, target].every((text) => typeof text === 'string') &&
    [reasons, checks].every(Array.isArray);
  if (!whole) {
    throw new LayoutError(`line ${String(at)} is no row that this version of the pipe knows`);
  }
  return { row: row as Row, text };
}

function parse(text: string, at: number): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // Told below, with the line's number.
  }
  throw otherLayout(at);
}

function otherLayout(at: number): LayoutError {
  return new LayoutError(`line ${String(at)} is not as an audit writes it; give the file as it was written`);
}

async function* measure(
  bytes: AsyncIterable<Uint8Array>,
  hash: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    hash.update(chunk);
    yield chunk;
  }
}
