import { sha256Hex } from '../../digest.ts';
import { PipeError } from '../../errors.ts';
import type { Files } from '../../platform/types.ts';
import type { SeenRecord } from '../types.ts';
import { judgePair } from './judge-pair.ts';
import { judgeRecord, type Judgement, type Judging } from './judge.ts';
import type { HeldEntry } from './held.ts';
import { Opened } from './opened.ts';
import type { FoundFile } from './types.ts';

const MAX_RECORD_BYTES = 16 * 1024 * 1024;
/** Small files are read into a buffer that is there; a record has a few KiB. */
const BUFFER_BYTES = 256 * 1024;

/** A file with the name that it is told by. */
export interface NamedFile extends FoundFile {
  readonly name: string;
}

/** What came of some files, in their order. All of it survives JSON: it may come from another thread. */
export interface JudgedBatch {
  /** SHA-256 of each file that was read, hex. */
  readonly digests: readonly string[];
  readonly items: readonly JudgedItem[];
  /** Why others were not read, a sentence each. */
  readonly missing: readonly string[];
  /** Those that were known already. */
  readonly twice: readonly string[];
}

/** A record that was judged, or an intent that is carried along with its result. */
export type JudgedItem =
  | { readonly judged: Pick<Judgement, 'seen' | 'predicateType' | 'pairedWith'> }
  | { readonly along: HeldEntry; readonly digest: string };

/** Judges files that stand one behind the other: an intent's result is the file behind it. Known digests are passed over. */
export type JudgeBatch = (batch: readonly NamedFile[], isKnown?: (digest: string) => boolean) => Promise<JudgedBatch>;

const NONE_IS_KNOWN = (): boolean => false;

export function createJudge(files: Pick<Files, 'read'>, judging: Judging): JudgeBatch {
  /** One for what is read, and one for the intent that waits meanwhile. */
  const buffers = [new Uint8Array(BUFFER_BYTES), new Uint8Array(BUFFER_BYTES)] as const;
  return async (batch, isKnown = NONE_IS_KNOWN) => {
    const done = { digests: [] as string[], items: [] as JudgedItem[], missing: [] as string[], twice: [] as string[] };
    let waiting: Opened | undefined;
    for (const file of batch) {
      const buffer = waiting?.bytes.buffer === buffers[0].buffer ? buffers[1] : buffers[0];
      const opened = await open(file, files, buffer);
      if (typeof opened === 'string') {
        done.missing.push(opened);
        continue;
      }
      if (isKnown(opened.digest)) {
        done.twice.push(`${file.name}: the same bytes as a record that was counted already.`);
        continue;
      }
      done.digests.push(opened.digest);
      if (opened.phase === 'result' && waiting && waiting.base === opened.base) {
        done.items.push(...judgeBoth(waiting, opened, judging));
        waiting = undefined;
        continue;
      }
      if (waiting) done.items.push(toItem(judgeRecord(waiting, judging)));
      waiting = opened.phase === 'intent' ? opened : undefined;
      if (!waiting) done.items.push(toItem(judgeRecord(opened, judging)));
    }
    if (waiting) done.items.push(toItem(judgeRecord(waiting, judging)));
    return done;
  };
}

/** Why it was not read, where it was not. */
async function open(
  { path, name, fault }: NamedFile,
  files: Pick<Files, 'read'>,
  buffer: Uint8Array,
): Promise<Opened | string> {
  try {
    const bytes = fault === undefined ? await files.read(path, MAX_RECORD_BYTES, buffer) : undefined;
    if (!bytes) return `${name}: ${fault ?? 'nothing is there any more'}.`;
    return new Opened(name, path, { digest: sha256Hex(bytes), bytes });
  } catch (error) {
    return `${name}: ${describeFault(error)}.`;
  }
}

/** The system's word for what went wrong with a file. */
function describeFault(error: unknown): string {
  if (error instanceof PipeError) return `too large for a record: ${error.got ?? ''}`;
  const { code } = error as { readonly code?: unknown };
  if (typeof code === 'string') return `it cannot be read (${code})`;
  throw error;
}

function judgeBoth(waiting: Opened, opened: Opened, judging: Judging): readonly JudgedItem[] {
  const { intent, result, agreed } = judgePair(waiting, opened, judging);
  if (!intent) return [{ along: toEntryAlong(result.seen), digest: waiting.digest }, toItem(result)];
  const pairedWith = result.seen.facts.deployment?.id;
  return [toItem(agreed && pairedWith !== undefined ? { ...intent, pairedWith } : intent), toItem(result)];
}

/** Its line of the checkpoint is the one that it had. */
function toEntryAlong({ verdict, facts }: SeenRecord): HeldEntry {
  if (verdict.state !== 'verified') throw new Error('an intent was carried by a result that does not hold');
  const { recordId, deployment } = facts;
  const { assurance, trust } = verdict;
  const paired = deployment && { deploymentId: deployment.id };
  return { recordId, phase: 'intent', ...paired, assurance, trust, state: 'here' };
}

/** Without what was proved of it, which is large. */
function toItem({ seen, predicateType, pairedWith }: Judgement): JudgedItem {
  return { judged: { seen, predicateType, pairedWith } };
}
