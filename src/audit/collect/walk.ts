import { PipeError } from '../../errors.ts';
import type { Spool } from '../spool/index.ts';

/** A list of which a population is made: of a project, of a repository. */
export interface Part<P> {
  readonly key: string;
  readonly first: P;
}

export type Turn<P> =
  | {
      /** Lines for the spool. */
      readonly values: readonly unknown[];
      /** Undefined at the end. */
      readonly next: P | undefined;
      readonly gap?: string | undefined;
    }
  /** Why this list cannot be read, as one sentence. */
  | { readonly refused: string }
  /** No more of this list in this run, and nothing to be said of it: the next run goes on where it is. */
  | { readonly later: true };

export interface Refusal {
  readonly key: string;
  readonly refused: string;
}

const DONE = 'done';

/**
 * Reads every part of a population, page by page, each page kept before the next is asked for.
 * @returns the parts that could not be read; the next run asks for them again
 * @throws {PipeError} whatever `ask` throws, and `SERVICE_FAILED` where a credential ends between two pages: the spool
 *   holds what was read until then
 */
export async function walk<P>(
  spool: Spool,
  name: string,
  parts: readonly Part<P>[],
  ask: (part: Part<P>, position: P) => Promise<Turn<P>>,
): Promise<readonly Refusal[]> {
  const refusals: Refusal[] = [];
  const positions = { ...(spool.progress(name).position as Record<string, P | typeof DONE> | undefined) };
  for (const part of parts) {
    let position = positions[part.key] ?? part.first;
    for (let pages = 0; position !== DONE; pages += 1) {
      const turn = await ask(part, position);
      if ('refused' in turn) {
        if (pages > 0) throw ended(turn.refused);
        refusals.push({ key: part.key, refused: turn.refused });
        break;
      }
      if ('later' in turn) break;
      position = turn.next ?? DONE;
      positions[part.key] = position;
      const gaps = [turn.gap].filter((gap) => gap !== undefined && !spool.progress(name).gaps.includes(gap));
      const done = parts.every(({ key }) => positions[key] === DONE);
      await spool.commit(name, turn.values, { position: { ...positions }, done, gaps: gaps as string[] });
    }
  }
  return refusals;
}

/** It was good for the page before. */
function ended(refusal: string): PipeError {
  return new PipeError({
    code: 'SERVICE_FAILED',
    message: 'A credential ended while the audit was reading.',
    got: refusal,
    wanted: 'the next page',
    fix: 'Run the audit again with --resume and a new credential: it goes on where it stopped.',
  });
}
