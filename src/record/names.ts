import type { Phase } from './types.ts';

/** A whole file name must stay below 255 bytes, with its ending and the two other parts. */
const MAX_PART_LENGTH = 64;

export interface RecordName {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly project: string;
  readonly target: string;
  readonly recordId: string;
}

/** `<utc>-<project>-<target>-<recordId>`, of letters, digits, `.`, `_` and `-` only: a name in its folder, never a path. */
export function recordBaseName({ at, project, target, recordId }: RecordName): string {
  const utc = new Date(at).toISOString().replace(/\.\d{3}|[-:]/g, '');
  return [utc, ...[project, target, recordId].map(toSafePart)].join('-');
}

export function recordFileName(base: string, phase: Phase): string {
  return `${base}.${phase}.sigstore.json`;
}

export function manifestFileName(base: string): string {
  return `${base}.manifest.json`;
}

function toSafePart(text: string): string {
  const safe = text.replace(/[^A-Za-z0-9._-]+|\.{2,}/g, '-').slice(0, MAX_PART_LENGTH);
  return safe === '' ? 'none' : safe;
}
