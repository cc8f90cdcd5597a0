import { describe, expect, it } from '@jest/globals';
import { readTrust, verifyAttestation, verifyRecord } from '../../src/record/index.ts';
import { AUDITOR, make, TYPE } from './support/attestations.ts';
import { CONTEXT } from './support/environment.ts';
import { DENIED, INTENT, MANIFEST_TEXT } from './support/facts.ts';
import { ISSUED_AT, KEYLESS_TRUST, makeKeyless, STEP } from './support/keyless.ts';
import {
  changeStatement,
  KEY,
  makeRecord,
  NO_SANDBOX,
  NOW,
  payloadText,
  refuse,
  SIGNER,
  TRUST,
} from './support/records.ts';
import { stampAt, TSA_PEM } from './support/stamped.ts';

const intent = await makeRecord(INTENT);
const result = await makeRecord({ intentDigest: intent.payloadDigest });
const denial = await makeRecord(DENIED);
const ENVELOPE = { name: 'envelope', found: 'a Sigstore bundle v0.3 with one signature' };
const BY_KEY = [
  ENVELOPE,
  { name: 'signature', found: `good, by ${SIGNER.keyId}` },
  { name: 'key', found: 'trusted by itself: whoever holds the private key signed this' },
  { name: 'timestamp', found: 'none' },
];
const fits = (subjects: string): object => ({
  name: 'statement',
  found: `fits the schema and itself; subjects: ${subjects}`,
});

describe('a verification tells what it found', () => {
  it.each([
    {
      name: 'of a result alone',
      ...{ record: result, options: NO_SANDBOX, subjects: 'manifest, git' },
      ...{ manifest: 'not given, not checked', intent: 'not given, not checked' },
    },
    {
      name: 'of a result with the files beside it',
      record: result,
      options: { ...NO_SANDBOX, manifestText: MANIFEST_TEXT, intentText: intent.bundleJson },
      subjects: 'manifest, git',
      manifest: 'the one that the record names',
      intent: 'the one that the record names, by the same key',
    },
    {
      name: 'of an intent',
      ...{ record: intent, options: NO_SANDBOX, subjects: 'manifest, git' },
      ...{ manifest: 'not given, not checked', intent: 'this is one' },
    },
    {
      name: 'of a denial',
      ...{ record: denial, options: NO_SANDBOX, subjects: 'step-token, git' },
      ...{ manifest: 'none in this record', intent: 'none: the run ended before it' },
    },
  ])('$name', ({ record, options, subjects, manifest, intent: found }) => {
    const verified = verifyRecord(record.bundleJson, TRUST, options);
    const beside = [
      { name: 'manifest', found: manifest },
      { name: 'intent', found },
    ];
    expect(verified.checks).toEqual([...BY_KEY, fits(subjects), ...beside]);
    expect(verified).not.toHaveProperty('stamped');
  });

  it('of a keyless record with a timestamp that nobody can check', async () => {
    const { bundleJson } = await makeKeyless({}, STEP, stampAt(ISSUED_AT + 1000));
    const { checks, stamped, warnings } = verifyRecord(bundleJson, KEYLESS_TRUST, NO_SANDBOX);
    expect(checks).toContainEqual({ name: 'key', found: "ephemeral, bound to the step's token by a proof" });
    const found = 'there, and not checked: no authority is trusted';
    expect(checks).toContainEqual({ name: 'timestamp', found });
    expect([stamped, warnings]).toEqual([true, ['The record has a timestamp that was not checked: no --tsa.']]);
  });

  it('of an attestation', async () => {
    const { bundleJson } = await make();
    const { checks } = verifyAttestation(bundleJson, TRUST, { predicateType: TYPE, now: NOW, signer: AUDITOR });
    expect(checks).toEqual([...BY_KEY, { name: 'statement', found: `of type ${TYPE}` }]);
  });
});

describe('a refusal says what to do', () => {
  it('about a record of a sandbox', async () => {
    const { bundleJson } = await makeRecord({ sandbox: true });
    expect(refuse(bundleJson).fix).toBe('To check a trial run all the same, add --allow-sandbox.');
  });

  it('or nothing, and quotes no more than 120 characters', async () => {
    const type = `urn:${'x'.repeat(200)}`;
    const { bundleJson } = await make();
    const bundle = changeStatement(bundleJson, (s) => Object.assign(s, { predicateType: type }));
    const error = refuse(bundle);
    expect(error).not.toHaveProperty('fix', expect.anything());
    expect(error.got).toBe(`"urn:${'x'.repeat(115)}…`);
  });
});

describe('what a record says of the environment', () => {
  const made = makeRecord({ context: CONTEXT, target: 'qa' });

  it('fits itself', async () => {
    const { bundleJson } = await made;
    expect(payloadText(bundleJson)).toContain('"environmentMetadata"');
    expect(() =>
      verifyRecord(bundleJson, readTrust({ publicKey: KEY.publicPem, tsa: TSA_PEM }), NO_SANDBOX),
    ).not.toThrow();
  });

  it.each([
    {
      change: { target: 'production' },
      faults: [
        'The environment is of another target than the deployment.',
        "The environment's digest is not that of what it lists.",
      ],
    },
    { change: { variables: [] }, faults: ["The environment's digest is not that of what it lists."] },
  ])('contradicts it with $change', async ({ change, faults }) => {
    const { bundleJson } = await made;
    const bundle = changeStatement(bundleJson, ({ predicate }) =>
      Object.assign(predicate.environmentMetadata ?? {}, change),
    );
    expect(refuse(bundle).faults).toEqual(faults);
  });
});
