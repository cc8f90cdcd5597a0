/** As every bundle has them that the pipe has written: compact JSON, in which nothing needs an escape. */
const PAYLOAD = Buffer.from('"payload":"');
const HINT = Buffer.from('"hint":"');
const TIMESTAMPS = Buffer.from('"timestampVerificationData"');
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** What is needed of a bundle. */
export interface ProvedParts {
  /** Base64. */
  readonly payload: string;
  readonly keyId: string;
  /** Whether it has a timestamp. */
  readonly stamped: boolean;
}

/**
 * Finds in the bytes of a bundle that {@link readBundle} has taken what would be found in it parsed: it has no other members
 * than it must, each once, and a quote inside of a text has a backslash before it. So where there is none, what stands
 * between quotes is a whole name or a whole text. Undefined where the bundle is written in another way: then it is to be
 * parsed. Of other bytes this may be anything.
 */
export function findParts(bytes: Uint8Array): ProvedParts | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (buffer.includes(BACKSLASH)) return undefined;
  const [keyId, payload] = [findText(buffer, HINT), findText(buffer, PAYLOAD)];
  if (keyId === undefined || payload === undefined) return undefined;
  return { payload, keyId, stamped: buffer.includes(TIMESTAMPS) };
}

/** The payload alone, in base64, of whatever bytes these are: to be believed by its digest. */
export function findPayload(bytes: Uint8Array): string | undefined {
  return findText(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), PAYLOAD);
}

function findText(buffer: Buffer, before: Buffer): string | undefined {
  const at = buffer.indexOf(before);
  if (at === -1) return undefined;
  const start = at + before.length;
  const end = buffer.indexOf(QUOTE, start);
  return end === -1 ? undefined : buffer.toString('latin1', start, end);
}
