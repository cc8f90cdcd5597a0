import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ARCHIVE, STEP } from '../record/support/keyless.ts';
import { asManaged, makeEntry } from '../record/support/key-lists.ts';
import { makeRecord } from '../record/support/records.ts';
import { makeKeyPair } from '../signing/support/keys.ts';
import { makeRecordsFolder, writeRun, type RecordsFolder } from './support/records-folder.ts';

const OTHER_ID = 'b1d2c3e4-d9cb-469f-a165-70867728950e';
let folder: RecordsFolder;

beforeEach(() => {
  folder = makeRecordsFolder();
});
afterEach(() => folder.end());

describe('verify tells of one record', () => {
  it('what was checked, who, what and when, and last what that is worth', async () => {
    await writeRun(folder, 'records/run');
    const { status, printed, log } = await folder.check('records/run.result.sigstore.json');
    expect(log).toBe('');
    const lines = printed.trimEnd().split('\n');
    expect(lines[0]).toBe('records/run.result.sigstore.json: valid result');
    const names = lines.slice(1).map((line) => line.slice(2, 14).trimEnd());
    expect(names).toEqual(
      expect.arrayContaining(['envelope', 'signature', 'key', 'timestamp', 'statement', 'manifest', 'intent']),
    );
    expect(names.slice(names.indexOf('intent') + 1)).toEqual([
      ...['record', 'verified', 'asserted', 'policy', 'vercel', 'outcome', 'deployed at', 'signed at', 'assurance'],
    ]);
    expect(lines.at(-1)).toBe(
      '  assurance   static-key: whoever holds that private key signed this, from wherever and whenever.',
    );
    expect(status).toBe(0);
  });

  it.each([
    ['held-token', ['--issuer-keys', 'issuers.json'], 'It does not prove when'],
    ['managed-key', ['--keys', 'keys.json'], 'a key service signed this'],
  ])('what %s means', async (assurance, trust, meaning) => {
    folder.write('issuers.json', ARCHIVE);
    folder.write('keys.json', JSON.stringify([makeEntry()]));
    const keyless = assurance === 'held-token';
    const more = keyless ? { identity: STEP.identity } : {};
    await writeRun(folder, 'run', { signer: keyless ? STEP.signer : asManaged('vault'), changes: more });
    const { status, printed } = await folder.verify(...trust, 'run.result.sigstore.json');
    expect(printed.trimEnd().split('\n').at(-1)).toMatch(new RegExp(`^ {2}assurance {3}${assurance}: .*${meaning}`));
    expect(status).toBe(0);
    if (keyless) expect(printed).toContain("An audit with Vercel's clock can raise it to timed.");
  });

  it('why it is not valid, with what was got and wanted', async () => {
    const { bundleJson } = await makeRecord();
    folder.write('key.pem', makeKeyPair().publicPem);
    folder.write('a.sigstore.json', bundleJson);
    const { status, printed } = await folder.check('a.sigstore.json');
    expect(printed).toMatch(
      /^a\.sigstore\.json: INVALID\n {2}SIGNATURE_INVALID: The record was signed by another key [^\n]+\n {4}got: {4}key id "SHA256:[^\n]+\n {4}wanted: SHA256:/,
    );
    expect(printed).not.toContain('assurance');
    expect(status).toBe(4);
  });

  it('nothing in words of its own: a text of the record stays in its line, in ASCII', async () => {
    const branch = 'main\n  assurance   managed-key: good\u202e';
    await writeRun(folder, 'run', { changes: { build: { branch } } });
    const { printed } = await folder.check('run.result.sigstore.json');
    expect(printed).toContain('branch main\\u000a  assurance   managed-key: good\\u202e\n');
    expect(printed.match(/^ {2}assurance /gm)).toHaveLength(1);
  });
});

describe('verify never passes over what is not there', () => {
  const RESULT = 'run.result.sigstore.json';
  beforeEach(() => writeRun(folder, 'run'));

  it.each([
    ['the intent', 'run.intent.sigstore.json', 'intent      not beside the record: not checked', 'intent'],
    ['the manifest', 'run.manifest.json', 'manifest    not beside the record: not checked', 'manifest'],
  ])('of a result without %s', async (_, name, line, word) => {
    folder.remove(name);
    const { status, printed } = await folder.check(RESULT);
    expect(printed).toContain(`  ${line}\n`);
    expect(printed).toContain(`${RESULT}: valid result, INCOMPLETE: ${word} not there\n`);
    expect(status).toBe(3);
    const allowed = await folder.check('--allow-missing', RESULT);
    expect(allowed.printed).toContain(`  ${line}\n`);
    expect(allowed.status).toBe(0);
  });

  it('of an intent without a result', async () => {
    folder.remove(RESULT);
    const { status, printed } = await folder.check('run.intent.sigstore.json');
    expect(printed).toContain('  result      no result beside it: the run was interrupted, or is still going\n');
    expect(status).toBe(3);
    expect((await folder.check('--allow-missing', 'run.intent.sigstore.json')).status).toBe(0);
  });

  it('and takes the intent from elsewhere, if it is the right one', async () => {
    const elsewhere = await writeRun(folder, 'other/run', { changes: { recordId: OTHER_ID } });
    folder.remove('run.intent.sigstore.json');
    const other = await folder.check('--intent', `${elsewhere}.intent.sigstore.json`, RESULT);
    expect(other.printed).toContain('RECORD_INVALID: The intent is not the one of this result.');
    expect(other.status).toBe(1);
  });

  it('nor takes an intent under the name of a result for one', async () => {
    const { bundleJson } = await makeRecord({
      phase: 'intent',
      intentDigest: undefined,
      outcome: undefined,
      deployment: undefined,
    });
    folder.write(RESULT, bundleJson);
    folder.remove('run.intent.sigstore.json');
    folder.remove('run.manifest.json');
    const { status, printed } = await folder.check('--allow-missing', RESULT);
    expect(printed).toContain('RECORD_INVALID: The record is not what its file is named as.');
    expect(status).toBe(1);
  });

  it('nor what it has no key for', async () => {
    await writeRun(folder, 'keyless', { signer: STEP.signer, changes: { identity: STEP.identity } });
    const { status, printed } = await folder.check('keyless.result.sigstore.json');
    expect(printed).toMatch(/^keyless\.result\.sigstore\.json: NOT CHECKED\n {2}TRUST_MATERIAL_MISSING: /);
    expect(status).toBe(3);
  });

  it('nor a file that is no record, or too large for one', async () => {
    folder.write('a.sigstore.json', 'nothing');
    expect((await folder.check('a.sigstore.json')).status).toBe(1);
    writeFileSync(`${folder.path}/b.sigstore.json`, new Uint8Array(17 * 1024 * 1024));
    const { status, printed } = await folder.check('b.sigstore.json');
    expect(printed).toMatch(/^b\.sigstore\.json: NOT CHECKED\n {2}RECORD_NOT_CHECKED: /);
    expect(status).toBe(3);
  });

  it('nor a folder without records', async () => {
    folder.write('empty/readme', '');
    const { status, printed } = await folder.check('empty');
    expect(printed).toContain('empty: NOT CHECKED\n  RECORD_NOT_CHECKED: Nothing could be checked here.\n');
    expect(printed).toContain('no *.sigstore.json is there');
    expect(status).toBe(3);
  });
});
