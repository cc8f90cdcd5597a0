import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { writePack, type PackOptions } from '../../../src/audit/outputs/index.ts';
import { sha256Hex } from '../../../src/digest.ts';
import { nodeFiles } from '../../../src/platform/files.ts';
import type { Row } from '../../../src/audit/types.ts';
import { makeFolder, type Folder } from './support/folder.ts';
import { makeRow, sourceOf, WHOLE_ROW } from './support/samples.ts';
import { unzip } from './support/unzip.ts';

let folder: Folder;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.end());

/** A row about a record of this text, which is written. */
function rowOf(number: number, file: string, text = file, more: Partial<Row> = {}): Row {
  folder.write(`records/${file}`, text);
  return makeRow(number, { record: { ...WHOLE_ROW.record, file, digest: sha256Hex(text) }, ...more });
}

async function pack(rows: readonly Row[], more: Partial<PackOptions> = {}) {
  const written = await writePack({
    ...{ files: nodeFiles, path: `${folder.path}/out/pack.zip`, workFolder: `${folder.path}/work` },
    ...{ rows: sourceOf(rows), recordFolders: [`${folder.path}/records`], trust: {} },
    ...{ auditKeys: [], checkpoints: [], exceptions: [], policies: [], reports: [] },
    ...more,
  });
  const bytes = folder.bytes('out/pack.zip');
  expect(written).toMatchObject({ name: 'pack.zip', bytes: bytes.length, digest: sha256Hex(bytes) });
  const files = new Map(unzip(bytes).map((one) => [one.name, one.bytes.toString()]));
  expect(written.entries).toBe(files.size);
  return { written, bytes, files, names: [...files.keys()] };
}

it('has the records of the rows with intent and manifest, each once and sorted, and lists every file', async () => {
  folder.write('records/a/2.intent.sigstore.json', 'intent');
  folder.write('records/a/2.manifest.json', 'manifest');
  folder.write('records/a/other.result.sigstore.json', 'not asked for');
  const row = rowOf(1, 'a/2.result.sigstore.json');
  const { files, names, written } = await pack([
    row,
    { ...row, id: 'dpl_x' },
    rowOf(2, '1.intent.sigstore.json'),
    makeRow(3),
  ]);
  expect(names).toEqual([
    'records/1.intent.sigstore.json',
    ...['intent.sigstore.json', 'manifest.json', 'result.sigstore.json'].map((ending) => `records/a/2.${ending}`),
    'VERIFY.md',
    'SHA256SUMS',
  ]);
  const lines = names
    .filter((name) => name !== 'SHA256SUMS')
    .map((name) => `${sha256Hex(files.get(name) ?? '')}  ${name}\n`);
  expect(files.get('SHA256SUMS')).toBe(lines.join(''));
  expect(written).toMatchObject({ records: 2, missing: [] });
  expect(folder.list('work')).toEqual([]);
});

it('is the same zip for the same files', async () => {
  const rows = [rowOf(1, 'b.result.sigstore.json'), rowOf(2, 'a.result.sigstore.json')];
  const { bytes } = await pack(rows);
  expect((await pack(rows.toReversed())).bytes.equals(bytes)).toBe(true);
});

it('has the records of some classes alone', async () => {
  const rows = [rowOf(1, 'a.result.sigstore.json', 'a', { class: 'MISMATCH' }), rowOf(2, 'b.result.sigstore.json')];
  const { names } = await pack(rows, { classes: ['MISMATCH'] });
  expect(names).toEqual(['records/a.result.sigstore.json', 'VERIFY.md', 'SHA256SUMS']);
});

it('has a record that is a row of its own, of any name', async () => {
  folder.write('records/odd.txt', 'x');
  const { names } = await pack([makeRow(1, { kind: 'record', id: 'odd.txt', class: 'UNVERIFIABLE' })]);
  expect(names).toContain('records/odd.txt');
});

it('says what has changed since the audit, and what is gone', async () => {
  const rows = [rowOf(1, 'a.result.sigstore.json'), rowOf(2, 'b.result.sigstore.json')];
  folder.write('records/a.result.sigstore.json', 'changed');
  await nodeFiles.remove(`${folder.path}/records/b.result.sigstore.json`);
  const { written, files } = await pack(rows, { reports: [`${folder.path}/none.csv`] });
  expect(written.missing).toEqual([
    'none.csv was not there to be packed.',
    'a.result.sigstore.json has changed since it was audited.',
    'b.result.sigstore.json is not in the folders of records any more.',
  ]);
  expect(files.get('VERIFY.md')).toContain('## What is missing in this pack\n\n- none\\.csv was not there');
});

it('gives every file a name that is safe in a shell and on every disk, and its own', async () => {
  const names = [
    '-rf $(x)/a;b.result.sigstore.json',
    '-rf $(x)/a b.result.sigstore.json',
    '.hidden/A.result.sigstore.json',
    'hidden/a.result.sigstore.json',
  ];
  const { names: packed, files } = await pack(names.map((name, index) => rowOf(index, name)));
  expect(packed.slice(0, -2).toSorted()).toEqual([
    'records/2/hidden/a.result.sigstore.json',
    'records/2/rf-x-/a-b.result.sigstore.json',
    'records/hidden/A.result.sigstore.json',
    'records/rf-x-/a-b.result.sigstore.json',
  ]);
  expect([...files.values()].slice(0, -2).toSorted()).toEqual(names.toSorted());
});

