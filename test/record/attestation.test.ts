import { describe, expect, it } from '@jest/globals';
import { readTrust, signAttestation, verifyAttestation, verifyRecord } from '../../src/record/index.ts';
import type { VerifyAttestationOptions } from '../../src/record/index.ts';
import {
  AUDITOR,
  build,
  FOREIGN,
  FOREIGN_MEMBER,
  make,
  makeKeyless,
  STEP,
  SUBJECT,
  TYPE,
  WORKSPACE,
} from './support/attestations.ts';
import { asManaged, makeEntry, trustList } from './support/key-lists.ts';
import { ARCHIVE, CLAIMS, EXPIRES_AT, ISSUED_AT, KEYLESS_TRUST, signText, startStep } from './support/keyless.ts';
import { changeBundle, makeRecord, NOW, payloadText, refusal, SIGNER, TRUST } from './support/records.ts';
import { stampAt, TSA_PEM } from './support/stamped.ts';

const options = (changes: Partial<VerifyAttestationOptions> = {}): VerifyAttestationOptions => ({
  ...{ predicateType: TYPE, now: NOW, signer: AUDITOR },
  ...changes,
});

describe('an attestation', () => {
  it('is verified under its key, and says by whom and when it was signed', async () => {
    const signed = await make();
    const attested = verifyAttestation(signed.bundleJson, TRUST, options({ signer: undefined }));
    expect(attested).toMatchObject({
      ...{ keyId: SIGNER.keyId, assurance: 'static-key', payloadDigest: signed.payloadDigest },
      statement: { subject: SUBJECT, predicateType: TYPE, predicate: { result: 'PASSED', note: 'grün' } },
      signedBy: { signedAt: '2026-11-23T12:30:00.000Z', signer: { mode: 'key', static: true } },
    });
    expect(attested).not.toHaveProperty('bound');
  });

  it.each([TYPE, FOREIGN])(
    'is verified keyless by the token of the step that is expected: %s',
    async (predicateType) => {
      const { bundleJson, statement } = await makeKeyless(predicateType);
      const attested = verifyAttestation(bundleJson, KEYLESS_TRUST, options({ predicateType }));
      expect(attested.assurance).toBe('held-token');
      expect(Object.keys(statement.predicate)).toContain(predicateType === TYPE ? 'signedBy' : FOREIGN_MEMBER);
    },
  );

  it('is timed by a timestamp in the life of the token', async () => {
    const trust = readTrust({ issuerKeys: ARCHIVE, tsa: TSA_PEM });
    const inside = await makeKeyless(TYPE, STEP, stampAt(ISSUED_AT + 1000));
    expect(verifyAttestation(inside.bundleJson, trust, options())).toMatchObject({
      assurance: 'timed',
      timestamp: { at: ISSUED_AT + 1000 },
    });
    const late = await makeKeyless(TYPE, STEP, stampAt(EXPIRES_AT + 1000));
    expect(verifyAttestation(late.bundleJson, trust, options()).assurance).toBe('held-token');
  });

  it.each([
    { name: 'workspaceUuid', expected: { ...AUDITOR, workspaceUuid: CLAIMS.repositoryUuid } },
    { name: 'repositoryUuid', expected: { ...AUDITOR, repositoryUuid: WORKSPACE } },
    { name: 'deploymentEnvironmentUuid', expected: { ...AUDITOR, deploymentEnvironmentUuid: WORKSPACE } },
  ])('is refused keyless by a token of another $name', async ({ name, expected }) => {
    const { bundleJson } = await makeKeyless();
    const error = refusal('SIGNATURE_INVALID', () =>
      verifyAttestation(bundleJson, KEYLESS_TRUST, options({ signer: expected })),
    );
    expect(error.message).toContain('another step');
    expect(error.got).toContain(name);
  });

  it('is refused keyless by a step outside of every environment where one is expected', async () => {
    const step = startStep({ ...CLAIMS, workspaceUuid: WORKSPACE });
    const { bundleJson } = await makeKeyless(TYPE, step);
    const error = refusal('SIGNATURE_INVALID', () => verifyAttestation(bundleJson, KEYLESS_TRUST, options()));
    expect(error.got).toBe('deploymentEnvironmentUuid nothing');
    const anywhere = { ...AUDITOR, deploymentEnvironmentUuid: undefined };
    expect(() => verifyAttestation(bundleJson, KEYLESS_TRUST, options({ signer: anywhere }))).not.toThrow();
  });

  it('is not checked keyless where nobody said whose step may sign', async () => {
    const { bundleJson } = await makeKeyless();
    const work = (): unknown => verifyAttestation(bundleJson, KEYLESS_TRUST, options({ signer: undefined }));
    expect(refusal('TRUST_MATERIAL_MISSING', work).message).toContain('whose step may sign it');
  });

  it('is refused where it is of another type, and is no record', async () => {
    const { bundleJson } = await make();
    const other = (): unknown =>
      verifyAttestation(bundleJson, TRUST, options({ predicateType: TYPE.replace('checkpoint', 'exceptions') }));
    expect(refusal('RECORD_INVALID', other).message).toContain('predicateType is another one');
    const asRecord = (): unknown => verifyRecord(bundleJson, TRUST, { now: NOW, allowSandbox: false });
    expect(refusal('RECORD_INVALID', asRecord).message).toContain('not a deploy record');
  });

  it('is never a record that is taken for one', async () => {
    const { bundleJson } = await makeRecord();
    const work = (): unknown => verifyAttestation(bundleJson, TRUST, options());
    expect(refusal('RECORD_INVALID', work).message).toContain('predicateType is another one');
  });

  it('is signed by a listed key where the list lets it sign for audits', async () => {
    const signer = asManaged('vault');
    const { bundleJson } = await make(signer);
    const verify = (entry: object): unknown =>
      verifyAttestation(bundleJson, trustList(makeEntry({ ...entry })), options());
    expect(verify({})).toMatchObject({ assurance: 'managed-key' });
    expect(verify({ environments: ['audit'] })).toMatchObject({ assurance: 'managed-key' });
    expect(refusal('SIGNATURE_INVALID', () => verify({ environments: ['production'] })).got).toBe('"audit"');
    const ended = { validFor: { start: '2026-01-01T00:00:00Z', end: '2026-11-24T00:00:00Z' } };
    expect(refusal('SIGNATURE_INVALID', () => verify(ended)).message).toContain('no longer valid');
  });

  it('is refused after any change', async () => {
    const { bundleJson } = await make();
    const changed = changeBundle(bundleJson, ({ dsseEnvelope }) => {
      dsseEnvelope.payload = Buffer.from(payloadText(bundleJson).replace('PASSED', 'FAILED')).toString('base64');
    });
    refusal('SIGNATURE_INVALID', () => verifyAttestation(changed, TRUST, options()));
    const keyless = await makeKeyless();
    const text = payloadText(keyless.bundleJson).replace('PASSED', 'FAILED');
    const resigned = await signText(text, STEP.signer);
    const error = refusal('RECORD_INVALID', () => verifyAttestation(resigned, KEYLESS_TRUST, options()));
    expect(error.message).toContain('proof belongs to another statement');
  });
});

