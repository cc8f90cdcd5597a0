import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { findBelow } from '../../../src/commands/verify-find.ts';
import type { Files } from '../../../src/platform/types.ts';
import { nodeFiles } from '../../../src/platform/files.ts';
import { readTrust, signAttestation } from '../../../src/record/index.ts';
import { makeKeyPair } from '../../signing/support/keys.ts';
import { build } from '../../record/support/attestations.ts';
import { changeBundle, changeStatement, payloadText, SIGNER } from '../../record/support/records.ts';
import { makeFolder, makePair, nameFiles, openReading, readAll } from './support/folder.ts';

const PAIR = await makePair();
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const RESULT = 'a.result.sigstore.json';
const INTENT = 'a.intent.sigstore.json';

/** Of another key: only the proof by the result lets it pass. */
const tamper = (bundleJson: string): string =>
  changeBundle(bundleJson, ({ dsseEnvelope }) => {
    dsseEnvelope.payload = Buffer.from(payloadText(bundleJson).replace('prj_abc', 'prj_abd')).toString('base64');
  });

describe('reading records', () => {
  it('gives every file once, in the order of names, with what it says', async () => {
    const { seen, states, reading } = await readAll(
      makeFolder({ ...nameFiles(PAIR, 'b/x'), ...nameFiles(await makePair({ projectId: 'prj_1' })) }),
    );
    expect(states).toEqual(['a.intent verified', 'a.result verified', 'b/x.intent verified', 'b/x.result verified']);
    expect(seen[3]).toMatchObject({
      digest: sha256(PAIR.result.bundleJson),
      payloadDigest: PAIR.result.payloadDigest,
      verdict: { assurance: 'static-key', keyId: SIGNER.keyId },
      facts: { phase: 'result', deployment: { id: 'dpl_1' }, intentDigest: PAIR.intent.payloadDigest },
    });
    expect(reading.populations()).toEqual([
      { name: 'records', seen: 2, missing: [], notes: [] },
      { name: 'intents', seen: 2, missing: [] },
    ]);
    const lines = reading.ledger().held.ownLines();
    expect(lines.map((line) => line.slice(0, 64))).toEqual(seen.map(({ digest }) => digest).sort());
  });

  it('proves an intent by the digest that its result names: its own signature is not looked at', async () => {
    const spoiled = changeBundle(PAIR.intent.bundleJson, ({ dsseEnvelope }) => {
      for (const signature of dsseEnvelope.signatures) signature.sig = 'MAYCAQECAQE=';
    });
    const folder = makeFolder({ [INTENT]: spoiled, [RESULT]: PAIR.result.bundleJson });
    expect((await readAll(folder)).states).toEqual(['a.intent verified', 'a.result verified']);
    const alone = makeFolder({ [INTENT]: spoiled });
    expect((await readAll(alone)).states).toEqual(['a.intent refused']);
  });

  it('verifies an intent without a result by itself', async () => {
    const { states, reading } = await readAll(makeFolder({ [INTENT]: PAIR.intent.bundleJson }));
    expect(states).toEqual(['a.intent verified']);
    expect(reading.populations().map(({ seen }) => seen)).toEqual([0, 1]);
  });

  it('judges an intent that the result does not name by itself', async () => {
    const other = await makePair({ recordId: '11111111-d9cb-469f-a165-70867728950e' });
    const folder = makeFolder({ [INTENT]: other.intent.bundleJson, [RESULT]: PAIR.result.bundleJson });
    expect((await readAll(folder)).states).toEqual(['a.intent verified', 'a.result verified']);
    const bad = makeFolder({ [INTENT]: tamper(PAIR.intent.bundleJson), [RESULT]: PAIR.result.bundleJson });
    expect((await readAll(bad)).states).toEqual(['a.intent refused', 'a.result verified']);
  });

  it('refuses a result whose own intent says something else', async () => {
    const { intent } = await makePair({ projectId: 'prj_other' });
    const result = changeStatement(PAIR.result.bundleJson, ({ predicate }) =>
      Object.assign(predicate.intent ?? {}, { digest: { sha256: intent.payloadDigest } }),
    );
    const { seen, states } = await readAll(makeFolder({ [INTENT]: intent.bundleJson, [RESULT]: result }));
    expect(states).toEqual(['a.intent verified', 'a.result refused']);
    expect(seen[1]?.verdict).toMatchObject({ reason: expect.stringContaining('projectId "prj_other" in the intent') });
  });

  it('says of a record that does not hold what it claims', async () => {
    const { seen } = await readAll(makeFolder({ [RESULT]: tamper(PAIR.result.bundleJson) }));
    expect(seen).toMatchObject([
      {
        verdict: { state: 'refused', code: 'SIGNATURE_INVALID', reason: expect.stringContaining('was changed') },
        facts: { recordId: PAIR.result.recordId, projectId: 'prj_abd', deployment: { id: 'dpl_1' } },
      },
    ]);
  });

  it('checks nothing without trust, and refuses what another key has signed', async () => {
    const folder = makeFolder({ [RESULT]: PAIR.result.bundleJson });
    const none = await readAll(folder, { trust: readTrust({}) });
    expect(none.seen[0]?.verdict).toMatchObject({ state: 'unchecked', code: 'TRUST_MATERIAL_MISSING' });
    const other = await readAll(folder, { trust: readTrust({ publicKey: makeKeyPair().publicPem }) });
    expect(other.seen[0]?.verdict).toMatchObject({ state: 'refused', code: 'SIGNATURE_INVALID' });
    expect([...other.reading.ledger().unheld]).toEqual([sha256(PAIR.result.bundleJson)]);
  });

  it('refuses what is no JSON, and what is not what its name says', async () => {
    const files = { 'a.sigstore.json': '{', 'b.intent.sigstore.json': PAIR.result.bundleJson };
    const { seen } = await readAll(makeFolder(files));
    expect(seen).toMatchObject([
      {
        verdict: { state: 'refused', code: 'RECORD_INVALID' },
        payloadDigest: '',
        facts: { recordId: '', startedAt: 0 },
      },
      { verdict: { state: 'refused', reason: expect.stringContaining('not what its file is named as') } },
    ]);
  });

  it('does not check a record of a sandbox, but where that is allowed', async () => {
    const folder = makeFolder(nameFiles(await makePair({ sandbox: true })));
    const { seen, states } = await readAll(folder);
    expect(states).toEqual(['a.intent unchecked', 'a.result unchecked']);
    expect(seen[1]).toMatchObject({
      verdict: { reason: expect.stringContaining('sandbox') },
      facts: { sandbox: true },
    });
    const allowed = await readAll(folder, { allowSandbox: true });
    expect(allowed.states).toEqual(['a.intent verified', 'a.result verified']);
  });

  it('counts the same bytes once, and says so; the same record in other bytes is seen', async () => {
    const again = JSON.stringify(JSON.parse(PAIR.result.bundleJson), undefined, 1);
    const { states, reading } = await readAll(
      makeFolder({
        [RESULT]: PAIR.result.bundleJson,
        'b.result.sigstore.json': PAIR.result.bundleJson,
        'c.result.sigstore.json': again,
      }),
    );
    expect(states).toEqual(['a.result verified', 'c.result verified']);
    expect(reading.populations()[0]?.notes).toEqual([
      'b.result.sigstore.json: the same bytes as a record that was counted already.',
    ]);
  });

  it('passes over what audits have signed, and says so', async () => {
    const { bundleJson } = await signAttestation(build(SIGNER), SIGNER);
    const { seen, reading } = await readAll(makeFolder({ 'x.checkpoint.sigstore.json': bundleJson }));
    expect(seen).toEqual([]);
    expect(reading.populations()[0]?.notes).toEqual(['1 statements of audits, which are no records.']);
  });
});

