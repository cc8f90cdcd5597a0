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
  const log = createLog({ debug: false, format: 'human', output, ...options });
  write(log);
  await log.close();
  return text.trimEnd().split('\n');
}

const STAMP = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z`;

describe('createLog', () => {
  it('writes coloured lines with UTC milliseconds, as pipes do', async () => {
    const lines = await linesOf({}, (log) => {
      log.info('one');
      log.done('identity', 'two', 123.4);
      log.warn('three');
      log.error('four');
      log.debug('five');
    });
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`^${STAMP} \\u001b\\[36m  INFO \\u001b\\[0m one$`)),
      expect.stringMatching(/✔ INFO .*identity {2}two \(123 ms\)$/),
      expect.stringMatching(/! WARN .*three$/),
      expect.stringMatching(/✖ ERROR.*four$/),
    ]);
  });

  it('shows more with debug', async () => {
    const lines = await linesOf({ debug: true }, (log) => {
      log.debug('asked', { status: 200, nothing: undefined });
    });
    expect(lines).toEqual([expect.stringMatching(/DEBUG.*asked status=200$/)]);
  });

  it('writes one JSON object a line', async () => {
    const lines = await linesOf({ format: 'json' }, (log) => {
      log.done('deploy', 'live', 1500, { deploymentId: 'dpl_1' });
      log.error('two\nlines', { code: 'NETWORK' });
    });
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      {
        timestamp: expect.stringMatching(new RegExp(`^${STAMP}$`)),
        level: 'info',
        message: expect.stringContaining('live (1.5 s)'),
        deploymentId: 'dpl_1',
        stage: 'deploy',
        elapsedMs: 1500,
      },
      expect.objectContaining({ level: 'error', message: 'two\nlines', code: 'NETWORK' }),
    ]);
  });

  it.each(['human', 'json'] as const)('takes secrets out of %s lines', async (format) => {
    const secret = new Secret('log-canary-0123456789');
    const lines = await linesOf({ debug: true, format }, (log) => {
      log.info('echo log-canary-0123456789 and vca_abcdefgh12345678');
      log.info('a field', { secret, text: 'log-canary-0123456789' });
    });
    expect(lines).toHaveLength(2);
    expect(lines.join()).not.toMatch(/canary|vca_/);
  });
});
