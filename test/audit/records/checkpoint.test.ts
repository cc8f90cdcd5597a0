import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { checkChain, CHECKPOINT_TYPE, findRemoved } from '../../../src/audit/records/index.ts';
import { readTrust, signAttestation, verifyAttestation } from '../../../src/record/index.ts';
import { AUDITOR, build, STEP } from '../../record/support/attestations.ts';
import { CLAIMS, KEYLESS_TRUST, signText } from '../../record/support/keyless.ts';
import { NOW, payloadText, refusal, SIGNER, TRUST } from '../../record/support/records.ts';
import { makeKeyPair } from '../../signing/support/keys.ts';
import { failure, makeEntry, makeLedger, read, SCOPE, statesOf, write } from './support/checkpoints.ts';

const [A, B, C] = [
  makeEntry('a', { timestampAt: NOW - 1000 }),
  makeEntry('b', { deploymentId: 'dpl-x y' }),
  makeEntry('c'),
];
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('a checkpoint', () => {
  it('gives back what was written, sorted by digest', async () => {
    const { digest, recordId, phase, assurance, trust, state } = C;
    const none = { digest, recordId, phase, assurance, trust, state };
    const written = await write(makeLedger([none, A, B]));
    expect(written).toMatchObject({
      name: '20261124T120000.000Z-team_abc-prj_abc.checkpoint.sigstore.json',
      listName: '20261124T120000.000Z-team_abc-prj_abc.checkpoint.list',
      ...{ records: 3, added: 3, removed: 0 },
    });
    const checkpoint = await read(written);
    expect(checkpoint).toMatchObject({ name: written.name, digest: written.digest, scope: SCOPE, auditedAt: NOW });
    expect(checkpoint.digest).toBe(sha256(readFileSync(written.path)));
    expect([...checkpoint.list.entries()]).toEqual([A, B, none]);
    expect(checkpoint.list.find(B.digest)).toEqual(B);
    expect(checkpoint.list.find('d'.repeat(64))).toBeUndefined();
    expect(checkpoint.list.size).toBe(3);
  });

  it('names its list as the subject, and what it was made with', async () => {
    const written = await write(makeLedger([A]));
    const list = readFileSync(`${written.folder}/${written.listName}`);
    const { signed } = await read(written);
    expect(signed.statement.subject).toEqual([{ name: written.listName, digest: { sha256: sha256(list) } }]);
    expect(list.toString()).toBe(
      `${A.digest} ${A.recordId} result dpl_a managed-key ${A.trust} 2026-11-24T11:59:59.000Z here\n`,
    );
    expect(signed.statement.predicate).toMatchObject({
      records: { here: 1, gone: 0, accepted: 0 },
      scope: { since: '2026-11-23T12:00:00.000Z', until: '2026-11-24T12:00:00.000Z' },
    });
  });

  it('may be of no records, and of every project', async () => {
    const scope = { ...SCOPE, projectIds: [] };
    const written = await write(makeLedger([]), { scope });
    expect(written.name).toContain('-team_abc-all.checkpoint');
    expect((await read(written, { scope })).list.size).toBe(0);
  });
});

describe('a checkpoint that does not hold', () => {
  it('is refused after a change of its list', async () => {
    const written = await write(makeLedger([A, B]));
    const path = `${written.folder}/${written.listName}`;
    writeFileSync(path, readFileSync(path, 'utf8').split('\n').slice(1).join('\n'));
    expect(await failure(read(written))).toMatchObject({
      code: 'SIGNATURE_INVALID',
      message: expect.stringContaining(
        `The checkpoint ${written.name} does not hold. The list beside it is not the one`,
      ),
    });
  });

  it('is refused by another key, and as another kind of statement', async () => {
    const written = await write(makeLedger([A]));
    const trust = readTrust({ publicKey: makeKeyPair().publicPem });
    expect(await failure(read(written, { trust }))).toMatchObject({ code: 'SIGNATURE_INVALID' });
    expect(await failure(read(written, { trust: readTrust({}) }))).toMatchObject({
      ...{ code: 'TRUST_MATERIAL_MISSING', fix: expect.stringContaining('(--audit-key)') },
    });
    const other = await signAttestation(build(SIGNER, undefined, 'urn:vercel-oidc-deploy:audit-exceptions:v1'), SIGNER);
    writeFileSync(written.path, other.bundleJson);
    expect(await failure(read(written))).toMatchObject({ code: 'SIGNATURE_INVALID' });
  });

  it.each([
    { name: 'another count', edit: (text: string) => text.replace('"here":1', '"here":2'), wanted: 'list is not one' },
    { name: 'no scope', edit: (text: string) => text.replace('"scope"', '"scopes"'), wanted: 'shape of a checkpoint' },
  ])('is refused where its signer spoiled it: $name', async ({ edit, wanted }) => {
    const written = await write(makeLedger([A]));
    const text = payloadText(readFileSync(written.path, 'utf8'));
    expect(edit(text)).not.toBe(text);
    writeFileSync(written.path, await signText(edit(text), SIGNER));
    expect(await failure(read(written))).toMatchObject({
      ...{ code: 'SIGNATURE_INVALID', message: expect.stringContaining(wanted) },
    });
  });

  it('is refused keyless by a step that is not the auditor', async () => {
    const { signer, identity } = STEP;
    const written = await write(makeLedger([A]), { signer, identity });
    expect((await read(written, { trust: KEYLESS_TRUST, signer: AUDITOR })).list.size).toBe(1);
    const wrong = { ...AUDITOR, repositoryUuid: AUDITOR.workspaceUuid };
    expect(await failure(read(written, { trust: KEYLESS_TRUST, signer: wrong }))).toMatchObject({
      ...{ code: 'SIGNATURE_INVALID', got: expect.stringContaining(CLAIMS.repositoryUuid) },
    });
    expect(await failure(read(written, { trust: KEYLESS_TRUST }))).toMatchObject({ code: 'TRUST_MATERIAL_MISSING' });
  });

  it('is a usage error where it, its list or its name is not there', async () => {
    const written = await write(makeLedger([A]));
    renameSync(written.path, `${written.folder}/x.sigstore.json`);
    expect(await failure(read(written))).toMatchObject({ code: 'USAGE', got: `nothing at ${written.path}` });
    const misnamed = { path: `${written.folder}/x.sigstore.json` };
    expect(await failure(read(misnamed))).toMatchObject({ code: 'USAGE', message: expect.stringContaining('named') });
    renameSync(misnamed.path, written.path);
    rmSync(`${written.folder}/${written.listName}`);
    expect(await failure(read(written))).toMatchObject({ code: 'USAGE', got: expect.stringContaining('.list') });
  });
});

