import { formatCount, type Amount } from './progress.ts';

/** Vercel's bound on `files[]` of one deployment: beyond it only an archive can be created. */
const MAX_ENTRIES = 15_000;
/** Hobby takes 5,000 uploads a day, then none for 24 hours; nearer to that than this nothing is sent file by file. */
const NEAR_DAILY_LIMIT = 4000;
/** Half of Hobby's day, a sixteenth of Pro's 40,000; and at 100 ms for each the files take 2 s, as long as packing. */
const MANY_FILES = 2500;
/** An archive holds what Vercel has already, too: where only a small part is missing, the files alone are less. */
const LARGE_SHARE = 0.2;

export interface UploadChoice {
  readonly mode: 'auto' | 'files' | 'archive';
  /** What Vercel said that it lacks; nothing where it was not asked, because of too many entries. */
  readonly missing: Amount;
  /** Of the whole deployment, folders included. */
  readonly entries: number;
}

export interface UploadDecision {
  readonly archive: boolean;
  /** For the log. */
  readonly why: string;
}

/** Whether all files go as one archive, or those that are missing one by one. */
export function decideUpload({ mode, missing, entries }: UploadChoice): UploadDecision {
  if (mode !== 'auto') return { archive: mode === 'archive', why: `as UPLOAD: ${mode} asks` };
  const count = formatCount(missing.files);
  if (entries > MAX_ENTRIES) {
    const why = `${formatCount(entries)} entries, and one deployment takes at most ${formatCount(MAX_ENTRIES)} by name`;
    return { archive: true, why };
  }
  if (missing.files > NEAR_DAILY_LIMIT) {
    return { archive: true, why: `${count} files are missing, and a plan may take no more than 5,000 uploads a day` };
  }
  if (missing.files > MANY_FILES && missing.files >= entries * LARGE_SHARE) {
    return { archive: true, why: `${count} of ${formatCount(entries)} files are missing: one archive is quicker` };
  }
  if (missing.files > MANY_FILES) {
    return { archive: false, why: `only ${count} of ${formatCount(entries)} files are missing` };
  }
  return { archive: false, why: `${count} files are missing, few enough to send one by one` };
}
