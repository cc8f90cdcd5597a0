import { describe, expect, it } from '@jest/globals';
import { createBuildLines } from '../../src/deploy/follow-lines.ts';
import { Secret } from '../../src/secret.ts';
import { memoryLog } from '../support/test-platform.ts';

const PAGE = 'https://vercel.com/acme/web/1';

/** The lines that a reader sees of these items. */
function shown(items: readonly Record<string, unknown>[], failed?: boolean): string[] {
  const log = memoryLog();
  const lines = createBuildLines(log, PAGE);
  for (const item of items) lines.show(item);
  if (failed !== undefined) lines.end(failed);
  return log.lines.map(({ message }) => message);
}

const many = (count: number): Record<string, unknown>[] =>
  Array.from({ length: count }, (_, index) => ({ type: 'stdout', text: `line ${String(index + 1)}` }));

describe('a line of the build log', () => {
  it.each([
    { name: 'a command', item: { type: 'command', text: 'npm ci' }, lines: ['  │ npm ci'] },
    { name: 'a text in the payload', item: { type: 'stderr', payload: { text: 'oh' } }, lines: ['  │ oh'] },
    { name: 'several lines', item: { type: 'stdout', text: 'a\n\n  b \r\nc' }, lines: ['  │ a', '  │   b', '  │ c'] },
    { name: 'colours', item: { type: 'stdout', text: '\u001b[1;31mred\u001b[0m\u001b[2K' }, lines: ['  │ red'] },
    {
      name: 'a link and a title',
      item: { type: 'stdout', text: '\u001b]8;;https://x\u0007text\u001b]8;;\u0007\u001b]0;title\u001b\\!' },
      lines: ['  │ text!'],
    },
    { name: 'control characters', item: { type: 'stdout', text: 'a\u0008\u0085b\u2028c' }, lines: ['  │ a b c'] },
    { name: 'a progress bar', item: { type: 'stdout', text: '10%\r50%\r100%\r' }, lines: ['  │ 100%'] },
    { name: 'a very long one', item: { type: 'stdout', text: 'x'.repeat(5000) }, lines: [`  │ ${'x'.repeat(1000)}`] },
    { name: 'a state', item: { type: 'deployment-state', text: 'READY' }, lines: [] },
    { name: 'no text', item: { type: 'stdout' }, lines: [] },
  ])('is shown: $name', ({ item, lines }) => {
    expect(shown([item])).toEqual(lines);
  });

  it('gives no half of a secret away where it is cut', () => {
    const secret = new Secret('s3cr3t-value-that-stands-at-the-edge');
    const [line] = shown([{ type: 'stdout', text: `${'x'.repeat(990)}${secret.reveal()}` }]);
    expect(line).toBe(`  │ ${'x'.repeat(990)}[redacted]`);
  });

  it('gives no secret away that colours run through', () => {
    const secret = new Secret('another-s3cr3t-value');
    const [start, end] = [secret.reveal().slice(0, 9), secret.reveal().slice(9)];
    expect(shown([{ type: 'stdout', text: `${start}\u001b[31m${end}` }])).toEqual(['  │ [redacted]']);
  });
});

describe('too many lines', () => {
  it('end with where the rest is', () => {
    const lines = shown(many(2100));
    expect(lines).toHaveLength(2001);
    expect(lines.slice(-2)).toEqual(['  │ line 2000', `  │ … more than 2000 lines: the rest is at ${PAGE}`]);
  });

  it('show the last ones where the deployment failed', () => {
    const lines = shown(many(2100), true);
    expect(lines).toHaveLength(2001 + 1 + 50);
    expect(lines[2001]).toBe('  │ … the last 50 of 100 lines that were left out:');
    expect(lines.slice(-50)).toEqual(
      many(2100)
        .slice(-50)
        .map(({ text }) => `  │ ${String(text)}`),
    );
  });

  it('show no more where it is live, or where nothing was left out', () => {
    expect(shown(many(2100), false)).toHaveLength(2001);
    expect(shown(many(2000), true)).toHaveLength(2000);
  });
});
