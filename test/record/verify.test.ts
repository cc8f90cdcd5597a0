import { describe, expect, it } from '@jest/globals';
import { verifyRecord } from '../../src/record/index.ts';
import type { RecordFacts } from '../../src/record/types.ts';
import { DENIED, INTENT, makeFacts } from './support/facts.ts';
import {
  changeStatement,
  dropManifest,
  makeRecord,
  NO_SANDBOX,
  refuse,
  SIGNER,
  subjectOf,
  TRUST,
} from './support/records.ts';

const { bundleJson: GOOD } = await makeRecord();
const { bundleJson: INTENT_RECORD } = await makeRecord(INTENT);
const { bundleJson: SANDBOX } = await makeRecord({ sandbox: true });

const change = (edit: Parameters<typeof changeStatement>[1], bundle = GOOD): string => changeStatement(bundle, edit);

describe('verifyRecord refuses', () => {
  it.each([
    { bundle: change((s) => Object.assign(s.predicate.policy, { denial: 'no' })), text: 'a grant and a denial' },
    {
      bundle: change((s) => Reflect.deleteProperty(s.predicate, 'outcome')),
      text: 'A result has no outcome',
    },
    {
      bundle: change((s) => Reflect.deleteProperty(s.predicate, 'intent')),
      text: 'A result has a deployment and no intent',
    },
    {
      bundle: change((s) => Reflect.deleteProperty(s.predicate.vercel, 'deployment')),
      text: 'The outcome is deployed, without a deployment',
    },
    {
      bundle: change((s) => Reflect.deleteProperty(s.predicate.policy, 'grant')),
      text: 'The outcome is deployed, without a grant',
    },
    {
      bundle: change((s) => Object.assign(s.predicate.policy, { expiredPolicy: true })),
      text: 'An expired policy allowed something else than a rollback',
    },
    {
      bundle: change((s) => Object.assign(s.predicate, { action: 'rollback', policy: { expiredPolicy: true } })),
      text: 'An expired policy allowed something else than a rollback',
    },
    {
      bundle: change((s) => {
        Object.assign(s.predicate.outcome ?? {}, { status: 'adopted' });
        Reflect.deleteProperty(s.predicate.vercel, 'deployment');
      }),
      text: 'The outcome is adopted, without a deployment',
    },
    {
      bundle: change((s) => Object.assign(s.predicate.signer, { mode: 'keyless' })),
      text: 'The signer is keyless, without a proof of a token.',
    },
    { bundle: change(dropManifest), text: 'The outcome is deployed, without a manifest' },
    { bundle: change(dropManifest, INTENT_RECORD), text: 'An intent to deploy has no manifest' },
    {
      bundle: change((s) => Reflect.deleteProperty(s.predicate.policy, 'grant'), INTENT_RECORD),
      text: 'An intent has no grant',
    },
    {
      bundle: change((s) => Object.assign(s.predicate, { phase: 'intent' })),
      text: 'An intent names an intent. An intent has an outcome. An intent has a deployment.',
    },
  ])('a record that contradicts itself: $text', ({ bundle, text }) => {
    const { message, faults } = refuse(bundle);
    expect(message).toBe('The record contradicts itself.');
    expect(faults.join(' ')).toContain(text);
  });
});

describe('verifyRecord takes', () => {
  it.each<{ name: string; changes: Partial<RecordFacts> }>([
    { name: 'an intent', changes: INTENT },
    { name: 'a denial', changes: DENIED },
    {
      name: 'a rollback under a policy that has expired',
      changes: { action: 'rollback', grant: { id: 'undo', expiredPolicy: true } },
    },
    { name: 'a rollback, which has no manifest', changes: { action: 'rollback', manifest: undefined } },
    { name: 'an intent to roll back', changes: { ...INTENT, action: 'rollback', manifest: undefined } },
    { name: 'a pipeline that Bitbucket did not tell of', changes: { pipeline: { refusal: 'status 403' } } },
    {
      name: 'a signed policy',
      changes: {
        policySource: { kind: 'https', where: 'https://example.com/p.jws', serial: 7, signedBy: 'ab'.repeat(32) },
      },
    },
    {
      name: 'a preview under the built-in rule',
      changes: { policyDigest: undefined, grant: { id: 'built-in:preview', expiredPolicy: false } },
    },
    {
      name: 'a failure before the exchange',
      changes: { ...DENIED, denial: undefined, outcome: { status: 'failed', exitStatus: 3 } },
    },
    {
      name: 'a stop after the create',
      changes: { outcome: { status: 'interrupted', exitStatus: 143, code: 'TERMINATED', message: 'Stopped.' } },
    },
    { name: 'a variable with odd letters', changes: { build: { branch: 'ünïcödé/\ud800 "\n' } } },
    {
      name: 'a reply of Vercel with nothing that can be left out',
      changes: {
        credential: { ...pick(), expiresAt: undefined, clientId: undefined },
      },
    },
  ])('$name', async ({ changes }) => {
    const { bundleJson, statement } = await makeRecord(changes);
    const record = verifyRecord(bundleJson, TRUST, NO_SANDBOX);
    expect(record.statement).toEqual(statement);
    expect(record.warnings).toEqual([]);
  });

  it('a sandbox record where that is allowed', () => {
    expect(verifyRecord(SANDBOX, TRUST, { ...NO_SANDBOX, allowSandbox: true }).statement.predicate.sandbox).toBe(true);
  });

  it('a record of a policy without a source', () => {
    const bundle = change((s) => {
      Reflect.deleteProperty(s.predicate.policy, 'source');
    });
    expect(verifyRecord(bundle, TRUST, NO_SANDBOX).warnings).toEqual([]);
  });

  it('fields that it does not know, and reports them', () => {
    const bundle = change((s) => {
      Object.assign(s.predicate, { approvals: [{ by: 'x' }] });
      Object.assign(s.predicate.vercel, { 'region\n': 'fra1' });
      Object.assign(s.predicate.oidc.claims, { anyClaim: 'is known' });
      Object.assign(subjectOf(s), { annotations: {} });
    });
    expect(verifyRecord(bundle, TRUST, NO_SANDBOX).warnings).toEqual([
      'The field "/subject/0/annotations" is not known to this version; ignored.',
      'The field "/predicate/vercel/region\\n" is not known to this version; ignored.',
      'The field "/predicate/approvals" is not known to this version; ignored.',
    ]);
  });
});

function pick(): NonNullable<RecordFacts['credential']> {
  const { credential } = makeFacts(SIGNER);
  if (!credential) throw new Error('the sample has no credential');
  return credential;
}
