import { describe, expect, it } from '@jest/globals';
import { digestTrust, readTrust, type Statement, type Trust } from '../../src/record/index.ts';
import type { Holder } from '../../src/sandbox/tsa/certificate.ts';
import { makeEntry, trustList } from './support/key-lists.ts';
import { KEY, SIGNER, TRUST } from './support/records.ts';
import { TSA_PEM } from './support/stamped.ts';
import { CA, ROOT, trust as trustAuthorities } from './support/timestamps.ts';

const ISSUER = 'https://a.example';
const HEX = /^[0-9a-f]{64}$/;
const RSA = { kty: 'RSA', kid: '1', n: 'AQ', e: 'AQ' };

const issuersOf = (keys: readonly object[], issuer = ISSUER): Trust =>
  readTrust({ issuerKeys: JSON.stringify({ [issuer]: { keys } }) });

/** New ones each time: what a digest was is remembered of each. */
const byKey = (): Trust => readTrust({ publicKey: KEY.publicPem });
const byIssuer = (): Trust => issuersOf([RSA]);

/** As far as trust is asked for: by a key alone, or with a proof of the issuer's key. */
function digestOf(
  trust: Trust,
  { keyId = SIGNER.keyId, stamped = false, kid = '1', issuer = ISSUER, proof = false } = {},
): string | undefined {
  const oidc = { issuer, jwksKid: kid, ...(proof ? { proof: {} } : {}) };
  return digestTrust({ statement: { predicate: { oidc } } as unknown as Statement, keyId, stamped }, trust);
}

describe('the digest of what a proof relies on', () => {
  it('is there for a key that is trusted, in every way, each its own', () => {
    const digests = [
      digestOf(TRUST),
      digestOf(trustList(makeEntry())),
      digestOf(issuersOf([RSA]), { keyId: 'another', proof: true }),
    ];
    for (const digest of digests) expect(digest).toMatch(HEX);
    expect(new Set(digests).size).toBe(3);
  });

  it.each([
    { name: 'of another key', trust: byKey, of: { keyId: 'another' } },
    { name: 'by an issuer, without a proof', trust: byIssuer, of: {} },
    { name: 'by another issuer', trust: byIssuer, of: { proof: true, issuer: 'https://b.example' } },
    { name: 'by another key of the issuer', trust: byIssuer, of: { proof: true, kid: '2' } },
    { name: 'where no issuer is trusted', trust: byKey, of: { proof: true, keyId: 'another' } },
  ])('is none $name', ({ trust, of }) => {
    expect(digestOf(trust(), of)).toBeUndefined();
  });

  it.each([
    { name: 'in a list', own: { keyList: JSON.stringify([makeEntry()]) } },
    { name: 'by itself', own: { publicKey: KEY.publicPem } },
  ])("is that of a record's key which is trusted $name, whatever others are proved by the same token", ({ own }) => {
    const trust = readTrust({ ...own, issuerKeys: JSON.stringify({ [ISSUER]: { keys: [RSA] } }) });
    const proved = digestOf(trust, { keyId: 'another', proof: true });
    expect(proved).toMatch(HEX);
    expect(digestOf(trust, { proof: true })).toBe(digestOf(readTrust(own)));
    expect(digestOf(trust, { proof: true })).not.toBe(proved);
  });

  it('is of the list before the key, and of the key before the issuer', () => {
    const keyList = JSON.stringify([makeEntry()]);
    const issuerKeys = JSON.stringify({ [ISSUER]: { keys: [RSA] } });
    const all = readTrust({ publicKey: KEY.publicPem, keyList, issuerKeys });
    expect(digestOf(all, { proof: true })).toBe(digestOf(readTrust({ keyList })));
    const two = readTrust({ publicKey: KEY.publicPem, issuerKeys });
    expect(digestOf(two, { proof: true })).toBe(digestOf(TRUST));
  });

  it.each([
    { name: 'mode', change: { mode: 'aws-kms' } },
    { name: 'start', change: { validFor: { start: '2026-02-01T00:00:00Z' } } },
    { name: 'end', change: { validFor: { start: '2026-01-01T00:00:00Z', end: '2027-01-01T00:00:00Z' } } },
    { name: 'targets', change: { environments: ['production'] } },
  ])('is another for a listed key with another $name', ({ change }) => {
    expect(digestOf(trustList(makeEntry(change)))).toMatch(HEX);
    expect(digestOf(trustList(makeEntry(change)))).not.toBe(digestOf(trustList(makeEntry())));
  });

  it('is the same in whatever order entries stand', () => {
    const [one, other] = [
      makeEntry({ validFor: { start: '2026-01-01T00:00:00Z', end: '2026-12-01T00:00:00Z' } }),
      makeEntry({ validFor: { start: '2026-12-01T00:00:00Z' } }),
    ];
    expect(digestOf(trustList(one, other))).toBe(digestOf(trustList(other, one)));
    expect(digestOf(trustList(one, other))).not.toBe(digestOf(trustList(one)));
  });

  it('is another for another key of the issuer under the same id alone, in whatever order', () => {
    const of = { keyId: 'another', proof: true };
    const before = digestOf(issuersOf([RSA]), of);
    expect(digestOf(issuersOf([{ ...RSA, n: 'Ag' }]), of)).not.toBe(before);
    expect(digestOf(issuersOf([{ ...RSA, e: 'Aw' }]), of)).not.toBe(before);
    expect(digestOf(issuersOf([{ ...RSA, kid: '2', n: 'Ag' }, RSA]), of)).toBe(before);
    const two = [RSA, { ...RSA, n: 'Ag' }];
    expect(digestOf(issuersOf(two), of)).toBe(digestOf(issuersOf(two.toReversed()), of));
  });

  it('hangs on the authorities of timestamps where the record has one', () => {
    const withAuthorities = readTrust({ publicKey: KEY.publicPem, tsa: TSA_PEM });
    expect(digestOf(withAuthorities)).toBe(digestOf(TRUST));
    const stamped = [digestOf(withAuthorities, { stamped: true }), digestOf(TRUST, { stamped: true }), digestOf(TRUST)];
    for (const digest of stamped) expect(digest).toMatch(HEX);
    expect(new Set(stamped).size).toBe(3);
    const by = (...holders: readonly Holder[]): string | undefined =>
      digestOf({ ...byKey(), authorities: trustAuthorities(...holders) }, { stamped: true });
    expect(by(ROOT)).toBe(digestOf(withAuthorities, { stamped: true }));
    expect(by(CA)).not.toBe(by(ROOT));
    expect(by(CA, ROOT)).not.toBe(by(ROOT));
    expect(by(CA, ROOT)).toBe(by(ROOT, CA));
  });

  it('is each record its own, however many one trust was asked for', () => {
    const make = (): Trust =>
      readTrust({
        publicKey: KEY.publicPem,
        issuerKeys: JSON.stringify({ [ISSUER]: { keys: [RSA, { ...RSA, kid: '2', n: 'Ag' }] } }),
      });
    const trust = make();
    const asked = [
      ...[{}, { stamped: true }, { keyId: 'another' }, { keyId: 'another', proof: true }],
      ...[
        { keyId: 'another', proof: true, kid: '2' },
        { keyId: 'another', proof: true, stamped: true },
      ],
    ];
    for (const of of [...asked, ...asked]) expect(digestOf(trust, of)).toBe(digestOf(make(), of));
    expect(new Set(asked.map((of) => digestOf(trust, of))).size).toBe(asked.length);
  });
});