describe('the next checkpoint', () => {
  it.each([
    { name: 'with lines of its own', linesBefore: false },
    { name: 'with those of the one before', linesBefore: true },
  ])('keeps what is gone, and tells it each time until it is accepted: $name', async ({ linesBefore }) => {
    const first = await read(await write(makeLedger([A, B, C])));
    const ledger = makeLedger([A, makeEntry('d')], [C.digest], linesBefore ? first.list : undefined);
    expect([ledger.held.size, ledger.held.ownLines().length]).toEqual([2, linesBefore ? 1 : 2]);
    expect([A, B, C].map(({ digest }) => ledger.held.has(digest))).toEqual([true, false, false]);
    expect([...findRemoved(first, ledger)]).toEqual([B]);
    const written = await write(ledger, { previous: first });
    expect(written).toMatchObject({ records: 3, added: 1, removed: 1 });
    const second = await read(written);
    expect(statesOf(second)).toEqual(['a here', 'b gone', 'c here', 'd here']);
    expect(second.list.find(C.digest)).toEqual(C);
    expect([...findRemoved(second, ledger)].map(({ digest }) => digest)).toEqual([B.digest]);
    const accept = { previous: second, acceptRemoved: ({ recordId }: { recordId: string }) => recordId === B.recordId };
    const third = await read(await write(makeLedger([A, makeEntry('d')], [C.digest]), accept));
    expect(statesOf(third)).toEqual(['a here', 'b accepted', 'c here', 'd here']);
    expect([...findRemoved(third, ledger)]).toEqual([]);
    const fourth = await read(await write(makeLedger([A, makeEntry('d')], [C.digest]), { previous: third }));
    expect(statesOf(fourth)).toContain('b accepted');
  });

  it('has what has come back as what it is now', async () => {
    const first = await read(await write(makeLedger([A, B])));
    const second = await read(await write(makeLedger([A]), { previous: first }));
    const again = { ...B, trust: '1'.repeat(64) };
    const written = await write(makeLedger([A, again]), { previous: second });
    expect(written).toMatchObject({ records: 2, added: 0, removed: 0 });
    expect((await read(written)).list.find(B.digest)).toEqual(again);
  });

  it('names the one before it by its digest', async () => {
    const before = await write(makeLedger([A]));
    const first = await read(before);
    const second = await read(await write(makeLedger([A]), { previous: first, now: NOW + 1000 }), { now: NOW + 1000 });
    expect(second.previous).toEqual({ name: before.name, digest: before.digest });
    checkChain(second, readFileSync(before.path));
    expect(refusal('SIGNATURE_INVALID', () => checkChain(second, Buffer.from('x'))).message).toContain(
      'does not follow',
    );
    const none = refusal('SIGNATURE_INVALID', () => checkChain(first, readFileSync(before.path)));
    expect(none.got).toContain('a first checkpoint');
  });

  it.each([
    { name: 'another team', scope: { ...SCOPE, teamId: 'team_other' } },
    { name: 'a project less', scope: { ...SCOPE, projectIds: ['prj_other'] } },
  ])('is not made from one of another scope: $name', async ({ scope }) => {
    const written = await write(makeLedger([A]));
    expect(await failure(read(written, { scope }))).toMatchObject({
      code: 'USAGE',
      wanted: expect.stringContaining('prj_abc'),
    });
  });

  it('is made from one of a narrower scope', async () => {
    const written = await write(makeLedger([A]));
    const wider = [['prj_abc', 'prj_other'], []];
    for (const projectIds of wider)
      expect((await read(written, { scope: { ...SCOPE, projectIds } })).list.size).toBe(1);
    const all = await write(makeLedger([A]), { scope: { ...SCOPE, projectIds: [] } });
    expect(await failure(read(all))).toMatchObject({ code: 'USAGE', wanted: expect.stringContaining('every project') });
  });
});

it('holds under the generic verifier as well', async () => {
  const { path } = await write(makeLedger([A]));
  const options = { predicateType: CHECKPOINT_TYPE, now: NOW, signer: undefined };
  expect(verifyAttestation(readFileSync(path, 'utf8'), TRUST, options).assurance).toBe('static-key');
});
