import { describe, expect, it } from '@jest/globals';
import { createProgress, formatBytes, formatCount, type Amount, type Progress } from '../../src/deploy/progress.ts';

const MIB = 1024 * 1024;

interface Bench {
  readonly progress: Progress;
  readonly lines: string[];
  readonly wait: (seconds: number) => void;
}

function bench(total: Amount): Bench {
  let now = 1_000_000;
  const lines: string[] = [];
  const log = { info: (line: string): void => void lines.push(line) };
  const progress = createProgress({ clock: { now: () => now }, log }, total, 'files');
  return { progress, lines, wait: (seconds) => void (now += seconds * 1000) };
}

describe('createProgress', () => {
  it('tells nothing of what ends sooner', () => {
    const { progress, lines, wait } = bench({ files: 2, bytes: 10 });
    progress.moved(5);
    progress.finished();
    wait(60);
    progress.moved(5);
    lines.length = 0;
    progress.finished();
    expect(lines).toEqual([]);
    expect(progress.sent()).toEqual({ files: 2, bytes: 10 });
  });

  it('tells count, bytes, pace and rest, at most every five seconds', () => {
    const { progress, lines, wait } = bench({ files: 10_004, bytes: 80 * MIB });
    for (let step = 0; step < 40; step += 1) {
      wait(0.25);
      progress.moved(MIB);
      for (let file = 0; file < 125; file += 1) progress.finished();
    }
    // The second is a whole step later: what is told is told when something arrives.
    expect(lines).toEqual([
      'Uploading: 2,375 of 10,004 files, 20.0 of 80.0 MiB, 4.0 MiB/s, about 16 s left',
      'Uploading: 4,875 of 10,004 files, 40.0 of 80.0 MiB, 4.0 MiB/s, about 10 s left',
    ]);
    expect(lines.join('')).not.toMatch(/[\r\u001b]/);
  });

  it('counts what is left by the slower of files and bytes, at the pace since the line before', () => {
    const { progress, lines, wait } = bench({ files: 1000, bytes: 10 * MIB });
    wait(10);
    progress.moved(9 * MIB);
    wait(10);
    progress.moved(MIB / 2);
    progress.finished();
    expect(lines).toEqual([
      'Uploading: 0 of 1,000 files, 9.0 of 10.0 MiB, 921.6 KiB/s, about 1 s left',
      'Uploading: 0 of 1,000 files, 9.5 of 10.0 MiB, 51.2 KiB/s, about 10 s left',
    ]);
  });

  it('tells of a single large file while it is on its way, and counts back what has to go again', () => {
    const { progress, lines, wait } = bench({ files: 1, bytes: 2048 * MIB });
    wait(5);
    progress.moved(100 * MIB);
    progress.moved(-100 * MIB);
    wait(5);
    progress.moved(50 * MIB);
    expect(lines).toEqual([
      'Uploading: 0 of 1 files, 100.0 of 2048.0 MiB, 20.0 MiB/s, about 97 s left',
      'Uploading: 0 of 1 files, 50.0 of 2048.0 MiB, 0.0 KiB/s',
    ]);
  });

  it.each([
    { count: 7, text: '7' },
    { count: 999, text: '999' },
    { count: 1000, text: '1,000' },
    { count: 1_234_567, text: '1,234,567' },
  ])('writes $count as $text', ({ count, text }) => {
    expect(formatCount(count)).toBe(text);
  });

  it.each([
    { bytes: 0, text: '0.0 KiB' },
    { bytes: 1536, text: '1.5 KiB' },
    { bytes: MIB, text: '1.0 MiB' },
    { bytes: 5000 * MIB, text: '5000.0 MiB' },
  ])('writes $bytes as $text', ({ bytes, text }) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});
