import { FileDigest, sha1Hex } from '../digest.ts';
import { PipeError } from '../errors.ts';
import type { Files, Log, SendBody } from '../platform/types.ts';
import { WHOLE_FILE_BYTES } from './manifest.ts';
import { runPool } from './pool.ts';
import { toRefusal, type Asked } from './refusals.ts';
import type { Manifest, ManifestEntry } from './types.ts';
import { toUnreadable } from './unreadable.ts';
import type { VercelApi } from './vercel-api.ts';

/** As many as the Vercel CLI sends at once. */
const UPLOADED_AT_ONCE = 50;

type Content = Exclude<ManifestEntry, { readonly kind: 'directory' }>;

export interface Uploaded {
  /** Contents, not names: the same bytes are sent once. */
  readonly files: number;
  readonly bytes: number;
}

interface UploadDeps {
  readonly api: VercelApi;
  readonly files: Files;
  readonly log: Log;
}

/**
 * Sends the contents that Vercel lacks, each once; `missing` are their SHA-1 digests.
 * @throws {PipeError} at the first that cannot be sent; what was sent stays, and is not asked for again.
 */
export async function uploadMissing(
  { api, files, log }: UploadDeps,
  manifest: Manifest,
  missing: readonly string[],
  signal: AbortSignal,
): Promise<Uploaded> {
  const contents = pick(manifest, missing);
  const uploaded = { files: contents.length, bytes: contents.reduce((sum, { size }) => sum + size, 0) };
  log.info(`Uploading ${String(uploaded.files)} files that Vercel lacks, ${formatBytes(uploaded.bytes)}`);
  await runPool(contents, UPLOADED_AT_ONCE, signal, async (content, either) => {
    const asked: Asked = { did: `take ${content.path}`, wanted: 'the file uploaded', aftermath: '' };
    const { sha1, size } = content;
    const reply = await api.upload({ sha1, size, body: await readContent(files, content) }, either);
    if (reply.status < 200 || reply.status > 299) throw toRefusal(reply, asked);
  });
  return uploaded;
}

export function addUp(a: Uploaded, b: Uploaded): Uploaded {
  return { files: a.files + b.files, bytes: a.bytes + b.bytes };
}

function pick({ entries }: Manifest, missing: readonly string[]): Content[] {
  const bySha1 = new Map<string, Content>();
  for (const entry of entries) if (entry.kind !== 'directory') bySha1.set(entry.sha1, entry);
  return missing.map((sha1) => {
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
}

/** The bytes as they were hashed: Vercel must not be given others under their name. */
async function readContent(files: Files, content: Content): Promise<SendBody> {
  if (content.kind === 'symlink') return new TextEncoder().encode(content.linkTarget);
  const { source, size, sha1 } = content;
  if (size > WHOLE_FILE_BYTES) return () => streamChecked(files, source, sha1);
  try {
    const bytes = await files.read(source, WHOLE_FILE_BYTES);
    if (bytes && sha1Hex(bytes) === sha1) return bytes;
  } catch (error) {
    throw toUnreadable(error);
  }
  throw changed(source);
}

/** Breaks off before the last bytes of a file that is not what was hashed, so that no whole body arrives. */
async function* streamChecked(files: Files, source: string, sha1: string): AsyncGenerator<Uint8Array> {
  const digest = new FileDigest();
  let held: Uint8Array | undefined;
  try {
    for await (const chunk of files.stream(source)) {
      if (held) yield held;
      digest.update(chunk);
      held = chunk;
    }
  } catch (error) {
    throw toUnreadable(error);
  }
  if (digest.finish().sha1 !== sha1) throw changed(source);
  if (held) yield held;
}

function changed(source: string): PipeError {
  return new PipeError({
    code: 'OUTPUT_INVALID',
    message: 'A file of the build output changed while it was deployed.',
    got: `other bytes at ${source} than were hashed for the manifest`,
    wanted: 'a build output that nothing changes while it is deployed',
    fix: 'Let the pipe be the only line of its step, then run the step again.',
  });
}

function formatBytes(bytes: number): string {
  return bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
