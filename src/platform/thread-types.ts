/** Second threads of this process, for long work without a network and without secrets. */
export interface Threads {
  /** How many threads the machine runs at once. */
  readonly cores: number;
  /**
   * @param work by name, as the program's door knows it
   * @param task what it is begun with: whatever can be copied, and memory that is shared
   */
  start(work: string, task: unknown): Thread;
}

export interface Thread {
  /** The answer; undefined where the thread has failed or ended. Questions are answered in their order. */
  ask(question: string): Promise<ThreadAnswer | undefined>;
  end(): Promise<void>;
}

/** Bytes are handed over with their whole memory, which must be theirs alone: a text is copied twice. */
export type ThreadAnswer = string | Uint8Array<ArrayBuffer>;

/** Work of a thread: makes of its task what answers questions. */
export type ThreadWork = (task: unknown) => (question: string) => Promise<ThreadAnswer>;
