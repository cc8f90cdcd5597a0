import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DENIED, RECORD_ID } from '../record/support/facts.ts';
import { ARCHIVE, EXPIRES_AT, startStep, STEP } from '../record/support/keyless.ts';
import { asManaged, makeEntry } from '../record/support/key-lists.ts';
import { makeRecord, parseBundle } from '../record/support/records.ts';
import { makeRecordsFolder, writeRun, type RecordsFolder } from './support/records-folder.ts';

const OTHER_ID = 'b1d2c3e4-d9cb-469f-a165-70867728950e';
let folder: RecordsFolder;

beforeEach(() => {
  folder = makeRecordsFolder();
});
afterEach(() => folder.end());

/** Turns a bit of the signature's last byte. */
function spoil(name: string, bundleJson: string): void {
  const bundle = parseBundle(bundleJson);
  const [signature] = bundle.dsseEnvelope.signatures;
  if (!signature) throw new Error('no signature');
  const bytes = Buffer.from(signature.sig, 'base64');
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  signature.sig = bytes.toString('base64');
  folder.write(name, JSON.stringify(bundle));
}

describe('verify tells of many records', () => {
  beforeEach(async () => {
    await writeRun(folder, 'r/1-run');
    await writeRun(folder, 'r/2-other', { changes: { recordId: OTHER_ID } });
    const { bundleJson } = await makeRecord(DENIED);
    folder.write('r/3-denied.result.sigstore.json', bundleJson);
  });

  it('a line of each, and a sum', async () => {
    const { status, printed } = await folder.check('r');
    const [first, ...lines] = printed.trimEnd().split('\n');
    expect(first).toBe(
      `OK           static-key   intent ${RECORD_ID} production no deployment r/1-run.intent.sigstore.json`,
    );
    expect(lines[0]).toBe(
      `OK           static-key   result ${RECORD_ID} production dpl_1 r/1-run.result.sigstore.json`,
    );
    expect(lines.slice(4)).toEqual(['5 records: 5 OK.', 'Assurance: 5 static-key.']);
    expect(status).toBe(0);
  });

  it('the whole table of each with --verbose', async () => {
    const { printed } = await folder.check('--verbose', 'r/*.result.*');
    expect(printed.match(/^r\/.*: valid result$/gm)).toHaveLength(3);
    expect(printed).toContain('\n3 records: 3 OK.\n');
  });

  it('what is missing, and the worst of all statuses: 4 before 1 before 3', async () => {
    folder.remove('r/1-run.intent.sigstore.json');
    folder.remove('r/2-other.result.sigstore.json');
    const incomplete = await folder.check('r');
    expect(incomplete.printed).toContain('INCOMPLETE   static-key   result ');
    expect(incomplete.printed).toContain(' r/1-run.result.sigstore.json (not there: intent)\n');
    expect(incomplete.printed).toContain('1 intent without a result: the run was interrupted, or is still going.\n');
    expect(incomplete.printed).toContain('1 result without the intent beside it: not checked.\n');
    expect(incomplete.status).toBe(3);

    folder.write('r/4.sigstore.json', '{}');
    const invalid = await folder.check('r');
    expect(invalid.printed).toMatch(/^INVALID {6}r\/4\.sigstore\.json: RECORD_INVALID: /m);
    expect(invalid.printed).toContain('4 records: 1 OK, 2 INCOMPLETE, 1 INVALID.\n');
    expect(invalid.status).toBe(1);

    folder.write('r/4.sigstore.json', (await makeRecord({ sandbox: true })).bundleJson);
    const trial = await folder.check('r');
    expect(trial.printed).toMatch(/^INVALID .*: The record comes from a sandbox: .* add --allow-sandbox\.$/m);

    spoil('r/0.sigstore.json', (await makeRecord()).bundleJson);
    const forged = await folder.check('r');
    expect(forged.printed).toMatch(/^INVALID {6}r\/0\.sigstore\.json: SIGNATURE_INVALID: /);
    expect(forged.status).toBe(4);
  });

  it('as well of several paths, and of one that has none', async () => {
    folder.write('empty/readme', '');
    const { status, printed } = await folder.check('r/3*', 'empty');
    expect(printed).toContain('NOT CHECKED  empty: RECORD_NOT_CHECKED: Nothing could be checked here.\n');
    expect(printed).toContain('2 records: 1 OK, 1 NOT CHECKED.\n');
    expect(status).toBe(3);
  });

  it('without an error of one hiding the others', async () => {
    folder.write('r/0.sigstore.json', 'x');
    const { printed } = await folder.check('r');
    expect(printed).toContain('6 records: 5 OK, 1 INVALID.\n');
  });
});

describe('verify as of a time', () => {
  it('is now, unless --at says when', async () => {
    const end = new Date(EXPIRES_AT).toISOString();
    folder.write('keys.json', JSON.stringify([makeEntry({ validFor: { start: '2026-01-01T00:00:00Z', end } })]));
    await writeRun(folder, 'run', { signer: asManaged('vault') });
    const words = ['--keys', 'keys.json', 'run.result.sigstore.json'];
    expect((await folder.verify(...words, '--at', '2026-11-23T12:30:00Z')).status).toBe(0);
    const later = await folder.verify(...words, '--at', '2026-11-24T00:00:00Z');
    expect(later.status).toBe(4);
  });
});

describe('a forger with a token of another issuer', () => {
  it('is INVALID in the line, not unchecked', async () => {
    const foreign = startStep({
      ...(JSON.parse(JSON.stringify(STEP.identity.claims)) as Record<string, unknown>),
      iss: 'https://evil.example',
      aud: ['a'],
      iat: 1,
      exp: 2,
    });
    await writeRun(folder, 'run', { signer: foreign.signer, changes: { identity: foreign.identity } });
    folder.write('issuers.json', ARCHIVE);
    const { status, printed } = await folder.verify('--issuer-keys', 'issuers.json', '.');
    expect(printed).toMatch(/^INVALID {6}run\.intent\.sigstore\.json: SIGNATURE_INVALID: /);
    expect(status).toBe(4);
  });
});
