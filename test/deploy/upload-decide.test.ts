import { describe, expect, it } from '@jest/globals';
import { decideUpload, type UploadChoice } from '../../src/deploy/upload-decide.ts';

interface Case {
  readonly mode?: UploadChoice['mode'];
  readonly missing: number;
  readonly entries: number;
  readonly archive: boolean;
  readonly why: string;
}

describe('decideUpload', () => {
  it.each<Case>([
    { mode: 'files', missing: 14_000, entries: 14_000, archive: false, why: 'as UPLOAD: files asks' },
    { mode: 'archive', missing: 1, entries: 1, archive: true, why: 'as UPLOAD: archive asks' },
    { missing: 0, entries: 15_000, archive: false, why: '0 files are missing, few enough to send one by one' },
    { missing: 2500, entries: 2500, archive: false, why: '2,500 files are missing, few enough to send one by one' },
    { missing: 2501, entries: 2501, archive: true, why: '2,501 of 2,501 files are missing: one archive is quicker' },
    { missing: 2501, entries: 12_505, archive: true, why: '2,501 of 12,505 files are missing: one archive is quicker' },
    { missing: 2501, entries: 12_506, archive: false, why: 'only 2,501 of 12,506 files are missing' },
    {
      missing: 4001,
      entries: 15_000,
      archive: true,
      why: '4,001 files are missing, and a plan may take no more than 5,000 uploads a day',
    },
    {
      missing: 0,
      entries: 15_001,
      archive: true,
      why: '15,001 entries, and one deployment takes at most 15,000 by name',
    },
  ])('$missing of $entries with UPLOAD $mode: $archive', ({ mode = 'auto', missing, entries, archive, why }) => {
    expect(decideUpload({ mode, missing: { files: missing, bytes: missing * 8192 }, entries })).toEqual({
      archive,
      why,
    });
  });
});
