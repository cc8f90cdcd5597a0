import { describe, expect, it } from '@jest/globals';
import { readVerifyOptions } from '../../src/commands/verify-options.ts';
import { PipeError } from '../../src/errors.ts';

const read = (...args: string[]): ReturnType<typeof readVerifyOptions> => readVerifyOptions(args, '/clone');

function faultsOf(...args: string[]): readonly string[] {
  try {
    read(...args);
  } catch (error) {
    if (error instanceof PipeError && error.code === 'USAGE') return error.faults;
    throw error;
  }
  throw new Error('it passed');
}

describe('the words of verify', () => {
  it('name files relative to the working folder, each once', () => {
    const { paths, trust, folder } = read('--key', 'k.pem', '--folder=./dist//web/', 'a', './a', '/b/*.json', '../c');
    expect(paths).toEqual(['/clone/a', '/b/*.json', '/clone/../c']);
    expect(trust).toEqual({ publicKey: '/clone/k.pem', keyList: undefined, issuerKeys: undefined, tsa: undefined });
    expect(folder).toBe('/clone/dist/web');
  });

  it('may trust by a list of keys, or by the issuer alone', () => {
    expect(read('--keys', 'deploy-keys.json', 'a').trust.keyList).toBe('/clone/deploy-keys.json');
    expect(read('--issuer-keys', 'i.json', '--tsa', 't.pem', 'a').trust).toMatchObject({
      issuerKeys: '/clone/i.json',
      tsa: '/clone/t.pem',
    });
  });

  it('are content with nothing that is not asked for', () => {
    expect(read('--key', 'k', 'a')).toMatchObject({
      ...{ sums: false, json: false, verbose: false, allowSandbox: false, allowMissing: false },
      ...{ at: undefined, intent: undefined, manifest: undefined, folder: undefined },
    });
    expect(read('--key', 'k', '--allow-missing', '--json', '--at', '2026-11-23T12:00:00Z', 'a')).toMatchObject({
      ...{ allowMissing: true, json: true, allowSandbox: false },
      at: Date.UTC(2026, 10, 23, 12),
    });
  });

  it('never take the key from the record: a TSA alone trusts no signer', () => {
    expect(faultsOf('--tsa', 't.pem', 'a')).toEqual([
      '--key: missing, and --keys and --issuer-keys too; the key must come from you, never from the record',
    ]);
  });

  it('are refused with every fault at once', () => {
    expect(
      faultsOf('--key', 'a', '--key', 'b', '--nope', '--at', '2026-13-01T00:00:00Z', '--sums', '--json', ''),
    ).toEqual([
      '--key: given twice',
      '"--nope": not known',
      'an empty word',
      'no record is named',
      '--sums and --json: wanted one of them',
      '--at: wanted a time as 2026-11-23T12:00:00Z, got "2026-13-01T00:00:00Z"',
    ]);
    expect(faultsOf('--key', 'k', 'a', '--at', '2026-11-31T00:00:00Z')).toEqual([
      '--at: wanted a time as 2026-11-23T12:00:00Z, got "2026-11-31T00:00:00Z"',
    ]);
    expect(faultsOf('--key', 'k', 'a', '--folder')).toEqual(['--folder: nothing follows it']);
    expect(faultsOf('--key', 'k', 'a', '--sums', '--folder', 'd')).toEqual(['--sums and --folder: wanted one of them']);
  });
});
