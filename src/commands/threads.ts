import { CLASSIFYING, classifyInThread, JUDGING, judgeInThread, TABLING, tableInThread } from '../audit/index.ts';
import type { Files, ThreadWork } from '../platform/types.ts';

/** What the program does in a thread of its own, by name. */
export function threadWorks(files: Files): Readonly<Record<string, ThreadWork>> {
  return {
    [JUDGING]: (task) => judgeInThread(task, files),
    [CLASSIFYING]: (task) => classifyInThread(task, files),
    [TABLING]: (task) => tableInThread(task, files),
  };
}
