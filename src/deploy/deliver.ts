import { PipeError } from '../errors.ts';
import type { Clock, Files, Log, Random } from '../platform/types.ts';
import { createOnce } from './create.ts';
import type { Sought } from './lookup.ts';
import type { Report } from './report.ts';
import type { Manifest, ManifestEntry, Upload } from './types.ts';
import { addUp, uploadMissing, type Uploaded } from './upload.ts';
import type { CreateBody, CreateQuery, FileItem, VercelApi } from './vercel-api.ts';

/** The first create tells what is missing, the second makes it; more are for what Vercel lost between. */
const MAX_ROUNDS = 4;

/** One deployment to be created, whatever way its files go. */
export interface Order {
  readonly body: Omit<CreateBody, 'files'>;
  readonly query: CreateQuery;
  /** How it is found again where the answer to its create is lost. */
  readonly sought: Sought;
  readonly manifest: Manifest;
  readonly upload: 'auto' | 'files' | 'archive';
  readonly tempDirs: readonly string[];
  readonly deadlineAt: number;
}

export interface DeliverDeps {
  readonly api: VercelApi;
  readonly files: Files;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
}

export interface Delivery {
  readonly report: Report;
  readonly upload: Upload;
}

/**
 * Creates the deployment: asks, uploads exactly what Vercel says it lacks, asks again.
 * @throws {PipeError} in the words of what Vercel refused.
 */
export async function deliver(order: Order, deps: DeliverDeps, signal: AbortSignal): Promise<Delivery> {
  const { manifest, query, sought } = order;
  const body: CreateBody = { ...order.body, files: manifest.entries.map(toItem) };
  let uploaded: Uploaded = { files: 0, bytes: 0 };
  for (let round = 1; round <= MAX_ROUNDS; round += 1) {
    const answer = await createOnce(deps, body, query, sought, signal);
    if ('report' in answer) {
      return {
        report: answer.report,
        upload: { form: uploaded.files === 0 ? 'none' : 'files', ...uploaded, parts: [] },
      };
    }
    uploaded = addUp(uploaded, await uploadMissing(deps, manifest, answer.missing, signal));
  }
  throw stillMissing();
}

function toItem(entry: ManifestEntry): FileItem {
  const { path: file, mode } = entry;
  return entry.kind === 'directory' ? { file, mode } : { file, mode, sha: entry.sha1, size: entry.size };
}

function stillMissing(): PipeError {
  return new PipeError({
    code: 'SERVICE_FAILED',
    message: 'Vercel keeps asking for files that were uploaded.',
    got: `files missing at attempt ${String(MAX_ROUNDS)}`,
    wanted: 'every file there',
    fix: 'See vercel-status.com, then run the step again. Nothing was deployed.',
  });
}
