import { createHash } from 'node:crypto';
import { PipeError } from '../../errors.ts';
import type { Files } from '../../platform/types.ts';
import { readLines } from '../outputs/lines.ts';
import { admitLine, readEntry, refuseList, writeEntry, type States } from './list.ts';
import type { Checkpoint, CheckpointEntry, Ledger, WriteCheckpointOptions } from './types.ts';

const LINES_AT_ONCE = 500;

/** Counted while the list is written. */
export interface Count {
  readonly states: States;
  /** Records that the previous list does not have. */
  added: number;
}

/**
 * The text of a checkpoint's list, in pieces; a line end after each line.
 * @param count of which it grows
 * @throws {PipeError} `SIGNATURE_INVALID` where the list before is another than was looked at
 */
export async function* writeLines(options: WriteCheckpointOptions, count: Count): AsyncGenerator<string> {
  for await (const lines of joinLines(options, count)) if (lines.length > 0) yield `${lines.join('\n')}\n`;
}

/** Two sorted lists as one: what is held now, and of the rest of the previous list what became of it. */
async function* joinLines(
  { files, ledger, previous, acceptRemoved }: WriteCheckpointOptions,
  count: Count,
): AsyncGenerator<readonly string[]> {
  const own = ledger.held.ownLines();
  const { states } = count;
  let [next, at] = [0, 0];
  for await (const lines of previous ? readAgain(files, previous) : []) {
    const joined: string[] = [];
    for (const before of lines) {
      const digest = digestOf(before);
      let line = own[next];
      for (; line !== undefined && digestOf(line) < digest; line = own[next]) {
        joined.push(admitLine(line, states));
        next += 1;
        count.added += 1;
      }
      if (line !== undefined && digestOf(line) === digest) {
        joined.push(admitLine(line, states));
        next += 1;
      } else if (ledger.held.isSame(at)) {
        joined.push(before);
        states.here += 1;
      } else joined.push(admitLine(settle(readEntry(before), ledger, acceptRemoved), states));
      at += 1;
    }
    yield joined;
  }
  count.added += own.length - next;
  for (; next < own.length; next += LINES_AT_ONCE) {
    yield own.slice(next, next + LINES_AT_ONCE).map((line) => admitLine(line, states));
  }
}

/**
 * The lines of its list, from the disk: in memory they would lie about while everything else is looked at.
 * @throws {PipeError} `SIGNATURE_INVALID` where they are others than were looked at
 */
async function* readAgain(files: Files, { listFile }: Checkpoint): AsyncGenerator<readonly string[]> {
  const hash = createHash('sha256');
  const { path, digest } = listFile;
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for await (const piece of files.stream(path)) {
      hash.update(piece);
      yield piece;
    }
  }
  try {
    yield* readLines(pieces());
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    throw error instanceof PipeError || typeof code !== 'string' ? error : refuseList(`${code} for ${path}`);
  }
  if (hash.digest('hex') !== digest) throw refuseList(`${path} was changed while the audit ran`);
}

function digestOf(line: string): string {
  return line.slice(0, line.indexOf(' '));
}

/** The line of a record that is not held. */
function settle(entry: CheckpointEntry, { unheld }: Ledger, accept: WriteCheckpointOptions['acceptRemoved']): string {
  const isAccepted = entry.state === 'accepted' || accept?.(entry) === true;
  return writeEntry({ ...entry, state: unheld.has(entry.digest) ? 'here' : isAccepted ? 'accepted' : 'gone' });
}
