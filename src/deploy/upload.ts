import { PipeError } from '../errors.ts';
import { WHOLE_FILE_BYTES } from './manifest.ts';
import { runPool } from './pool.ts';
import { createBuffers } from './buffers.ts';
import { createProgress, formatBytes, formatCount } from './progress.ts';
import type { ManifestEntry } from './types.ts';
import type { Content } from './upload-content.ts';
import { createPace, MOST_AT_ONCE } from './upload-pace.ts';
import { sendContent, type SendDeps } from './upload-send.ts';

export interface Uploaded {
  /** Contents, not names: the same bytes are sent once. */
  readonly files: number;
  readonly bytes: number;
}

export interface UploadOptions {
  /** Milliseconds since 1970: no wait goes beyond it. Default: no end but the signal. */
  readonly deadlineAt?: number;
  /** What is sent, for the log. Default `files`. */
  readonly noun?: 'files' | 'parts';
}

/**
 * Sends the contents that Vercel lacks, each once; `missing` are their SHA-1 digests.
 * @param entries what the deployment was created from: a manifest's, or the parts of an archive
 * @throws {PipeError} at the first that cannot be sent; what was sent stays, and is not asked for again.
 */
export async function uploadMissing(
  deps: SendDeps,
  { entries }: { readonly entries: readonly ManifestEntry[] },
  missing: readonly string[],
  signal: AbortSignal,
  { deadlineAt, noun = 'files' }: UploadOptions = {},
): Promise<Uploaded> {
  const contents = pick(entries, missing);
  const total = { files: contents.length, bytes: contents.reduce((sum, { size }) => sum + size, 0) };
  deps.log.info(`Uploading ${formatCount(total.files)} ${noun} that Vercel lacks, ${formatBytes(total.bytes)}`);
  const { clock, log } = deps;
  const progress = createProgress({ clock, log }, total, noun);
  const shared = { pace: createPace(clock), buffers: createBuffers(), progress };
  const sending = { ...deps, ...shared, total, noun, deadlineAt };
  await runPool(contents, MOST_AT_ONCE, signal, (content, either) => sendContent(sending, content, either));
  return total;
}

export function addUp(a: Uploaded, b: Uploaded): Uploaded {
  return { files: a.files + b.files, bytes: a.bytes + b.bytes };
}

/** Large files first: at the end one of them would be on its way alone. */
function pick(entries: readonly ManifestEntry[], missing: readonly string[]): Content[] {
  const bySha1 = new Map<string, Content>();
  for (const entry of entries) if (entry.kind !== 'directory') bySha1.set(entry.sha1, entry);
  const contents = [...new Set(missing)].map((sha1) => {
    const content = bySha1.get(sha1);
    if (content) return content;
    throw new PipeError({
      code: 'SERVICE_FAILED',
      message: 'Vercel asks for a file that is not in this deployment.',
      got: `SHA-1 ${JSON.stringify(sha1.slice(0, 60))}`,
      wanted: 'one of the files that were named',
      fix: 'Check VERCEL_API_URL; then see vercel-status.com.',
    });
  });
  const isLarge = ({ size }: Content): boolean => size > WHOLE_FILE_BYTES;
  return [...contents.filter(isLarge), ...contents.filter((content) => !isLarge(content))];
}
