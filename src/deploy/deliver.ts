import { PipeError } from '../errors.ts';
import type { Clock, Files, Log, Random } from '../platform/types.ts';
import type { Archive } from './archive.ts';
import { createOnce } from './create.ts';
import type { Sought } from './lookup.ts';
import type { Amount } from './progress.ts';
import type { Report } from './report.ts';
import type { Manifest, ManifestEntry, Upload } from './types.ts';
import { decideUpload } from './upload-decide.ts';
import { addUp, uploadMissing, type Uploaded } from './upload.ts';
import type { CreateBody, CreateQuery, FileItem, VercelApi } from './vercel-api.ts';

/** Asked for files, for parts, and made: more rounds are for what Vercel lost between. */
const MAX_ROUNDS = 5;
const NOTHING: Uploaded = { files: 0, bytes: 0 };

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
 * Creates the deployment: asks, sends exactly what Vercel says it lacks, file by file or as an archive, asks again.
 * @throws {PipeError} in the words of what Vercel refused.
 */
export async function deliver(order: Order, deps: DeliverDeps, signal: AbortSignal): Promise<Delivery> {
  const { manifest } = order;
  const pack = async (): Promise<Archive> => {
    // Loaded here: most deployments send no archive, and none should wait for what packs one.
    const { buildArchive } = await import('./archive.ts');
    return buildArchive(deps, manifest, order.tempDirs, signal);
  };
  let archive = wantsArchive(order, deps, NOTHING) ? await pack() : undefined;
  let sent = NOTHING;
  try {
    for (let round = 1; round <= MAX_ROUNDS; round += 1) {
      const entries = archive?.parts ?? manifest.entries;
      const body = { ...order.body, files: entries.map(toItem) };
      const answer = await createOnce(deps, body, order.query, order.sought, signal);
      if ('report' in answer) return { report: answer.report, upload: describeUpload(archive, sent) };
      if (!archive && sent === NOTHING && wantsArchive(order, deps, measure(entries, answer.missing))) {
        archive = await pack();
        continue;
      }
      const options = { deadlineAt: order.deadlineAt, noun: archive ? 'parts' : 'files' } as const;
      sent = addUp(sent, await uploadMissing(deps, { entries }, answer.missing, signal, options));
    }
    throw stillMissing();
  } finally {
    await archive?.remove();
  }
}

/** Before anything is asked, only a choice of the user's and the bound on names can ask for an archive. */
function wantsArchive({ upload: mode, manifest }: Order, { log }: DeliverDeps, missing: Amount): boolean {
  const { archive, why } = decideUpload({ mode, missing, entries: manifest.entries.length });
  if (archive) log.info(`Sending one archive: ${why}`);
  return archive;
}

function measure(entries: readonly ManifestEntry[], missing: readonly string[]): Amount {
  const sizes = new Map(entries.flatMap((entry) => (entry.kind === 'directory' ? [] : [[entry.sha1, entry.size]])));
  return { files: missing.length, bytes: missing.reduce((sum, sha1) => sum + (sizes.get(sha1) ?? 0), 0) };
}

function describeUpload(archive: Archive | undefined, sent: Uploaded): Upload {
  const parts = archive?.parts.map(({ path, size, sha1, sha256 }) => ({ path, size, sha1, sha256 })) ?? [];
  return { form: archive ? 'archive' : sent.files === 0 ? 'none' : 'files', ...sent, parts };
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
