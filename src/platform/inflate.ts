/** Undoes zlib, which is loaded only where something is undone; undefined for all that goes wrong. */
export function inflate(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array | undefined> {
  const zlib = process.getBuiltinModule('node:zlib');
  return new Promise((resolve) => {
    zlib.inflate(bytes, { maxOutputLength: maxBytes }, (error, whole) => resolve(error ? undefined : whole));
  });
}
