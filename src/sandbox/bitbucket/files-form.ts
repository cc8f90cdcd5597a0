/** The one file of a multipart form (RFC 7578), in the field `files`; or what is wrong with the form. */
export function readFilesForm(
  type: string,
  body: Buffer,
): { readonly name: string; readonly bytes: Uint8Array } | string {
  const boundary = /^multipart\/form-data; ?boundary="?([\w'()+,./:=? -]{1,70})"?$/.exec(type)?.[1];
  if (boundary === undefined) return `Content-Type must be multipart/form-data with a boundary, got ${type}`;
  const open = `--${boundary}\r\n`;
  const close = `\r\n--${boundary}--\r\n`;
  if (body.indexOf(open) !== 0) return 'The body does not begin with its boundary';
  if (
    body.indexOf(`\r\n--${boundary}`) !== body.byteLength - close.length ||
    !body.subarray(-close.length).equals(Buffer.from(close))
  ) {
    return 'Wanted one part, up to the closing boundary';
  }
  const headEnd = body.indexOf('\r\n\r\n');
  const head = body.subarray(open.length, headEnd).toString('latin1').split('\r\n');
  const disposition = head.find((line) => /^content-disposition:/i.test(line)) ?? '';
  const [, field, name = ''] = /: form-data; name="([^"]*)"; filename="([^"\\]+)"$/i.exec(disposition) ?? [];
  if (field !== 'files') return 'No field files';
  return { name, bytes: body.subarray(headEnd + 4, body.byteLength - close.length) };
}