it('never leads out of its folder, nor out of the folder of records', async () => {
  folder.write('secret', 'x');
  folder.write('records/a', '');
  const row = makeRow(1, { record: { ...WHOLE_ROW.record, file: '../secret', digest: sha256Hex('x') } });
  const { names, written } = await pack([row]);
  expect(names).toEqual(['VERIFY.md', 'SHA256SUMS']);
  expect(written.missing).toEqual(['../secret is not in the folders of records any more.']);
});

it('finds records whose names are not of ASCII, whatever looks like them', async () => {
  folder.write('one/M\u00e4rz/a.result.sigstore.json', '1');
  folder.write('one/M\\u00e4rz/a.result.sigstore.json', '2');
  folder.write('\u00e4/\u202e.result.sigstore.json', '3');
  const files = ['one/M\\u00e4rz/a', 'one/M\\u005cu00e4rz/a', '\\u00e4/\\u202e'];
  const rows = files.map((base, at) => {
    const digest = sha256Hex(String(at + 1));
    return makeRow(at, { record: { ...WHOLE_ROW.record, file: `${base}.result.sigstore.json`, digest } });
  });
  const recordFolders = [`${folder.path}/one`, `${folder.path}/\u00e4`];
  const { files: packed, written } = await pack(rows, { recordFolders });
  expect(written).toMatchObject({ missing: [], records: 3 });
  expect([...packed].slice(0, -2)).toEqual([
    ['records/u00e4/u202e.result.sigstore.json', '3'],
    ['records/one/M-u005cu00e4rz/a.result.sigstore.json', '2'],
    ['records/one/M-u00e4rz/a.result.sigstore.json', '1'],
  ]);
});

it('finds records in several folders by what stands before their names', async () => {
  folder.write('one/r/a.result.sigstore.json', '1');
  folder.write('two/r/a.result.sigstore.json', '2');
  const rowIn = (label: string, text: string): Row =>
    makeRow(Number(text), {
      record: { ...WHOLE_ROW.record, file: `${label}/a.result.sigstore.json`, digest: sha256Hex(text) },
    });
  const recordFolders = [`${folder.path}/one/r`, `${folder.path}/two/r`];
  const { files, written } = await pack([rowIn('r#1', '1'), rowIn('r#2', '2')], { recordFolders });
  expect(written.missing).toEqual([]);
  expect(files.get('records/r-1/a.result.sigstore.json')).toBe('1');
  expect(files.get('records/r-2/a.result.sigstore.json')).toBe('2');
});

it('has reports, keys, checkpoints, exceptions and policies, and says how to use the keys', async () => {
  const write = (name: string): string => folder.write(`in/${name}`, name);
  const rows = [rowOf(1, 'a.result.sigstore.json')];
  const { names, files } = await pack(rows, {
    reports: [write('audit.json'), write('x/audit.json'), write('audit.sigstore.json')],
    checkpoints: [{ bundle: write('c.checkpoint.sigstore.json'), list: write('c.checkpoint.list') }],
    auditKeys: ['A', 'B'],
    exceptions: [write('exceptions.sigstore.json')],
    policies: [write('policies.yml')],
    trust: { issuerKeys: write('keys.json'), keyList: write('y/keys.json'), tsa: write('tsa.pem') },
  });
  expect(names).toEqual([
    ...['audit/audit.json', 'audit/2/audit.json', 'audit/audit.sigstore.json'],
    ...['checkpoints/c.checkpoint.sigstore.json', 'checkpoints/c.checkpoint.list'],
    ...['exceptions/exceptions.sigstore.json', 'keys/keys.json', 'keys/2/keys.json', 'keys/tsa.pem'],
    ...['keys/audit-key.pub.pem', 'keys/audit-key-2.pub.pem'],
    ...['policies/policies.yml', 'records/a.result.sigstore.json', 'VERIFY.md', 'SHA256SUMS'],
  ]);
  const page = files.get('VERIFY.md');
  expect(page).toContain(
    '\nvercel-oidc-deploy verify --issuer-keys keys/keys.json --keys keys/2/keys.json --tsa keys/tsa.pem records\n',
  );
  expect(page).toContain(
    'for FILE in records/a.result.sigstore.json checkpoints/c.checkpoint.sigstore.json audit/audit.sigstore.json exceptions/exceptions.sigstore.json; do',
  );
});

it('leaves no half zip where it cannot be finished', async () => {
  const rows = {
    count: 1,
    classes: {},
    read: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('x')) }) }),
  };
  await expect(pack([], { rows })).rejects.toThrow('x');
  expect([folder.list('out'), folder.list('work')]).toEqual([[], []]);
});
