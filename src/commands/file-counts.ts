import { formatBytes } from '../deploy/index.ts';
import type { Manifest, Upload } from '../deploy/types.ts';

/** Of contents, which Vercel keeps once, whatever their names. */
export interface FileCounts {
  /** Names. */
  readonly files: number;
  readonly sent: number;
  /** Contents that Vercel had. */
  readonly reused: number;
}

export function countFiles({ entries }: Manifest, upload: Upload | undefined): FileCounts {
  const contents = entries.flatMap((entry) => (entry.kind === 'directory' ? [] : [entry.sha1]));
  const sent = upload?.files ?? 0;
  return { files: contents.length, sent, reused: Math.max(0, new Set(contents).size - sent) };
}

/** One line: how many, how many were sent, and how many Vercel had. */
export function describeFiles({ files, sent, reused }: FileCounts, { totalBytes }: Manifest, upload?: Upload): string {
  const all = `${String(files)} (${formatBytes(totalBytes)})`;
  if (sent === 0) return `${all}: none sent, Vercel had them`;
  const form = upload?.form === 'archive' ? ' as an archive' : '';
  const copies = files - sent - reused;
  const same = copies === 0 ? '' : `, ${String(copies)} with the content of another`;
  return `${all}: ${String(sent)} sent${form} (${formatBytes(upload?.bytes ?? 0)}), ${String(reused)} reused${same}`;
}
