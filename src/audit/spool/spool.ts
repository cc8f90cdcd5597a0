import type { Files } from '../../platform/types.ts';
import { createBuckets } from './buckets.ts';
import { CursorFile } from './cursor-file.ts';
import {
  CURSOR_FILE,
  earlierOf,
  emptyCursor,
  emptyPopulation,
  readCursor,
  type Cursor,
  type PopulationCursor,
  type Segment,
} from './cursor.ts';
import { encodeLines, notWritten, parseLine, readLines } from './lines.ts';
import { answersOf, indexOf } from './lookup.ts';
import { PlaceReader } from './place-reader.ts';
import { createShelf } from './shelf.ts';
import type {
  Buckets,
  BucketWriter,
  Earlier,
  Index,
  Kept,
  Place,
  Progress,
  Shelf,
  Spool,
  SpoolOptions,
  Step,
} from './types.ts';

/** All that a spool ever writes, and what `replace` may leave when it is killed. */
const OWN = /^(?:cursor\.json(?:\.[0-9a-f-]+\.partial)?|[a-z][a-z-]*\.(?:bucket-)?\d+\.jsonl)$/;
const NO_PROGRESS: Progress = { position: undefined, lines: 0, done: false, gaps: [] };

/**
 * Opens a work folder, which is made where it is missing.
 * @throws {PipeError} `USAGE` where its cursor is of another scope; `OUTPUT_INVALID` where it cannot be written
 */
export async function openSpool(files: Files, folder: string, options: SpoolOptions): Promise<Spool> {
  if (options.fresh === true) await removeOwn(files, folder);
  const cursor = options.fresh === true ? emptyCursor(options.scope) : await readCursor(files, folder, options.scope);
  const file = new CursorFile(files, folder, cursor, options.clock);
  await file.write();
  return new FolderSpool(files, folder, file);
}

class FolderSpool implements Spool {
  readonly folder: string;
  readonly earlier: Earlier;
  readonly #files: Files;
  readonly #cursorFile: CursorFile;
  readonly #cursor: Cursor;
  /** Segments that this run has begun; those of earlier runs are never written to, for what may stand at their end. */
  readonly #open = new Map<string, Segment>();
  readonly #reader: PlaceReader;
  /** What is told of each line that comes, by the population: to read it again takes a second for 100,000. */
  readonly #notes = new Map<string, (value: unknown, place: Place) => void>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(files: Files, folder: string, file: CursorFile) {
    this.#files = files;
    this.folder = folder;
    this.#cursorFile = file;
    this.#cursor = file.cursor;
    this.earlier = earlierOf(file.cursor);
    this.#reader = new PlaceReader(files);
  }

  progress(name: string): Progress {
    return this.#cursor.populations[name] ?? NO_PROGRESS;
  }

  /** One after another: an older cursor must not take the place of a newer one. */
  commit(name: string, values: readonly unknown[], step: Step): Promise<readonly Place[]> {
    return this.#inTurn(() => this.#commit(name, values, step));
  }

  settle(): Promise<void> {
    return this.#inTurn(() => this.#cursorFile.settle());
  }

  async *read<T>(name: string): AsyncGenerator<readonly Kept<T>[]> {
    for (const { file, bytes } of this.#cursor.populations[name]?.segments ?? []) {
      const path = `${this.folder}/${file}`;
      if (bytes === 0) continue;
      for await (const lines of readLines(this.#files.stream(path), bytes)) {
        yield lines.map(({ text, offset, length }) => ({
          value: parseLine(text) as T,
          text,
          place: { path, offset, length },
        }));
      }
    }
  }

  readAt(place: Place): Promise<unknown> {
    return this.#reader.readAt(place);
  }

  close(): Promise<void> {
    return this.#reader.close();
  }

  async partition<T>(name: string, put: (value: T, add: (key: string, value: T) => void) => void): Promise<Buckets<T>> {
    const writer = await this.createBuckets<T>(name);
    for await (const kept of this.read<T>(name)) {
      for (const { value, text } of kept) {
        put(value, (key, changed) => {
          if (changed === value) writer.addText(key, text);
          else writer.add(key, changed);
        });
      }
      await writer.settle();
    }
    return writer.finish();
  }

  createBuckets<T>(name: string): Promise<BucketWriter<T>> {
    return createBuckets<T>(this.#files, this.folder, name);
  }

  createShelf<T>(name: string): Promise<Shelf<T>> {
    return createShelf<T>(this.#files, `${this.folder}/${name}.0.jsonl`, (place) => this.readAt(place));
  }

  async index<T>(name: string, keyOf: (value: T) => string): Promise<Index<T>> {
    const { index, note } = await indexOf<T>(this, name, keyOf);
    this.#notes.set(name, note as (value: unknown, place: Place) => void);
    return index;
  }

  answers<T>(name: string): ReturnType<typeof answersOf<T>> {
    return answersOf(this, name);
  }

  async remove(): Promise<void> {
    await this.close();
    await removeOwn(this.#files, this.folder);
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #commit(name: string, values: readonly unknown[], step: Step): Promise<readonly Place[]> {
    const before = this.#cursor.populations[name] ?? emptyPopulation();
    const segment = this.#open.get(name) ?? (await this.#begin(name, before));
    const { bytes, places } = encodeLines(values, `${this.folder}/${segment.file}`, segment.bytes);
    // Begun anew after a fault: nobody knows how much of it was written.
    this.#open.delete(name);
    if (bytes.byteLength > 0 && !(await this.#files.append(`${this.folder}/${segment.file}`, bytes))) {
      throw notWritten(segment.file);
    }
    const grown = { file: segment.file, bytes: segment.bytes + bytes.byteLength };
    const others = before.segments.filter(({ file }) => file !== segment.file);
    this.#cursor.populations[name] = {
      position: step.position,
      lines: before.lines + values.length,
      done: step.done ?? false,
      gaps: [...before.gaps, ...(step.gaps ?? [])],
      segments: grown.bytes === 0 ? others : [...others, grown],
    };
    try {
      // Behind its last step comes other work, which may take minutes.
      await this.#cursorFile.follow(step.done === true);
    } catch (error) {
      this.#cursor.populations[name] = before;
      throw error;
    }
    this.#open.set(name, grown);
    const note = this.#notes.get(name);
    if (note) for (const [at, place] of places.entries()) note(values[at], place);
    return places;
  }

  /** A new file; one that is there under its name counts for nothing. */
  async #begin(name: string, { segments }: PopulationCursor): Promise<Segment> {
    const number = segments.reduce((last, { file }) => Math.max(last, Number(file.split('.')[1])), -1) + 1;
    const file = `${name}.${String(number)}.jsonl`;
    await this.#files.remove(`${this.folder}/${file}`);
    return { file, bytes: 0 };
  }
}

async function removeOwn(files: Files, folder: string): Promise<void> {
  if ((await files.lstat(folder)) === undefined) return;
  const names = await files.list(folder);
  const own = names.filter((name) => OWN.test(name));
  // The cursor first: without it the rest counts for nothing.
  for (const name of own.sort((a, b) => Number(b === CURSOR_FILE) - Number(a === CURSOR_FILE))) {
    await files.remove(`${folder}/${name}`);
  }
  if (own.length === names.length) await files.remove(folder);
}
