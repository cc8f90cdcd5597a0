import { readDocument, type Document } from '../../../src/documents/index.ts';
import { PipeError } from '../../../src/errors.ts';

export function invalid(faults: readonly string[]): PipeError {
  return new PipeError({ code: 'USAGE', message: 'The test file has faults.', faults });
}

export function read(text: string): Document {
  return readDocument(new TextEncoder().encode(text), 'test file', invalid);
}

/** The faults for which the text is refused; none where it is read. */
export function faultsOf(text: string): readonly string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof PipeError) return error.faults;
    throw error;
  }
  return [];
}
