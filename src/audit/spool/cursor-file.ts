import type { Clock, Files } from '../../platform/types.ts';
import { CURSOR_FILE, encodeCursor, type Cursor } from './cursor.ts';
import { notWritten } from './lines.ts';

/**
 * To write it, and to have the disk's word for it, costs as much as a page of a list: a run that is killed asks again for
 * what came in its last second.
 */
const EVERY_MS = 1000;

/** The file that says how much of the others counts; `cursor` is what it is to say. */
export class CursorFile {
  readonly cursor: Cursor;
  readonly #files: Files;
  readonly #path: string;
  readonly #clock: Pick<Clock, 'now'> | undefined;
  #writtenAt = 0;
  #isBehind = false;

  constructor(files: Files, folder: string, cursor: Cursor, clock: Pick<Clock, 'now'> | undefined) {
    this.#files = files;
    this.#path = `${folder}/${CURSOR_FILE}`;
    this.cursor = cursor;
    this.#clock = clock;
  }

  /** To be called behind each change. At most once a second it is written, but for a change that others wait behind. */
  async follow(atOnce: boolean): Promise<void> {
    this.#isBehind = true;
    // Also where the clock was set back meanwhile.
    const isDue = !this.#clock || Math.abs(this.#clock.now() - this.#writtenAt) >= EVERY_MS;
    if (atOnce || isDue) await this.write();
  }

  /** Writes what was put off. */
  async settle(): Promise<void> {
    if (this.#isBehind) await this.write();
  }

  async write(): Promise<void> {
    const keptAt = this.#clock?.now();
    try {
      await this.#files.replace(this.#path, encodeCursor({ ...this.cursor, keptAt }), { ownerOnly: true });
    } catch (error) {
      throw notWritten(this.#path, (error as { code?: unknown }).code);
    }
    this.#isBehind = false;
    this.#writtenAt = keptAt ?? 0;
  }
}
