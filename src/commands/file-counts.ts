import { formatBytes } from '../deploy/index.ts';
import type { Manifest, Upload } from '../deploy/types.ts';

/** Of contents, which Vercel keeps once, whatever their names. */
export interface FileCounts {
  /** Names. */
  readonly files: number;
  /** In which form Vercel was given them. With `sent`, absent where a failure came before that was known. */
  readonly upload?: Upload['form'];
  /** Of an archive, its parts. */
  readonly sent?: number;
  /** Contents that Vercel had. Absent for an archive: all contents are in it, whatever Vercel had. */
  readonly reused?: number;
}

export function countFiles({ entries }: Manifest, upload: Upload | undefined): FileCounts {
  const contents = entries.flatMap((entry) => (entry.kind === 'directory' ? [] : [entry.sha1]));
  const files = contents.length;
  if (!upload) return { files };
  const { form, files: sent } = upload;
  if (form === 'archive') return { files, upload: form, sent };
  return { files, upload: form, sent, reused: Math.max(0, new Set(contents).size - sent) };
}

/** One line: how many, how many were sent, and how many Vercel had. */
export function describeFiles(manifest: Manifest, upload: Upload | undefined): string {
  const { files, sent = 0, reused = 0 } = countFiles(manifest, upload);
  const all = `${String(files)} (${formatBytes(manifest.totalBytes)})`;
  if (!upload) return all;
  if (upload.form === 'archive') return `${all}: all in one archive, ${describeParts(upload)}`;
  if (sent === 0) return `${all}: none sent, Vercel had them`;
  const copies = files - sent - reused;
  // What Vercel lost and was sent again counts twice.
  const same = copies <= 0 ? '' : `, ${String(copies)} with the content of another`;
  return `${all}: ${String(sent)} sent (${formatBytes(upload.bytes)}), ${String(reused)} reused${same}`;
}

function describeParts({ files, bytes }: Upload): string {
  if (files === 0) return 'which Vercel had';
  return `sent in ${files === 1 ? '1 part' : `${String(files)} parts`} (${formatBytes(bytes)})`;
}
