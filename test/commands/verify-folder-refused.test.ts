import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
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

describe('verify --folder cannot compare', () => {
  it('without the manifest: status 3, also where missing files are allowed', async () => {
    folder.plant('site', SITE);
    await writeRun(folder, 'records/run', { manifest: writeManifest(SITE) });
    folder.remove('records/run.manifest.json');
    const { status, printed } = await folder.check('--allow-missing', '--folder', 'site', RESULT);
    expect(printed).toMatch(/NOT CHECKED\n {2}RECORD_NOT_CHECKED: There is no list of files to go by\.\n/);
    expect(status).toBe(3);
  });

  it('with a folder that is none', async () => {
    await writeRun(folder, 'records/run');
    const { status, log } = await folder.check('--folder', 'key.pem', RESULT);
    expect(log).toContain('USAGE: --folder names no folder.');
    expect(status).toBe(2);
  });

  it('takes the manifest from elsewhere, and only the right one', async () => {
    folder.plant('site', SITE);
    await writeRun(folder, 'records/run', { manifest: writeManifest(SITE) });
    folder.remove('records/run.manifest.json');
    folder.write('m.json', writeManifest(SITE));
    expect((await folder.check('--folder', 'site', '--manifest', 'm.json', RESULT)).status).toBe(0);
    folder.write('m.json', writeManifest({ ...SITE, 'evil.js': '' }));
    const { status, printed } = await folder.check('--folder', 'site', '--manifest', 'm.json', RESULT);
    expect(printed).toContain('RECORD_INVALID: The manifest is not the one of this record');
    expect(status).toBe(1);
  });
});
