import { PipeError } from '../../errors.ts';
import type { Files } from '../../platform/types.ts';

/**
 * A statement that an audit relies on and that is not what it claims is a failure of trust, whatever is wrong with it:
 * nothing may be excused or carried by it.
 */
export function asTrustFailure(error: unknown, what: string): unknown {
  if (!(error instanceof PipeError)) return error;
  const { code, message, got, wanted, fix, faults } = error;
  return new PipeError({
    code: code === 'RECORD_INVALID' ? 'SIGNATURE_INVALID' : code,
    message: `${what} does not hold. ${message}`,
    faults,
    ...(got === undefined ? {} : { got }),
    ...(wanted === undefined ? {} : { wanted }),
    ...(fix === undefined ? {} : { fix: code === 'TRUST_MATERIAL_MISSING' ? forAudit(fix) : fix }),
  });
}

/** The keys of records sign no statement of an audit: it has options of its own. */
function forAudit(fix: string): string {
  return fix.replace('(--key) or a list of keys (--keys)', '(--audit-key), or the key that signed it as SIGNING_KEY');
}

/**
 * A file that was named.
 * @param into see {@link Files.read}
 * @throws {PipeError} `USAGE` where nothing is, or it cannot be read; `FILE_TOO_LARGE`.
 */
export async function readNamedFile(
  files: Files,
  path: string,
  maxBytes: number,
  into?: Uint8Array,
): Promise<Uint8Array> {
  let got = `nothing at ${path}`;
  try {
    const bytes = await files.read(path, maxBytes, into);
    if (bytes) return bytes;
  } catch (error) {
    const { code } = error as { readonly code?: unknown };
    if (error instanceof PipeError || typeof code !== 'string') throw error;
    got = `${code} for ${path}`;
  }
  throw new PipeError({ code: 'USAGE', message: 'A file is missing.', got, wanted: 'a file to read' });
}

export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