describe('what cannot be read', () => {
  it('is told, file by file, and the rest goes on', async () => {
    const folder = makeFolder(nameFiles(PAIR, 'z'));
    symlinkSync(`${folder}/z.result.sigstore.json`, `${folder}/link.sigstore.json`);
    writeFileSync(`${folder}/large.sigstore.json`, '');
    truncateSync(`${folder}/large.sigstore.json`, 16 * 1024 * 1024 + 1);
    mkdirSync(`${folder}/closed`);
    const listKinds: Files['listKinds'] = (path) =>
      path.endsWith('/closed')
        ? Promise.reject(Object.assign(new Error('no'), { code: 'EACCES' }))
        : nodeFiles.listKinds(path);
    const { states, reading } = await readAll(folder, { find: (path) => findBelow({ ...nodeFiles, listKinds }, path) });
    expect(states).toEqual(['z.intent verified', 'z.result verified']);
    expect(reading.populations()[0]?.missing).toEqual([
      'closed: the folder cannot be read (EACCES).',
      'large.sigstore.json: too large for a record: 16777217 bytes.',
      'link.sigstore.json: a link, which is not followed.',
    ]);
  });

  it('is told of a folder that is not there', async () => {
    const { reading } = await readAll('/nowhere/at/all');
    expect(reading.populations()[0]?.missing).toEqual(['/nowhere/at/all: nothing is there; check the path.']);
  });
});

describe('many records', () => {
  it('let other work go on after every 64 files, and end where that is stopped', async () => {
    const files = Array.from(
      { length: 130 },
      (_, at) => [`${String(at)}.sigstore.json`, `{"${String(at)}":1}`] as const,
    );
    const folder = makeFolder(Object.fromEntries(files));
    let rests = 0;
    await readAll(folder, { rest: () => Promise.resolve(void (rests += 1)) });
    expect(rests).toBe(3);
    const stopped = openReading(folder, { rest: () => Promise.reject(new Error('stopped')) });
    let seen = 0;
    const work = async (): Promise<void> => {
      for await (const some of stopped.records) seen += some.length;
    };
    await expect(work()).rejects.toThrow('stopped');
    expect(seen).toBe(64);
  });

  it('of two folders are told apart by them', async () => {
    const [one, two] = [makeFolder({ 'r/a.sigstore.json': '1' }), makeFolder({ 'r/a.sigstore.json': '2' })];
    const { seen } = await readAll([`${one}/r`, `${two}/r`]);
    expect(seen.map(({ file }) => file)).toEqual(['r#1/a.sigstore.json', 'r#2/a.sigstore.json']);
    const named = await readAll([`${one}/r`, two]);
    expect(named.seen.map(({ file }) => file)).toEqual([
      'r/a.sigstore.json',
      expect.stringMatching(/^audit-records-\w+\/r\/a/),
    ]);
  });
});
