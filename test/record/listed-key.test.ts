import { describe, expect, it } from '@jest/globals';
import { readTrust, verifyRecord } from '../../src/record/index.ts';
import type { Signer } from '../../src/signing/types.ts';
import { STEP } from './support/keyless.ts';
import { makeEntry, makeManaged, trustList } from './support/key-lists.ts';
import { changeStatement, KEY, makeRecord, NO_SANDBOX, NOW, refusal, TRUST } from './support/records.ts';

const MANAGED = await makeManaged();

describe('a list of keys', () => {
  it.each<{ mode: Signer['name']; assurance: string }>([
    { mode: 'vault', assurance: 'managed-key' },
    { mode: 'aws-kms', assurance: 'managed-key' },
    { mode: 'gcp-kms', assurance: 'managed-key' },
    { mode: 'azure-key-vault', assurance: 'managed-key' },
    { mode: 'key', assurance: 'static-key' },
  ])('makes a record by $mode one of a $assurance', async ({ mode, assurance }) => {
    const record = verifyRecord(await makeManaged({}, mode), trustList(makeEntry({ mode })), NO_SANDBOX);
    expect([record.assurance, record.warnings]).toEqual([assurance, []]);
    expect(record.checks).toContainEqual({
      name: 'key',
      found: `listed as ${mode}, valid from 2026-01-01T00:00:00.000Z on`,
    });
  });

  it('may have a key in PEM', () => {
    const trust = trustList(makeEntry({ jwk: undefined, pem: KEY.publicPem }));
    expect(verifyRecord(MANAGED, trust, NO_SANDBOX).assurance).toBe('managed-key');
  });

  it('says more of a key than the bare key', () => {
    const keyList = JSON.stringify([
      makeEntry({ validFor: { start: '2026-01-01T00:00:00Z', end: '2026-11-23T23:00:00Z' } }),
    ]);
    expect(verifyRecord(MANAGED, TRUST, NO_SANDBOX).assurance).toBe('static-key');
    const both = readTrust({ publicKey: KEY.publicPem, keyList });
    refusal('SIGNATURE_INVALID', () => verifyRecord(MANAGED, both, NO_SANDBOX));
  });

  it.each([
    { name: 'the target of the record', environments: ['preview', 'production'] },
    { name: 'any target', environments: undefined },
  ])('may be for $name', ({ environments }) => {
    expect(verifyRecord(MANAGED, trustList(makeEntry({ environments })), NO_SANDBOX).assurance).toBe('managed-key');
  });

  it('refuses a record for another target', () => {
    const trust = trustList(makeEntry({ environments: ['preview'] }), makeEntry({ environments: ['staging'] }));
    const error = refusal('SIGNATURE_INVALID', () => verifyRecord(MANAGED, trust, NO_SANDBOX));
    expect(error.message).toBe('The key may not sign for this target.');
    expect([error.got, error.wanted]).toEqual(['"production"', '"preview" or "staging"']);
  });

  it('refuses a record that names another kind of signer, and a proof', async () => {
    const { bundleJson } = await makeRecord();
    const error = refusal('RECORD_INVALID', () => verifyRecord(bundleJson, trustList(makeEntry()), NO_SANDBOX));
    expect(error.message).toBe('The record names another kind of signer than the list of keys.');
    expect([error.got, error.wanted]).toEqual(['key', 'vault']);
  });

  it('refuses a managed record with a proof', () => {
    const pkToken = STEP.signer.binding.bind('ab'.repeat(32));
    const bundle = changeStatement(MANAGED, (s) =>
      Object.assign(s.predicate.oidc, { proof: { type: 'openpubkey-gq256', pkToken } }),
    );
    const { faults } = refusal('RECORD_INVALID', () => verifyRecord(bundle, trustList(makeEntry()), NO_SANDBOX));
    expect(faults).toEqual(['The signer is vault, with a proof of a token.']);
  });
});

const FROM = '2026-11-23T12:00:00Z';
const END = '2026-11-23T13:00:00Z';

describe('the time of a key, without a timestamp', () => {
  const period = (start: string, end?: string): object => makeEntry({ validFor: { start, ...(end && { end }) } });
  const signedAt = Date.UTC(2026, 10, 23, 12, 0, 21, 7);

  it.each([
    { name: 'from the moment of signing', entry: period('2026-11-23T12:00:21.007Z'), now: NOW },
    { name: 'until now', entry: period(FROM, '2026-11-24T12:00:00.000Z'), now: NOW },
    {
      name: 'until the moment of signing, which is now',
      entry: period(FROM, '2026-11-23T12:00:21.007Z'),
      now: signedAt,
    },
  ])('counts $name', ({ entry, now }) => {
    expect(verifyRecord(MANAGED, trustList(entry), { ...NO_SANDBOX, now }).assurance).toBe('managed-key');
  });

  it.each([
    { name: 'of two periods, the second', entries: [period('2026-01-01T00:00:00Z', FROM), period(FROM)] },
    { name: 'of two periods, the first', entries: [period(FROM), period('2026-12-01T00:00:00Z')] },
  ])('counts $name', ({ entries }) => {
    expect(verifyRecord(MANAGED, trustList(...entries), NO_SANDBOX).assurance).toBe('managed-key');
  });

  it.each([
    { name: 'one that started later', entry: period('2026-11-23T12:00:21.008Z'), now: NOW },
    { name: 'one that had ended before', entry: period('2026-01-01T00:00:00Z', FROM), now: signedAt },
  ])('does not count $name', ({ entry, now }) => {
    const error = refusal('SIGNATURE_INVALID', () => verifyRecord(MANAGED, trustList(entry), { ...NO_SANDBOX, now }));
    expect(error.message).toBe('The key was not valid when the record says it was signed.');
    expect(error.got).toBe('2026-11-23T12:00:21.007Z');
  });

  it('does not count once it has ended: its thief can write any time', () => {
    const trust = trustList(period(FROM, END));
    const now = Date.parse(END) + 1;
    const error = refusal('SIGNATURE_INVALID', () => verifyRecord(MANAGED, trust, { ...NO_SANDBOX, now }));
    expect(error.message).toContain('The key is no longer valid, and no timestamp shows');
    expect(error.got).toContain('now it is 2026-11-23T13:00:00.001Z');
    expect(error.wanted).toBe('from 2026-11-23T12:00:00.000Z to 2026-11-23T13:00:00.000Z');
    expect(verifyRecord(MANAGED, trust, { ...NO_SANDBOX, now: now - 1 }).assurance).toBe('managed-key');
    const renewed = trustList(period(FROM, END), period(END));
    const again = refusal('SIGNATURE_INVALID', () => verifyRecord(MANAGED, renewed, { ...NO_SANDBOX, now }));
    expect(again.message).toContain('The key is no longer valid, and no timestamp shows');
    expect(again.wanted).toBe(`${String(error.wanted)}, or from 2026-11-23T13:00:00.000Z on`);
    expect(again.fix).toContain('--tsa');
  });
});
