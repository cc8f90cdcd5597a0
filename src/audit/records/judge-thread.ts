import type { Files } from '../../platform/types.ts';
import { readTrust, type TrustMaterial } from '../../record/index.ts';
import { createJudge, type JudgedBatch, type NamedFile } from './judge-batch.ts';
import { openSharedList } from './list.ts';
import type { ReadRecordsOptions, SharedList } from './types.ts';

/** The work of a thread that judges records, by the name that the program's door knows. */
export const JUDGING = 'judging';

/** All that records are judged by, in what can be handed to a thread. Nothing of it is a secret. */
interface Task {
  readonly material: TrustMaterial;
  readonly now: number;
  readonly allowSandbox: boolean;
  /** Of the checkpoint before. */
  readonly list: SharedList | undefined;
}

/**
 * Judges in another thread; its answer is undefined where that has failed, or ended. It is read where it is needed: until
 * then it is bytes, which V8 does not move about.
 */
export interface Helper {
  judge(batch: readonly NamedFile[]): Promise<(() => JudgedBatch) | undefined>;
  end(): Promise<void>;
}

/** Undefined where there is no second core for it. */
export function startHelper({ aside, now, allowSandbox, previous }: ReadRecordsOptions): Helper | undefined {
  if (!aside || aside.threads.cores < 2) return undefined;
  const task: Task = { material: aside.material, now, allowSandbox, list: previous?.list.shared };
  const thread = aside.threads.start(JUDGING, task);
  return {
    judge: async (batch) => {
      const answer = await thread.ask(JSON.stringify(batch));
      if (typeof answer !== 'object') return undefined;
      const bytes = Buffer.from(answer.buffer, answer.byteOffset, answer.byteLength);
      return () => JSON.parse(bytes.toString()) as JudgedBatch;
    },
    end: () => thread.end(),
  };
}

/** The thread's side. @param task as {@link startHelper} has made it */
export function judgeInThread(task: unknown, files: Files): (question: string) => Promise<Uint8Array<ArrayBuffer>> {
  const { material, now, allowSandbox, list } = task as Task;
  const previous = list && { list: openSharedList(list) };
  const judge = createJudge(files, { trust: readTrust(material), now, allowSandbox, previous });
  return async (question) => {
    const judged = JSON.stringify(await judge(JSON.parse(question) as readonly NamedFile[]));
    return new TextEncoder().encode(judged);
  };
}
