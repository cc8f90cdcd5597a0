import { PipeError } from '../errors.ts';

/** A body as text, refused past `maxBytes`: nobody makes us hold more than we asked for. */
export async function readText(body: AsyncIterable<Uint8Array>, maxBytes: number, service: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes, service);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** The beginning of a body as text; the rest is left unread. */
export async function readStart(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  let left = maxBytes;
  for await (const chunk of body) {
    chunks.push(chunk.subarray(0, left));
    left -= chunk.byteLength;
    if (left <= 0) break;
  }
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/** A whole body as bytes, bounded in the same way. */
export async function readBytes(
  body: AsyncIterable<Uint8Array>,
  maxBytes: number,
  service: string,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes, service);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function tooLarge(maxBytes: number, service: string): PipeError {
  return new PipeError({
    code: 'SERVICE_FAILED',
    message: `${service} sent a reply that is too large.`,
    got: `more than ${String(maxBytes)} bytes`,
    wanted: `at most ${String(maxBytes)} bytes`,
  });
}

/** The lines of a streamed body; one over `maxLineChars` is dropped whole, so that memory stays flat. */
export async function* readLines(body: AsyncIterable<Uint8Array>, maxLineChars: number): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  let isCut = false;
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      // The end of one whose beginning is gone says something else than the whole.
      if (!isCut && line.length <= maxLineChars && line.trim() !== '') yield line;
      isCut = false;
    }
    if (rest.length <= maxLineChars) continue;
    rest = '';
    isCut = true;
  }
  if (!isCut && rest.trim() !== '') yield rest;
}

/** The value of a JSON text; undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
