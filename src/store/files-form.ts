import { sha256Hex } from '../digest.ts';

/** One file in the field `files` of a multipart form (RFC 7578); the name is of letters that need no quoting. */
export function writeFilesForm(name: string, bytes: Uint8Array): { readonly type: string; readonly bytes: Uint8Array } {
  // No bytes hold their own digest, so nothing in them can end the part.
  const boundary = `record-${sha256Hex(bytes).slice(0, 48)}`;
  const head = [
    `--${boundary}`,
    `Content-Disposition: form-data; name="files"; filename="${name}"`,
    'Content-Type: application/json',
    '',
    '',
  ];
  const parts = [Buffer.from(head.join('\r\n')), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)];
  return { type: `multipart/form-data; boundary=${boundary}`, bytes: new Uint8Array(Buffer.concat(parts)) };
}
