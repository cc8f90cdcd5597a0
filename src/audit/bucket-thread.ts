import type { Files, Threads } from '../platform/types.ts';
import { openAcross, type AcrossData } from './across-lookup.ts';
import { openBucketFiles, readBucket, type BucketFilesData } from './bucket-files.ts';
import { answerQuestion, GivenAnswers, type GivenAnswer, type Question, type SingleAsker } from './given-answers.ts';
import { toRowFileLine, type RowFileLine } from './outputs/index.ts';
import { classify, createTally, type Bucket, type NeededReview, type TallyState } from './reconcile/index.ts';
import type { AllowedPolicy } from './records/index.ts';
import { settleBirths } from './settle-births.ts';
import { openIndex, PlaceReader, type IndexData } from './spool/index.ts';
import { spread } from './spread.ts';
import type { Row, SeenPipeline } from './types.ts';
import { readReply, ReplyWriter } from './bucket-reply.ts';
import { createWorld, toAllowed, type WorldParts } from './world.ts';

/** The work of a thread that classifies buckets, by the name that the program's door knows. */
export const CLASSIFYING = 'classifying';

/** All that buckets are compared with, in what can be handed to a thread. Nothing of it is a secret. */
export interface ClassifyTask extends Pick<WorldParts, 'input' | 'auditedAt' | 'gaps'> {
  readonly policies: readonly AllowedPolicy[] | undefined;
  readonly across: AcrossData;
  readonly listed: IndexData;
  readonly buckets: BucketFilesData;
}

/** What came of a bucket. */
export interface ClassifiedBucket {
  readonly reviews: readonly NeededReview[];
  readonly figures: TallyState;
  readonly rows: Iterable<RowFileLine>;
}

export interface BucketHelper {
  /** Undefined where the thread has failed, or ended. */
  classify(bucket: number): Promise<ClassifiedBucket | undefined>;
  end(): Promise<void>;
}

interface Asking {
  readonly bucket: number;
  readonly answers: readonly GivenAnswer[];
}

/** Behind it the rows, where it has no questions. */
interface Head {
  readonly questions?: readonly Question[];
  /** `at` is null where it is not known. */
  readonly reviews?: readonly (Omit<NeededReview, 'at'> & { readonly at: number | null })[];
  readonly figures?: TallyState;
}

/** @param asker answers what the thread has to ask a service for */
export function startBucketHelper(threads: Threads, task: ClassifyTask, asker: SingleAsker): BucketHelper {
  const thread = threads.start(CLASSIFYING, task);
  return {
    classify: async (bucket) => {
      for (let answers: readonly GivenAnswer[] = []; ;) {
        const reply = await thread.ask(JSON.stringify({ bucket, answers } satisfies Asking));
        if (typeof reply !== 'object') return undefined;
        const { head, rows } = readReply<Head>(reply);
        const { questions, reviews = [], figures } = head;
        if (figures) {
          const needs = reviews.map(({ at, ...review }) => ({ ...review, at: at ?? Infinity }));
          return { reviews: needs, figures, rows };
        }
        const found: GivenAnswer[] = [];
        await spread(questions ?? [], async (question) => void found.push(await answerQuestion(question, asker)));
        answers = found;
      }
    },
    end: () => thread.end(),
  };
}

/** The thread's side. @param task a {@link ClassifyTask} */
export function classifyInThread(task: unknown, files: Files): (question: string) => Promise<Uint8Array<ArrayBuffer>> {
  const { input, auditedAt, gaps, policies, across, listed, buckets } = task as ClassifyTask;
  const reader = new PlaceReader(files);
  const allowed = policies && toAllowed(policies);
  const parts = { input, auditedAt, gaps, policies: allowed, across: openAcross(across, reader) };
  const pipelines = openIndex<SeenPipeline>(reader, listed);
  const bucketFiles = openBucketFiles(files, buckets);
  const reply = new ReplyWriter();
  const begun = new Map<number, { readonly bucket: Bucket; readonly given: GivenAnswers }>();
  return async (question) => {
    const { bucket: number, answers } = JSON.parse(question) as Asking;
    const { bucket, given } = begun.get(number) ?? {
      bucket: await readBucket(bucketFiles, number),
      given: new GivenAnswers(),
    };
    given.give(answers);
    const settled = await settleBirths(bucket, input.scope, given);
    const world = createWorld({ ...parts, listed: pipelines, asker: given });
    const reviews = await world.ask(settled);
    if (given.open.length > 0) {
      begun.set(number, { bucket, given });
      return reply.write({ questions: given.open } satisfies Head);
    }
    begun.delete(number);
    const classified = classify(settled, world);
    const tally = createTally({ scope: input.scope, policies: allowed });
    tally.add(settled, classified);
    const head = { reviews, figures: tally.state() } satisfies Head;
    return reply.write(head, toLines(classified.rows));
  };
}

/** One at a time: together they would outlive the first look of V8's cleaning. */
function* toLines(rows: readonly Row[]): Generator<ReturnType<typeof toRowFileLine>> {
  for (const row of rows) yield toRowFileLine(row);
}
