import { describe, expect, it } from '@jest/globals';
import { readTrust } from '../../src/record/index.ts';
import { makeKeyPair } from '../signing/support/keys.ts';
import { JWK, makeEntry } from './support/key-lists.ts';
import { KEY, refusal, SIGNER } from './support/records.ts';

const VALID = { start: '2026-01-01T00:00:00Z' };
const other = makeKeyPair();

describe('a list of keys that cannot be used', () => {
  const p384 = makeKeyPair('P-384').publicPem;
  const bad = (changes: Readonly<Record<string, unknown>>): string => JSON.stringify([makeEntry(changes)]);
  it.each([
    { name: 'no JSON', text: '[', fault: 'It is not JSON: the list of keys.' },
    { name: 'an object', text: '{}', fault: 'the list is {}; wanted: a list of keys.' },
    { name: 'no key', text: '[]', fault: 'the list is []; wanted: a list of keys.' },
    { name: 'a doubled field', text: bad({}).replace('"mode"', '"mode":"key","mode"'), fault: 'A key stands twice' },
    { name: 'a misspelled field', text: bad({ enviroments: [] }), fault: '"/0" has the unknown field "enviroments".' },
    {
      name: 'a keyless one',
      text: bad({ mode: 'keyless' }),
      fault: '"/0/mode" is "keyless"; wanted: "key" or "vault"',
    },
    { name: 'no validity', text: bad({ validFor: undefined }), fault: '"/0" lacks validFor.' },
    {
      name: 'an odd time',
      text: bad({ validFor: { start: '2026-01-01' } }),
      fault: '"/0/validFor/start" is "2026-01-01"',
    },
    {
      name: 'a 30th of February',
      text: bad({ validFor: { start: '2026-02-30T00:00:00Z' } }),
      fault: 'a time that no calendar has',
    },
    {
      name: 'a month 13',
      text: bad({ validFor: { ...VALID, end: '2026-13-01T00:00:00Z' } }),
      fault: 'a time that no calendar has',
    },
    {
      name: 'an end before its start',
      text: bad({ validFor: { ...VALID, end: '2025-01-01T00:00:00Z' } }),
      fault: 'ends before it starts',
    },
    {
      name: 'more environments than anybody has',
      text: bad({ environments: Array.from({ length: 400_000 }, (_, index) => `e${String(index)}`) }),
      fault: 'key 1 names more than 1000 environments.',
    },
    {
      name: 'one environment too many',
      text: bad({ environments: Array.from({ length: 1001 }, (_, index) => `e${String(index)}`) }),
      fault: 'key 1 names more than 1000 environments.',
    },
    { name: 'no target', text: bad({ environments: [] }), fault: '"/0/environments" is []' },
    { name: 'neither jwk nor pem', text: bad({ jwk: undefined }), fault: '"/0" lacks jwk. "/0" lacks pem.' },
    { name: 'both', text: bad({ pem: KEY.publicPem }), fault: 'wanted: an object of keyid, jwk or pem (one of them)' },
    {
      name: "another key's id",
      text: bad({ jwk: undefined, pem: other.publicPem }),
      fault: 'has another keyid than its key: SHA256:',
    },
    {
      name: 'a private PEM',
      text: bad({ jwk: undefined, pem: KEY.publicPem + KEY.sec1 }),
      fault: 'is not a public P-256 key',
    },
    { name: 'a private JWK', text: bad({ jwk: JSON.parse(KEY.jwk) as unknown }), fault: 'is not a public P-256 key' },
    { name: 'a P-384 PEM', text: bad({ jwk: undefined, pem: p384 }), fault: 'is not a public P-256 key' },
    {
      name: 'no point of the curve',
      text: bad({ jwk: { ...JWK, y: JWK.x } }),
      fault: `key 1 (${SIGNER.keyId}) is not a public P-256 key`,
    },
  ])('has $name', ({ text, fault }) => {
    const error = refusal('TRUST_MATERIAL_INVALID', () => readTrust({ keyList: text }));
    expect(error.message).toBe('The list of keys cannot be used (schemas/deploy-keys.schema.json).');
    expect(error.faults.join(' ')).toContain(fault);
    expect(error.exitStatus).toBe(2);
    expect(error.describe()).not.toContain((JSON.parse(KEY.jwk) as { d: string }).d);
  });

  it('has every fault told at once', () => {
    const text = JSON.stringify([
      makeEntry({ keyid: `SHA256:${'A'.repeat(43)}` }),
      makeEntry({ jwk: { ...JWK, y: JWK.x } }),
    ]);
    const { faults } = refusal('TRUST_MATERIAL_INVALID', () => readTrust({ keyList: text }));
    expect(faults).toHaveLength(2);
  });

  it('has twenty of the faults of its form told', () => {
    const text = JSON.stringify(Array.from({ length: 25 }, () => makeEntry({ validFor: undefined })));
    const { faults } = refusal('TRUST_MATERIAL_INVALID', () => readTrust({ keyList: text }));
    expect(faults).toHaveLength(20);
    expect(faults.at(-1)).toBe('"/19" lacks validFor.');
  });

  it('is told with the size of the text, where that is no JSON', () => {
    const { faults } = refusal('TRUST_MATERIAL_INVALID', () => readTrust({ keyList: '[' }));
    expect(faults).toEqual(['It is not JSON: the list of keys. Got: 1 characters']);
  });
});

describe('a list of keys', () => {
  it('may name a thousand environments, and a key that was valid for a moment', () => {
    const environments = Array.from({ length: 1000 }, (_, index) => `e${String(index)}`);
    const validFor = { start: '2026-01-01T00:00:00Z', end: '2026-01-01T00:00:00Z' };
    const { listed } = readTrust({ keyList: JSON.stringify([makeEntry({ environments, validFor })]) });
    const moment = Date.UTC(2026, 0, 1);
    expect(listed.get(SIGNER.keyId)).toMatchObject([{ targets: environments, start: moment, end: moment }]);
  });
});
