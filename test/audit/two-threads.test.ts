import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { CLASSIFYING, classifyInThread } from '../../src/audit/index.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import type { Threads } from '../../src/platform/types.ts';
import { compare } from './support/audit-history.ts';
import { auditWire, writeHistory, type WireAudit, type WrittenHistory } from './support/audit-wire.ts';

const NAMES = ['audit.json', 'audit.jsonl', 'audit.csv', 'junit.xml', 'audit.md', 'audit.html'];

interface Watched extends Threads {
  readonly started: string[];
  asked: number;
  ended: number;
  /** Questions that it had itself. */
  questions: number;
}

/** A thread that is none, but for what can be handed to one. @param most after so many answers it has failed */
function watchThreads(most = Infinity, cores = 2): Watched {
  const watched: Watched = {
    ...{ cores, started: [], asked: 0, ended: 0, questions: 0 },
    start: (work, task) => {
      watched.started.push(work);
      const answer = classifyInThread(structuredClone(task), nodeFiles);
      let last: Promise<unknown> = Promise.resolve();
      return {
        ask: (question) => {
          watched.asked += 1;
          const mine = watched.asked;
          const turn = last.then(async () => {
            await new Promise((resolve) => setImmediate(resolve));
            if (mine > most) return undefined;
            const reply = await answer(question);
            if (reply.startsWith('{"questions":')) watched.questions += 1;
            return reply;
          });
          last = turn;
          return turn;
        },
        end: () => {
          watched.ended += 1;
          return Promise.resolve();
        },
      };
    },
  };
  return watched;
}

function textsOf({ out }: WireAudit): readonly string[] {
  return NAMES.map((name) => readFileSync(`${out}/${name}`, 'utf8'));
}

describe('buckets that two threads classify', () => {
  let written: WrittenHistory;
  let alone: WireAudit;

  beforeAll(async () => {
    written = await writeHistory(31, 60);
    alone = await auditWire(written);
  }, 60_000);

  it('come out as those of one, byte for byte', async () => {
    const threads = watchThreads();
    const both = await auditWire(written, { threads });
    expect(compare(written.history, both.rows)).toEqual([]);
    expect(textsOf(both)).toEqual(textsOf(alone));
    expect(both.asked.toSorted()).toEqual(alone.asked.toSorted());
    expect(threads).toMatchObject({ started: [CLASSIFYING], ended: 1 });
    expect(threads.asked).toBeGreaterThan(100);
    expect(threads.questions).toBeGreaterThan(2);
  }, 60_000);

  it.each([0, 1, 7, 100])(
    'come out the same where the other one fails after %i answers',
    async (most) => {
      const threads = watchThreads(most);
      const both = await auditWire(written, { threads });
      expect(textsOf(both)).toEqual(textsOf(alone));
      expect(threads.ended).toBe(1);
    },
    60_000,
  );

  it('are those of one where there is one core', async () => {
    const threads = watchThreads(Infinity, 1);
    expect(textsOf(await auditWire(written, { threads }))).toEqual(textsOf(alone));
    expect(threads.started).toEqual([]);
  }, 60_000);
});