describe('a statement that its signer spoils', () => {
  it.each([
    {
      name: 'no signer',
      edit: (text: string) => text.replace('"signedBy"', '"signed"'),
      wanted: 'by whom it was signed',
    },
    {
      name: 'no subject',
      edit: (text: string) => text.replace(/"subject":\[.*?\]/, '"subject":[]'),
      wanted: 'no subjects',
    },
    { name: 'a digest that is no hex', edit: (text: string) => text.replace('abab', 'dpl_'), wanted: 'no subjects' },
    {
      name: 'another key',
      edit: (text: string) => text.replace(SIGNER.jwkThumbprint, 'A'.repeat(43)),
      wanted: 'another key',
    },
    {
      name: 'keyless without a proof',
      edit: (text: string) => text.replace('"mode":"key"', '"mode":"keyless"'),
      wanted: 'contradicts',
    },
    { name: 'a member twice', edit: (text: string) => text.replace('{', '{"_type":"x",'), wanted: 'stands twice' },
  ])('is refused: $name', async ({ edit, wanted }) => {
    const { bundleJson } = await make();
    const text = payloadText(bundleJson);
    expect(edit(text)).not.toBe(text);
    const spoiled = await signText(edit(text), SIGNER);
    expect(refusal('RECORD_INVALID', () => verifyAttestation(spoiled, TRUST, options())).message).toContain(wanted);
  });

  it('is refused where a key of nobody is named keyless without a step', async () => {
    const error = await signAttestation(build(STEP.signer), STEP.signer).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'INTERNAL' });
  });
});
