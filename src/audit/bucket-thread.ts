import type { Files, Threads } from '../platform/types.ts';
import { openAcross, type AcrossData } from './across-lookup.ts';
import { openBucketFiles, readBucket, type BucketFilesData } from './bucket-files.ts';
import type { AuditClass } from './classes.ts';
import { answerQuestion, GivenAnswers, type GivenAnswer, type Question } from './given-answers.ts';
import { toRowFileLine, type RowFileLine } from './outputs/index.ts';
import { classify, createTally, type Bucket, type NeededReview, type TallyState } from './reconcile/index.ts';
import type { AllowedPolicy } from './records/index.ts';
import { settleBirths } from './settle-births.ts';
import { openIndex, PlaceReader, type IndexData } from './spool/index.ts';
import { spread } from './spread.ts';
import type { SeenPipeline } from './types.ts';
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

/** First a line of its own; then, where it has no questions, a line for each row. */
interface Head {
  readonly questions?: readonly Question[];
  /** `at` is null where it is not known. */
  readonly reviews?: readonly (Omit<NeededReview, 'at'> & { readonly at: number | null })[];
  readonly figures?: TallyState;
}

/** @param asker answers what the thread has to ask a service for */
export function startBucketHelper(
  threads: Threads,
  task: ClassifyTask,
  asker: Parameters<typeof answerQuestion>[1],
): BucketHelper {
  const thread = threads.start(CLASSIFYING, task);
  return {
    classify: async (bucket) => {
      for (let answers: readonly GivenAnswer[] = []; ;) {
        const reply = await thread.ask(JSON.stringify({ bucket, answers } satisfies Asking));
        if (reply === undefined) return undefined;
        const { questions, reviews = [], figures } = JSON.parse(reply.slice(0, reply.indexOf('\n'))) as Head;
        if (figures) {
          const needs = reviews.map(({ at, ...review }) => ({ ...review, at: at ?? Infinity }));
          return { reviews: needs, figures, rows: readRows(reply) };
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
export function classifyInThread(task: unknown, files: Files): (question: string) => Promise<string> {
  const { input, auditedAt, gaps, policies, across, listed, buckets } = task as ClassifyTask;
  const reader = new PlaceReader(files);
  const allowed = policies && toAllowed(policies);
  const parts = { input, auditedAt, gaps, policies: allowed, across: openAcross(across, reader) };
  const pipelines = openIndex<SeenPipeline>(reader, listed);
  const bucketFiles = openBucketFiles(files, buckets);
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
      return writeHead({ questions: given.open });
    }
    begun.delete(number);
    const classified = classify(settled, world);
    const tally = createTally({ scope: input.scope, policies: allowed });
    tally.add(settled, classified);
    const rows = classified.rows.map((row) => writeLine(toRowFileLine(row)));
    return writeHead({ reviews, figures: tally.state() }) + rows.join('');
  };
}

function writeHead(head: Head): string {
  return `${JSON.stringify(head)}\n`;
}

/** Neither the class nor the key has a tab in it. */
function writeLine({ class: name, key, text }: RowFileLine): string {
  return `${name}\t${key}\t${text}\n`;
}

function* readRows(reply: string): Generator<RowFileLine> {
  for (let start = reply.indexOf('\n') + 1; start < reply.length;) {
    const [end, name] = [reply.indexOf('\n', start), reply.indexOf('\t', start)];
    const key = reply.indexOf('\t', name + 1);
    yield {
      class: reply.slice(start, name) as AuditClass,
      key: reply.slice(name + 1, key),
      text: reply.slice(key + 1, end),
    };
    start = end + 1;
  }
}
