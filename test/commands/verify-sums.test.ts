import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeRecordsFolder, writeManifest, writeRun, type RecordsFolder, type Tree } from './support/records-folder.ts';

/** Other implementations escape less; the one that people check with is asked whether it is there. */
// The types promise a text; where there is no such command there is none.
const { stdout: told } = spawnSync('sha256sum', ['--version'], { encoding: 'utf8' }) as { stdout: string | null };
const COREUTILS = told?.includes('GNU coreutils') === true;
const RESULT = 'run.result.sigstore.json';
const NAMES: Tree = {
  '-leading': 'a',
  ' space at both ends ': 'b',
  'back\\slash': 'c',
  'carriage\rreturn': 'd',
  'line\nbreak': 'e',
  '\\n': 'f',
  '*star': 'g',
  'größe/日本語 🚀.txt': 'h',
  '# hash': '',
  plain: 'i',
  link: '→plain',
  folder: null,
};
let folder: RecordsFolder;

beforeEach(() => {
  folder = makeRecordsFolder();
});
afterEach(() => folder.end());

async function sums(tree: Tree, ...more: readonly string[]): Promise<Awaited<ReturnType<RecordsFolder['verify']>>> {
  await writeRun(folder, 'run', { manifest: writeManifest(tree) });
  return folder.check('--sums', ...more, RESULT);
}

describe('verify --sums', () => {
  it('prints one line for each regular file, escaped as sha256sum does it, and nothing else', async () => {
    const { status, printed, log } = await sums(NAMES);
    expect(status).toBe(0);
    expect(log).toBe('');
    const lines = printed.split('\n');
    expect(lines.pop()).toBe('');
    expect(lines).toHaveLength(10);
    // `printf e | sha256sum`
    expect(lines).toContain('\\3f79bb7b435b05321651daefd374cdc681dc06faa65e374e38337b88ca046dea  line\\nbreak');
    expect(lines).toContain('de7d1b721a1e0632b7cf04edf5032c8ecffa9f9a08492152b926f1a5a7e765d7  plain');
  });

  (COREUTILS ? it : it.skip)('is what sha256sum -c takes, and what sha256sum writes (GNU coreutils)', async () => {
    folder.plant('site', NAMES);
    const { printed } = await sums(NAMES);
    const check = (input: string): ReturnType<typeof spawnSync> =>
      spawnSync('sha256sum', ['-c', '--strict'], { cwd: `${folder.path}/site`, input, encoding: 'utf8' });
    const good = check(printed);
    expect(good.stderr).toBe('');
    expect(good.status).toBe(0);
    expect(String(good.stdout).match(/: OK$/gm)).toHaveLength(10);

    const files = Object.keys(NAMES).filter((name) => name !== 'link' && name !== 'folder');
    const own = spawnSync('sha256sum', ['--', ...files], { cwd: `${folder.path}/site`, encoding: 'utf8' });
    expect(own.stdout).toBe(printed);

    folder.write('site/line\nbreak', 'changed');
    expect(check(printed)).toMatchObject({ status: 1, stdout: expect.stringContaining('FAILED') });
  });

  it('prints thousands', async () => {
    const many = Object.fromEntries(Array.from({ length: 2500 }, (_, index) => [`f${String(index)}`, 'x']));
    const { printed } = await sums(many);
    expect(printed.match(/^[0-9a-f]{64} {2}f\d+$/gm)).toHaveLength(2500);
  });

  it('needs the manifest alone: where the intent is not there, the sums are as good', async () => {
    await writeRun(folder, 'run', { manifest: writeManifest(NAMES) });
    folder.remove('run.intent.sigstore.json');
    expect((await folder.check('--sums', RESULT)).status).toBe(0);
  });

  it('prints nothing of a record that does not hold, or of no list at all', async () => {
    await writeRun(folder, 'run', { manifest: writeManifest(NAMES) });
    folder.write('run.manifest.json', writeManifest({ plain: 'other' }));
    const changed = await folder.check('--sums', RESULT);
    expect(changed).toMatchObject({ status: 1, printed: '' });
    expect(changed.log).toContain('RECORD_INVALID: The manifest is not the one of this record');
    folder.remove('run.manifest.json');
    const without = await folder.check('--sums', '--allow-missing', RESULT);
    expect(without).toMatchObject({ status: 3, printed: '' });
    expect(without.log).toContain('RECORD_NOT_CHECKED: There is no list of files to go by.');
  });

  it('goes with one record', async () => {
    await writeRun(folder, 'run', { manifest: writeManifest(NAMES) });
    const { status, printed, log } = await folder.check('--sums', '.');
    expect(log).toContain('USAGE: Only with one record: --sums.');
    expect({ status, printed }).toEqual({ status: 2, printed: '' });
  });
});
