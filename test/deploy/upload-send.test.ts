import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { rmSync, writeFileSync } from 'node:fs';
import type { HttpReply } from '../../src/http/index.ts';
import { refused, reply } from './support/fake-api.ts';
import { manyFiles, OK, uploadBench, type Asked } from './support/upload-bench.ts';

const unreachable = new PipeError({ code: 'NETWORK', message: 'Vercel could not be reached.', got: 'ECONNRESET' });
const busy = (seconds: number): HttpReply =>
  reply(429, { error: { code: 'rate_limited', message: 'slow down' } }, { 'retry-after': String(seconds) });
const lockout = (now: number, name = 'api-upload-free'): HttpReply =>
  reply(429, {
    error: {
      code: 'rate_limited',
      name,
      message: 'limit exceeded',
      limit: { remaining: 0, reset: now / 1000 + 86_400 },
    },
  });

/** Answers the first attempts of the file `0003` so, and everything else well. */
const onceFor =
  (times: number, answer: HttpReply | Error) =>
  ({ text, attempt }: Asked): HttpReply | Error =>
    text === 'file 0003' && attempt <= times ? answer : OK;

describe('sendContent', () => {
  it.each([
    { name: 'a reset', answer: unreachable },
    { name: '408', answer: refused(408, 'request_timeout') },
    { name: '425', answer: refused(425, 'too_early') },
    { name: '500', answer: refused(500, 'internal') },
    { name: '502', answer: reply(502, undefined) },
    { name: '503 without a time', answer: refused(503, 'unavailable') },
  ])('sends a file again after $name, later each time, and no other file', async ({ answer }) => {
    const bench = await uploadBench({ tree: manyFiles(8), answer: onceFor(4, answer) });
    expect(await bench.upload()).toEqual({ files: 8, bytes: 72 });
    expect(bench.asked.length).toBe(12);
    expect(bench.clock.slept.filter((ms) => ms !== 30)).toEqual([500, 1000, 2000, 4000]);
  });

  it('sends it again when the server wants it', async () => {
    const answer = onceFor(1, reply(500, { error: { code: 'internal' } }, { 'retry-after': '7' }));
    const bench = await uploadBench({ tree: manyFiles(8), answer });
    await bench.upload();
    expect(bench.clock.slept.filter((ms) => ms !== 30)).toEqual([7000]);
  });

  it('gives up after five attempts, in the words of the last answer, and says what was sent', async () => {
    const bench = await uploadBench({ tree: manyFiles(8), answer: onceFor(5, refused(500, 'internal')) });
    await expect(bench.upload()).rejects.toMatchObject({
      code: 'SERVICE_FAILED',
      message: 'Vercel did not take out/0003.',
      got: 'status 500 internal internal it is',
      fix: '7 of 8 files were sent; they stay on Vercel, and a new run sends only the rest. See vercel-status.com, then run the step again.',
    });
    expect(bench.asked.filter(({ text }) => text === 'file 0003').length).toBe(5);
  });

  it('gives up after five faults of the network', async () => {
    const bench = await uploadBench({ tree: manyFiles(8), answer: onceFor(5, unreachable) });
    await expect(bench.upload()).rejects.toMatchObject({
      code: 'NETWORK',
      message: 'Vercel gave no answer when it was asked to take out/0003.',
      got: 'ECONNRESET',
      fix: '7 of 8 files were sent; they stay on Vercel, and a new run sends only the rest. ',
    });
  });

  it.each([
    { status: 400, code: 'bad_request', error: 'REQUEST_REJECTED' },
    { status: 401, code: 'unauthorized', error: 'CREDENTIAL_INVALID' },
    { status: 403, code: 'forbidden', error: 'DENIED_BY_VERCEL' },
    { status: 429, code: 'builds_rate_limited', error: 'RATE_LIMITED' },
  ])('never repeats $status $code', async ({ status, code, error }) => {
    const bench = await uploadBench({ tree: manyFiles(8), answer: onceFor(99, refused(status, code)) });
    await expect(bench.upload()).rejects.toMatchObject({ code: error, got: expect.stringContaining(code) });
    expect(bench.asked.filter(({ text }) => text === 'file 0003').length).toBe(1);
  });

  it('waits with all uploads when one is told to, goes on with fewer, and loses nothing', async () => {
    let told = false;
    const bench = await uploadBench({
      tree: manyFiles(2000),
      answer: ({ number }) => {
        if (number < 500 || told) return OK;
        told = true;
        return busy(10);
      },
    });
    expect(await bench.upload()).toEqual({ files: 2000, bytes: 18_000 });
    expect(bench.asked.length).toBe(2001);
    const [before, after] = [bench.asked.filter(({ at }) => at < 10_000), bench.asked.filter(({ at }) => at >= 10_000)];
    expect(Math.max(...before.map(({ at }) => at))).toBeLessThan(1000);
    expect(Math.min(...after.map(({ at }) => at))).toBeGreaterThan(10_000);
    // Those that were on their way still arrive; then half as many, and a few more with each round.
    const most = Math.max(...bench.inFlight.slice(0, before.length));
    const resumed = bench.inFlight.slice(before.length, before.length + 300);
    expect(Math.max(...resumed)).toBeLessThanOrEqual(most / 2 + 16);
    expect(Math.max(...bench.inFlight.slice(-300))).toBeGreaterThan(Math.max(...resumed.slice(0, 50)));
    const lines = bench.log.lines.filter(({ message }) => message.includes('wants no uploads'));
    expect(lines.map(({ message }) => message)).toEqual([
      expect.stringMatching(
        /^Vercel wants no uploads for 10\.0 s \(status 429\), then on with \d+ at once: \d+ of 2,000 files are sent\.$/,
      ),
    ]);
  });

  it('counts a wave of refusals as one, and waits for the latest time', async () => {
    const bench = await uploadBench({
      tree: manyFiles(200),
      answer: ({ number }) => (number <= 64 ? busy(number === 20 ? 5 : 1) : OK),
    });
    await bench.upload();
    const resumed = bench.asked.filter(({ number }) => number > 64);
    expect(Math.min(...resumed.map(({ at }) => at))).toBe(5030);
    expect(Math.max(...bench.inFlight.slice(64, 120))).toBe(32);
  });

  it('never goes below one at once', async () => {
    const bench = await uploadBench({ tree: manyFiles(20), answer: ({ at }) => (at < 8000 ? busy(1) : OK) });
    await bench.upload();
    expect(bench.log.text()).toContain('then on with 1 at once');
    expect(bench.asked.filter(({ at }) => at > 7000 && at < 8000).length).toBe(1);
  });

  it('waits for a server that names the time when it will be there again', async () => {
    const answer = onceFor(1, reply(503, { error: { code: 'unavailable' } }, { 'retry-after': '4' }));
    const bench = await uploadBench({ tree: manyFiles(300), answer });
    await bench.upload();
    expect(bench.log.text()).toContain('Vercel wants no uploads for 4.0 s (status 503)');
  });

  it('asks less and less often where no time is named, and ends where not one upload gets through', async () => {
    const bench = await uploadBench({ tree: manyFiles(3), answer: () => refused(429, 'rate_limited') });
    await expect(bench.upload()).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      fix: expect.stringMatching(
        /^0 of 3 files were sent; .*\. UPLOAD: archive sends the same files as a few parts\.$/,
      ),
    });
    const waits = bench.clock.slept.filter((ms) => ms !== 30);
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000]);
  });

  it.each([
    { name: 'the lockout of a day', options: {}, answer: lockout(Date.UTC(2026, 10, 25)) },
    {
      name: 'a lockout without a time',
      options: {},
      answer: reply(429, { error: { code: 'rate_limited', message: "The limit exceeded for 'api-upload-paid'." } }),
    },
    { name: 'a wait beyond the deadline', options: { deadlineAt: Date.UTC(2026, 10, 25) + 60_000 }, answer: busy(60) },
    { name: 'a wait of more than five minutes without a deadline', options: {}, answer: busy(301) },
  ])('ends at once at $name', async ({ options, answer }) => {
    const bench = await uploadBench({ tree: manyFiles(100), answer: ({ number }) => (number <= 40 ? OK : answer) });
    await expect(bench.upload(options)).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      fix: expect.stringMatching(/^40 of 100 files were sent; they stay on Vercel, .*UPLOAD: archive/s),
    });
    expect(bench.clock.slept.every((ms) => ms === 30)).toBe(true);
  });

  it('does not advise the archive to those who send it', async () => {
    const bench = await uploadBench({ tree: manyFiles(1), answer: () => busy(301) });
    const failure = await bench.upload({ noun: 'parts' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'RATE_LIMITED', fix: expect.stringMatching(/^0 of 1 parts were sent/) });
    expect((failure as PipeError).fix).not.toContain('UPLOAD: archive');
  });

  it('waits for no file beyond the deadline', async () => {
    const bench = await uploadBench({ tree: manyFiles(8), answer: onceFor(9, refused(500, 'internal')) });
    const deadlineAt = Date.UTC(2026, 10, 25) + 1000;
    await expect(bench.upload({ deadlineAt })).rejects.toMatchObject({ code: 'SERVICE_FAILED' });
    expect(bench.clock.slept.filter((ms) => ms !== 30)).toEqual([500]);
  });

  it('tells of a file that changed, as it is', async () => {
    const bench = await uploadBench({ tree: manyFiles(8) });
    const { source } = bench.manifest.entries[3] as { source: string };
    writeFileSync(source, 'FILE 0003');
    await expect(bench.upload()).rejects.toMatchObject({
      code: 'OUTPUT_CHANGED',
      message: 'A file changed while it was deployed.',
      got: `other bytes at ${source} than were hashed for the manifest`,
    });
    rmSync(source);
    await expect(bench.upload()).rejects.toMatchObject({ code: 'OUTPUT_CHANGED' });
    expect(bench.asked.filter(({ text }) => text.toLowerCase() === 'file 0003')).toEqual([]);
  });
});
