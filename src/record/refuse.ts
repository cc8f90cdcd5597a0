import { PipeError } from '../errors.ts';
import { showUpTo } from '../text.ts';

const MAX_QUOTED = 120;

/** A record that is malformed, or does not agree with itself or with the files beside it. */
export function refuseRecord(message: string, got: string, wanted: string, fix?: string): PipeError {
  return new PipeError({ code: 'RECORD_INVALID', message, got, wanted, ...(fix === undefined ? {} : { fix }) });
}

/** The same for several faults at once. */
export function refuseFaults(message: string, faults: readonly string[]): PipeError {
  return new PipeError({ code: 'RECORD_INVALID', message, faults });
}

/** A signature that does not prove what the record says. */
export function refuseSignature(message: string, got: string, wanted: string, fix?: string): PipeError {
  return new PipeError({ code: 'SIGNATURE_INVALID', message, got, wanted, ...(fix === undefined ? {} : { fix }) });
}

/** Without it the record is neither good nor bad. */
export function missTrust(message: string, got: string, wanted: string, fix: string): PipeError {
  return new PipeError({ code: 'TRUST_MATERIAL_MISSING', message, got, wanted, fix });
}

/** A value from a record for people to read: one line, ASCII, bounded, so that it cannot forge lines of a log. */
export function quote(value: unknown): string {
  return showUpTo(MAX_QUOTED, value);
}
