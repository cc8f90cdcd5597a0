import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { buildStatement, readTrust, signRecord, verifyRecord } from '../../src/record/index.ts';
import type { RecordFacts, SignedRecord } from '../../src/record/types.ts';
import { createKeySigner } from '../../src/signing/index.ts';
import { makeKeyPair } from '../signing/support/keys.ts';
import { CONTEXT } from './support/environment.ts';
import { DENIED, INTENT, makeFacts, MANIFEST_TEXT, RECORD_ID } from './support/facts.ts';
import { KEY, makeRecord, NO_SANDBOX, payloadText, refusal, resign, TRUST } from './support/records.ts';

const intent = await makeRecord(INTENT);
const result = await makeRecord({ intentDigest: intent.payloadDigest });
const laterIntent = await makeRecord({ ...INTENT, signedAt: Date.UTC(2026, 10, 23, 13) });
const denial = await makeRecord(DENIED);
const otherSigner = createKeySigner(makeKeyPair().pkcs8);

/** An intent of another run, and a result that names it by digest although it is not its own. */
async function pairWith(changes: Partial<RecordFacts>): Promise<{ before: SignedRecord; after: SignedRecord }> {
  const before = await makeRecord({ ...INTENT, ...changes });
  return { before, after: await makeRecord({ intentDigest: before.payloadDigest }) };
}

describe('verifyRecord with the files beside the record', () => {
  it('takes its manifest and its intent', () => {
    const options = { ...NO_SANDBOX, manifestText: MANIFEST_TEXT, intentText: intent.bundleJson };
    expect(verifyRecord(result.bundleJson, TRUST, options).payloadDigest).toBe(result.payloadDigest);
  });

  it.each([
    { name: 'a changed manifest', record: result, text: MANIFEST_TEXT.replace('[]', '[{}]') },
    { name: 'a manifest with a line break more', record: result, text: `${MANIFEST_TEXT}\n` },
    { name: 'a manifest with a byte order mark', record: result, text: `\uFEFF${MANIFEST_TEXT}` },
    { name: "an intent's changed manifest", record: intent, text: '' },
  ])('refuses $name', ({ record, text }) => {
    const options = { ...NO_SANDBOX, manifestText: text };
    const error = refusal('RECORD_INVALID', () => verifyRecord(record.bundleJson, TRUST, options));
    expect(error.message).toContain('The manifest is not the one of this record');
    expect(error.wanted).toContain('SHA-256');
  });

  it('refuses a manifest for a record without one', () => {
    const options = { ...NO_SANDBOX, manifestText: MANIFEST_TEXT };
    const error = refusal('RECORD_INVALID', () => verifyRecord(denial.bundleJson, TRUST, options));
    expect(error.message).toContain('The record names no manifest');
  });

  it.each([
    { name: 'a result given as the intent', of: result, given: result, text: 'What was given as the intent is none' },
    { name: 'an intent of an intent', of: intent, given: intent, text: 'The record belongs to no intent. | an intent' },
    { name: 'an intent of a denial', of: denial, given: intent, text: 'The record belongs to no intent. | a result' },
    {
      name: 'another intent of the same run',
      of: result,
      given: laterIntent,
      text: 'payload SHA-256',
    },
  ])('refuses $name', ({ of, given, text }) => {
    const options = { ...NO_SANDBOX, intentText: given.bundleJson };
    const { message, got } = refusal('RECORD_INVALID', () => verifyRecord(of.bundleJson, TRUST, options));
    expect(`${message} | ${String(got)}`).toContain(text);
  });

  it.each<{ text: string; changes: Partial<RecordFacts> }>([
    { text: 'recordId', changes: { recordId: RECORD_ID.replace('0f', '1f') } },
    { text: 'action', changes: { action: 'promote' } },
    { text: 'teamId', changes: { teamId: 'team_other' } },
    { text: 'projectId', changes: { projectId: 'prj_other' } },
    { text: 'target', changes: { target: 'preview' } },
    {
      text: 'token SHA-256',
      changes: { identity: { ...makeFacts(otherSigner).identity, tokenDigest: '00'.repeat(32) } },
    },
    { text: 'manifest SHA-256', changes: { manifest: otherManifest() } },
    { text: 'environment SHA-256', changes: { context: CONTEXT } },
  ])('refuses the intent of another deployment: $text', async ({ text, changes }) => {
    const { before, after } = await pairWith(changes);
    const options = { ...NO_SANDBOX, intentText: before.bundleJson };
    const error = refusal('RECORD_INVALID', () => verifyRecord(after.bundleJson, TRUST, options));
    expect(error.message).toBe('The intent is not the one of this result.');
    expect(error.got).toContain(`${text} `);
  });

  it('refuses an intent of another key, even of another trusted one', async () => {
    const foreign = await signRecord(buildStatement(makeFacts(otherSigner, INTENT)), otherSigner);
    const keys = [KEY.publicPem, otherSigner.publicKeyPem].map((pem) => createPublicKey(pem).export({ format: 'jwk' }));
    const options = { ...NO_SANDBOX, intentText: foreign.bundleJson };
    const both = readTrust({ publicKey: JSON.stringify({ keys }) });
    expect(verifyRecord(foreign.bundleJson, both, NO_SANDBOX).keyId).toBe(otherSigner.keyId);
    const error = refusal('SIGNATURE_INVALID', () => verifyRecord(result.bundleJson, both, options));
    expect(error.got).toBe(`key id "${otherSigner.keyId}"`);
  });

  it('refuses a changed intent', () => {
    const changed = resign(intent.bundleJson, payloadText(intent.bundleJson), makeKeyPair().pkcs8);
    const options = { ...NO_SANDBOX, intentText: changed };
    const error = refusal('SIGNATURE_INVALID', () => verifyRecord(result.bundleJson, TRUST, options));
    expect(error.message).toContain('The signature does not fit the record');
  });

  it('refuses the intent of a sandbox run for another, where sandbox records are allowed', async () => {
    const { before, after } = await pairWith({ sandbox: true });
    const options = { ...NO_SANDBOX, allowSandbox: true, intentText: before.bundleJson };
    const error = refusal('RECORD_INVALID', () => verifyRecord(after.bundleJson, TRUST, options));
    expect(error.got).toBe('sandbox true in the intent');
  });

  it('refuses the intent of a sandbox run', async () => {
    const { before, after } = await pairWith({ sandbox: true });
    const options = { ...NO_SANDBOX, intentText: before.bundleJson };
    const error = refusal('RECORD_INVALID', () => verifyRecord(after.bundleJson, TRUST, options));
    expect(error.message).toContain('The record comes from a sandbox');
  });
});

function otherManifest(): RecordFacts['manifest'] {
  const { manifest } = makeFacts(otherSigner);
  return manifest && { ...manifest, digest: '00'.repeat(32) };
}
