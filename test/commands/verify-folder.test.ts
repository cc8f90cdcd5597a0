import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { compareFolder } from '../../src/commands/verify-folder.ts';
import { parseManifest } from '../../src/commands/verify-manifest.ts';
import { nodeFiles } from '../../src/platform/files.ts';
import { makeRecordsFolder, writeManifest, writeRun, type RecordsFolder, type Tree } from './support/records-folder.ts';

const SITE: Tree = {
  '.vercel/output/config.json': '{"version":3}',
  '.vercel/output/empty': null,
  '.vercel/output/functions/a.func/index.js': 'exports.a = 1;',
  '.vercel/output/functions/b.func': '→a.func',
  '.vercel/output/static/index.html': '<p>hello</p>',
  'node_modules/dep/index.js': 'exports.dep = 1;',
};
const RESULT = 'records/run.result.sigstore.json';
let folder: RecordsFolder;

beforeEach(() => {
  folder = makeRecordsFolder();
});
afterEach(() => folder.end());

/** The differences that are told, of `SITE` unless another tree was deployed. */
async function differences(tree = SITE, mode?: string): Promise<string[]> {
  await writeRun(folder, 'records/run', { manifest: writeManifest(tree, mode) });
  const { status, printed } = await folder.check('--folder', 'site', RESULT, '--json');
  const [line] = printed.split('\n');
  const { verdict, error } = JSON.parse(line ?? '') as { verdict: string; error?: { code: string; faults: string[] } };
  if (error)
    expect({ status, verdict, code: error.code }).toEqual({ status: 1, verdict: 'invalid', code: 'FOLDER_DIFFERS' });
  else expect({ status, verdict }).toEqual({ status: 0, verdict: 'ok' });
  return error?.faults ?? [];
}

