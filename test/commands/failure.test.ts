import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { tellFailure } from '../../src/commands/failure.ts';
import { helpOf } from '../../src/commands/help.ts';
import { toInternalError } from '../../src/commands/run.ts';
import { EXIT_STATUS, type ErrorCode, PipeError, type ErrorParts } from '../../src/errors.ts';
import { slug } from '../support/page-text.ts';
import { memoryLog, type MemoryLog } from '../support/test-platform.ts';

const ROOT = new URL('../../', import.meta.url);

function tell(parts: Partial<ErrorParts>, before?: string): MemoryLog {
  const log = memoryLog();
  tellFailure(
    log,
    new PipeError({ code: 'TOKEN_INVALID', message: 'The token is for another audience.', ...parts }),
    before,
  );
  return log;
}

describe('an error in the log', () => {
  it('is a box: what happened, got and wanted, where it is explained, and last what to change, ready to be copied', () => {
    const faults = ['one', '  more of one', 'two\n    of two lines'];
    const { lines } = tell({
      faults,
      got: 'aud a',
      wanted: 'aud b',
      fix: 'Add to the step:\noidc:\n  audiences: [b]\n',
    });
    expect(lines.map(({ level, message }) => ({ level, text: message.split('\n') }))).toEqual([
      {
        level: 'error',
        text: [
          'TOKEN_INVALID: The token is for another audience.',
          '  │ - one',
          '  │     more of one',
          '  │ - two',
          '  │     of two lines',
          '  │ got:    aud a',
          '  │ wanted: aud b',
          "  │ help:   docs/troubleshooting.md#token_invalid in the pipe's repository",
          '  └ fix:    Add to the step:',
          'oidc:',
          '  audiences: [b]',
        ],
      },
    ]);
  });

  it('closes its box where there is nothing to change', () => {
    const [line] = tell({ got: 'aud a\naud c' }).lines;
    expect(line?.message.split('\n').slice(1)).toEqual([
      '  │ got:    aud a',
      '  │ aud c',
      "  └ help:   docs/troubleshooting.md#token_invalid in the pipe's repository",
    ]);
  });

  it('has the same as fields, for machines', () => {
    const [line] = tell({ faults: ['one'], got: 'a', wanted: 'b', fix: 'c\nd' }, 'LIVE, ').lines;
    expect(line?.message).toMatch(/^LIVE, TOKEN_INVALID: /);
    expect(line?.fields).toEqual({
      ...{ code: 'TOKEN_INVALID', status: 4, faults: ['one'], got: 'a', wanted: 'b', fix: 'c\nd' },
      help: 'docs/troubleshooting.md#token_invalid',
    });
    expect(tell({}).lines[0]?.fields).toEqual({
      ...{ code: 'TOKEN_INVALID', status: 4, faults: undefined, got: undefined, wanted: undefined, fix: undefined },
      help: 'docs/troubleshooting.md#token_invalid',
    });
  });

  it('that is a bug of the pipe shows where it happened with DEBUG alone', () => {
    const log = memoryLog();
    tellFailure(log, toInternalError(new TypeError('of undefined'), log));
    expect(log.lines.map(({ level }) => level)).toEqual(['debug', 'error']);
    expect(log.lines[0]?.message).toMatch(/^INTERNAL: TypeError: of undefined\n +at .*failure\.test\.ts:\d+/);
    expect(log.lines[1]?.message).toMatch(/got: {4}TypeError of undefined\n/);
    expect(log.lines[1]?.message).not.toMatch(/\n\s+at /);
    const other = memoryLog();
    expect(toInternalError('thrown', other).got).toBe('string');
    expect(other.lines).toEqual([]);
  });
});

describe('the help of an error', () => {
  const page = readFileSync(new URL('docs/troubleshooting.md', ROOT), 'utf8');
  const headings = [...page.matchAll(/^### (.+)$/gm)].map(([, title = '']) => title);

  it.each(Object.keys(EXIT_STATUS) as ErrorCode[])('%s has its heading, its status and words', (code) => {
    expect(helpOf(code)).toBe(`docs/troubleshooting.md#${slug(code)}`);
    const entry = page.split(`\n### ${code}\n`)[1]?.split('\n#')[0] ?? '';
    expect(entry).toContain(`Status ${String(EXIT_STATUS[code])}. `);
    expect(entry.length).toBeGreaterThan(100);
  });

  it('is of no code that is not there', () => {
    expect(headings.toSorted()).toEqual(Object.keys(EXIT_STATUS).toSorted());
  });
});
