import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { createLog, type LogOptions } from '../../src/platform/log.ts';
import type { Log } from '../../src/platform/types.ts';
import { Secret } from '../../src/secret.ts';

async function linesOf(options: Partial<LogOptions>, write: (log: Log) => void): Promise<string[]> {
  let text = '';
  const output = new Writable({
    write(chunk: Buffer, _, done) {
      text += chunk.toString();
      done();
    },
  });
  const log = createLog({ debug: false, format: 'human', output, now: () => AT, ...options });
  write(log);
  await log.close();
  return text.trimEnd().split('\n');
}

/** 3 February 2026, 04:05:06.007 UTC. */
const AT = Date.UTC(2026, 1, 3, 4, 5, 6, 7);

describe('createLog', () => {
  it('writes coloured lines with the time of day in UTC, as the first line of a run has the date', async () => {
    const lines = await linesOf({}, (log) => {
      log.info('one');
      log.done('identity', 'two', 123.4);
      log.warn('three');
      log.error('four');
      log.debug('five');
    });
    expect(lines).toEqual([
      '04:05:06   one',
      '04:05:06 \u001b[32m✔\u001b[0m identity  two (123 ms)',
      '04:05:06 \u001b[33m! WARN\u001b[0m three',
      '04:05:06 \u001b[31m✖ ERROR\u001b[0m four',
    ]);
  });

  it('shows more with debug, and to the millisecond', async () => {
    const lines = await linesOf({ debug: true }, (log) => {
      log.debug('asked', { status: 200, nothing: undefined });
    });
    expect(lines).toEqual(['04:05:06.007 \u001b[37m  DEBUG\u001b[0m asked status=200']);
  });

  it('writes a block as lines for people, and as fields for machines', async () => {
    const write = (log: Log): void => log.block('error', 'wrong', ['  │ one', '  └ two'], { faults: ['one', 'two'] });
    const debug = true;
    expect(await linesOf({}, write)).toEqual(['04:05:06 \u001b[31m✖ ERROR\u001b[0m wrong', '  │ one', '  └ two']);
    expect((await linesOf({ debug }, write)).slice(1)).toEqual(['  │ one', '  └ two']);
    const lines = await linesOf({ format: 'json' }, write);
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { timestamp: '2026-02-03T04:05:06.007Z', level: 'error', message: 'wrong', faults: ['one', 'two'] },
    ]);
  });

  it('takes the time of the system where none is given', async () => {
    const before = Date.now();
    const [line = ''] = await linesOf({ format: 'json', now: undefined }, (log) => log.info('now'));
    const { timestamp } = JSON.parse(line) as { timestamp: string };
    expect(Date.parse(timestamp)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(timestamp)).toBeLessThanOrEqual(Date.now());
  });

  it('writes one JSON object a line', async () => {
    const lines = await linesOf({ format: 'json' }, (log) => {
      log.done('deploy', 'live', 1500, { deploymentId: 'dpl_1' });
      log.error('two\nlines', { code: 'NETWORK' });
    });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        timestamp: '2026-02-03T04:05:06.007Z',
        level: 'info',
        message: expect.stringContaining('live (1.5 s)'),
        deploymentId: 'dpl_1',
        stage: 'deploy',
        elapsedMs: 1500,
      },
      expect.objectContaining({ level: 'error', message: 'two\nlines', code: 'NETWORK' }),
    ]);
  });

  it('prints no escape sequence but its own', async () => {
    const lines = await linesOf({ debug: true }, (log) => {
      log.warn('a\u001b[2Jb\u009bc', { field: '\u202ed' });
      log.block('info', 'e\u001bf', ['g\u2028h'], {});
    });
    expect(lines.join('\n')).toContain('a\\u001b[2Jb\\u009bc field=\\u202ed');
    expect(lines.join('\n')).toMatch(/e\\u001bf\ng\\u2028h/);
  });

  it('prints none in JSON either, which means the same', async () => {
    const write = (log: Log): void => log.warn('a\u001b[2Jb\u009bc', { field: '\u202ed\u200f' });
    const [line = ''] = await linesOf({ format: 'json' }, write);
    expect(line).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(line)).toMatchObject({ message: 'a\u001b[2Jb\u009bc', field: '\u202ed\u200f' });
  });

  it.each(['human', 'json'] as const)('takes secrets out of %s lines', async (format) => {
    const secret = new Secret('log-canary-0123456789');
    const lines = await linesOf({ debug: true, format }, (log) => {
      log.info('echo log-canary-0123456789 and vca_abcdefgh12345678');
      log.info('a field', { secret, text: 'log-canary-0123456789' });
      log.block('info', 'log-canary-0123456789', ['log-canary-0123456789'], { list: ['log-canary-0123456789'] });
    });
    expect(lines).toHaveLength(format === 'json' ? 3 : 4);
    expect(lines.join()).not.toMatch(/canary|vca_/);
  });
});