describe('verify --folder', () => {
  it('finds what was deployed, whatever else stands beside the output', async () => {
    folder.plant('site', { ...SITE, 'src/app.ts': '', 'node_modules/dep/more.js': '' });
    await writeRun(folder, 'records/run', { manifest: writeManifest(SITE) });
    const { status, printed } = await folder.check('--folder', 'site', RESULT);
    expect(printed).toContain('  folder      6 of 6 names as in the manifest, and no other in .vercel/output\n');
    expect(status).toBe(0);
  });

  it('tells each difference', async () => {
    folder.plant('site', {
      '.vercel/output/config.json': '{"version":4}',
      '.vercel/output/functions/a.func': 'a file',
      '.vercel/output/functions/b.func': '→c.func',
      '.vercel/output/static/index.html': '<p>hello </p>',
      '.vercel/output/static/evil\n.js': '',
      '.vercel/output/static/none': null,
      '.vercel/output/static/out': '→/etc/passwd',
    });
    const found = await differences();
    expect(found).toEqual([
      expect.stringMatching(/^\.vercel\/output\/config\.json: SHA-256 [0-9a-f]{64}, in the manifest [0-9a-f]{64}$/),
      '.vercel/output/empty: missing',
      '.vercel/output/functions/a.func/index.js: missing',
      expect.stringMatching(/^\.vercel\/output\/functions\/b\.func: SHA-256 /),
      '.vercel/output/static/index.html: 13 bytes, in the manifest 12',
      'node_modules/dep/index.js: missing',
      '.vercel/output/functions/a.func: not in the manifest',
      '".vercel/output/static/evil\\n.js": not in the manifest',
      '.vercel/output/static/none: not in the manifest',
      '.vercel/output/static/out: not in the manifest',
    ]);
  });

  it('tells another kind of thing under a name', async () => {
    folder.plant('site', {
      ...SITE,
      '.vercel/output/static/index.html': '→../config.json',
      '.vercel/output/empty': 'x',
    });
    expect(await differences()).toEqual([
      '.vercel/output/empty: a file, not a folder',
      '.vercel/output/static/index.html: a link, not a file',
    ]);
  });

  it("compares the owner's execute bit, and no other bit that a copy may change", async () => {
    folder.plant('site', SITE, 0o600);
    expect(await differences()).toEqual([]);
    expect(await differences({ 'run.sh': '', ...SITE }, '100755')).toContain(
      '.vercel/output/config.json: mode 600, in the manifest 755',
    );
  });

  it('compares the SHA-1 too, by which Vercel was given the file', async () => {
    folder.plant('site', SITE);
    const manifest = writeManifest(SITE).replace(/"sha1":"[0-9a-f]{40}"/, `"sha1":"${'0'.repeat(40)}"`);
    await writeRun(folder, 'records/run', { manifest });
    const { status, printed } = await folder.check('--folder', 'site', RESULT);
    expect(printed).toMatch(/- \.vercel\/output\/config\.json: SHA-1 [0-9a-f]{40}, in the manifest 0{40}\n/);
    expect(status).toBe(1);
  });

  it('is led out of the folder by no link', async () => {
    folder.plant('outside', SITE);
    folder.link('site/.vercel', '../outside/.vercel');
    folder.link('site/node_modules', `${folder.path}/outside/node_modules`);
    const found = await differences();
    expect(found).toHaveLength(6);
    expect(new Set(found.map((line) => line.replace(/^.*: /, '')))).toEqual(
      new Set(['its folder leads out through a link']),
    );
  });

  it('goes through a link that stays inside, as a function may name its files', async () => {
    const { 'node_modules/dep/index.js': dep = '', ...rest } = SITE;
    folder.plant('site', { ...rest, '.store/dep/index.js': dep });
    folder.link('site/node_modules/dep', '../.store/dep');
    expect(await differences()).toEqual([]);
  });

  it('shows fifty differences, and how many there are', async () => {
    const many = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`.vercel/output/${String(index)}`, 'x']));
    folder.plant('site', {});
    folder.write('site/readme', '');
    const found = await differences(many);
    expect(found).toHaveLength(51);
    expect(found.at(-1)).toBe('and 20 more');
  });

  it('streams large files', async () => {
    const large = 'x'.repeat(3 * 1024 * 1024);
    const tree = { '.vercel/output/large': large };
    folder.plant('site', tree);
    expect(await differences(tree)).toEqual([]);
    writeFileSync(`${folder.path}/site/.vercel/output/large`, `${large.slice(1)}y`);
    expect(await differences(tree)).toEqual([expect.stringMatching(/large: SHA-256 /)]);
  });

  it('stops reading a file that has grown past what it should be', async () => {
    const [item] = parseManifest(writeManifest({ '.vercel/output/large': 'x'.repeat(2 * 1024 * 1024) }));
    folder.plant('site', { '.vercel/output/large': 'x'.repeat(2 * 1024 * 1024) });
    let given = 0;
    const files = {
      ...nodeFiles,
      async *stream(): AsyncGenerator<Uint8Array> {
        for (;;) {
          given += 1;
          await Promise.resolve();
          yield new Uint8Array(1024 * 1024);
        }
      },
    };
    const { told } = await compareFolder(
      files,
      `${folder.path}/site`,
      item ? [item] : [],
      folder.path,
      new AbortController().signal,
    );
    expect(told).toEqual(['.vercel/output/large: 3145728 bytes, in the manifest 2097152']);
    expect(given).toBe(3);
  });
});

describe('verify --folder of a source', () => {
  const SOURCE: Tree = { 'package.json': '{}', 'src/app.ts': 'export {};', '.vercelignore': 'secret.txt\n' };

  it('asks for what a deploy of it would send, not for all that a clone holds', async () => {
    folder.plant('site', { ...SOURCE, '.git/HEAD': 'ref', 'node_modules/a/index.js': '', 'secret.txt': '' });
    expect(await differences(SOURCE)).toEqual([]);
    folder.write('site/src/evil.ts', '');
    expect(await differences(SOURCE)).toEqual(['src/evil.ts: not in the manifest']);
  });

  it('takes earlier records in it for none of it', async () => {
    folder.plant('site', SOURCE);
    await writeRun(folder, 'site/deploy-records/run', { manifest: writeManifest(SOURCE) });
    const { status, printed } = await folder.check('--folder', 'site', 'site/deploy-records/run.result.sigstore.json');
    expect(printed).toContain(
      '3 of 3 names as in the manifest, and no other in what a deploy of this source would send',
    );
    expect(status).toBe(0);
  });

  it('tells of a link that no deploy would send', async () => {
    folder.plant('site', { ...SOURCE, out: '→/etc/passwd' });
    expect(await differences(SOURCE)).toEqual([
      expect.stringContaining('out: a link to "/etc/passwd", which leads out'),
    ]);
  });
});
