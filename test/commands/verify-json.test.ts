import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { validateVerifyLine } from '../../build/validators.js';
import { RECORD_ID } from '../record/support/facts.ts';
import { KEY } from '../record/support/records.ts';
import { makeRecordsFolder, OFFLINE, writeRun, type RecordsFolder } from './support/records-folder.ts';
import { runVerify } from '../../src/commands/verify.ts';
import { testPlatform } from '../support/test-platform.ts';

let folder: RecordsFolder;

beforeEach(() => {
  folder = makeRecordsFolder();
});
afterEach(() => folder.end());

type Line = Readonly<Record<string, unknown>>;

/** Every line, held against the published schema. */
function parse(printed: string): Line[] {
  return printed
    .trimEnd()
    .split('\n')
    .map((line) => {
      const value = JSON.parse(line) as Line;
      validateVerifyLine(value);
      expect(validateVerifyLine.errors ?? []).toEqual([]);
      return value;
    });
}

describe('verify --json', () => {
  it('writes a line for each record, and one for the sum', async () => {
    await writeRun(folder, 'r/run');
    const { status, printed, log } = await folder.check('--json', 'r');
    expect(log).toBe('');
    const [intent, result, sum, ...rest] = parse(printed);
    expect(rest).toEqual([]);
    expect(intent).toMatchObject({
      type: 'record',
      verdict: 'ok',
      phase: 'intent',
      path: 'r/run.intent.sigstore.json',
    });
    expect(intent).not.toHaveProperty('deployment');
    expect(result).toMatchObject({
      ...{ type: 'record', version: '1', path: 'r/run.result.sigstore.json', verdict: 'ok', status: 0 },
      ...{ recordId: RECORD_ID, phase: 'result', action: 'deploy', outcome: 'deployed', assurance: 'static-key' },
      ...{ teamId: 'team_abc', projectId: 'prj_abc', target: 'production', grant: 'web-production', signer: 'key' },
      deployment: { id: 'dpl_1', url: 'https://shop-1.vercel.app' },
      repositoryUuid: '{11111111-1111-4111-8111-111111111111}',
      payloadDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
      keyId: expect.stringMatching(/^SHA256:/),
      signedAt: '2026-11-23T12:00:21.007Z',
      missing: [],
      warnings: [],
    });
    expect(sum).toEqual({
      ...{ type: 'sum', version: '1', records: 2, status: 0 },
      verdicts: { ok: 2, incomplete: 0, invalid: 0, 'not-checked': 0 },
      assurances: { 'managed-key': 0, timed: 0, 'held-token': 0, 'static-key': 2 },
      missing: { manifest: 0, intent: 0, result: 0 },
    });
    expect(status).toBe(0);
  });

  it('tells what is missing, what is wrong, and what was not checked', async () => {
    await writeRun(folder, 'r/1');
    folder.remove('r/1.manifest.json');
    folder.write('r/2.sigstore.json', '{}');
    folder.link('r/3.sigstore.json', '2.sigstore.json');
    const { status, printed } = await folder.check('--json', 'r');
    const [, result, invalid, link, sum] = parse(printed);
    expect(result).toMatchObject({ verdict: 'incomplete', status: 3, missing: ['manifest'] });
    expect(invalid).toMatchObject({ verdict: 'invalid', status: 1, checks: [], error: { code: 'RECORD_INVALID' } });
    expect(invalid).not.toHaveProperty('assurance');
    expect(link).toMatchObject({ verdict: 'not-checked', status: 3, error: { code: 'RECORD_NOT_CHECKED' } });
    expect(sum).toMatchObject({ status: 1, verdicts: { ok: 0, incomplete: 2, invalid: 1, 'not-checked': 1 } });
    expect(status).toBe(1);
  });

  it('has the sum for one record too', async () => {
    await writeRun(folder, 'run');
    const lines = parse((await folder.check('--json', 'run.result.sigstore.json')).printed);
    expect(lines.map(({ type }) => type)).toEqual(['record', 'sum']);
  });

  it('is in no way a schema that takes anything', () => {
    expect(validateVerifyLine({ type: 'record', version: '1' })).toBe(false);
    expect(validateVerifyLine({ type: 'sum', version: '1', records: -1 })).toBe(false);
  });
});

describe('verify', () => {
  it('prints each record before it reads the next', async () => {
    for (const name of ['1', '2', '3']) await writeRun(folder, `r/${name}`);
    const platform = testPlatform(OFFLINE);
    const events: string[] = [];
    const files = {
      ...platform.files,
      read: (path: string, maxBytes: number): Promise<Uint8Array | undefined> => {
        if (path.endsWith('.result.sigstore.json')) events.push(`read ${path.slice(-22, -21)}`);
        return platform.files.read(path, maxBytes);
      },
    };
    await runVerify({
      args: ['--key', 'key.pem', '--json', 'r/*.result.sigstore.json'],
      workingDir: folder.path,
      platform: { ...platform, files },
      stop: new AbortController().signal,
      print: (line) => void events.push((JSON.parse(line) as { type: string }).type),
    });
    expect(events).toEqual(['read 1', 'record', 'read 2', 'record', 'read 3', 'record', 'sum']);
  });

  it('ends when it is stopped, between two records', async () => {
    for (let run = 0; run < 70; run += 1) folder.write(`r/${String(run)}.sigstore.json`, '{}');
    const stop = new AbortController();
    let printed = 0;
    const run = runVerify({
      args: ['--key', folder.write('k.pem', KEY.publicPem), 'r'],
      workingDir: folder.path,
      platform: testPlatform(OFFLINE),
      stop: stop.signal,
      print: () => {
        printed += 1;
        stop.abort(new Error('stopped'));
      },
    });
    await expect(run).rejects.toThrow('stopped');
    expect(printed).toBe(64);
  });
});
