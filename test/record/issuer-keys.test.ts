import { describe, expect, it } from '@jest/globals';
import { readTrust } from '../../src/record/index.ts';
import { parseIssuerKeys } from '../../src/record/issuer-keys.ts';
import { JWK } from './support/key-lists.ts';
import { refusal } from './support/records.ts';

describe('the archived keys of an issuer that cannot be used', () => {
  it.each([
    { name: 'no JSON', text: '{', got: "It is not JSON: the issuers' keys." },
    { name: 'a list', text: '[]', got: 'no JSON object' },
    { name: 'no issuer', text: '{}', got: 'no issuer' },
    { name: 'a set without a key', text: '{"keys":[]}', got: 'no RSA key in the key set' },
    { name: 'an issuer without a set', text: '{"https://a.example":null}', got: 'no RSA key in "https://a.example"' },
    {
      name: 'keys that sign no token',
      text: JSON.stringify({
        'https://a.example': {
          keys: [JWK, null, { kty: 'RSA', n: 'AQ', e: 'AQ' }, { kty: 'RSA', kid: '1', n: 'AQ', e: 'AQ', use: 'enc' }],
        },
      }),
      got: 'no RSA key in "https://a.example"',
    },
    ...Object.entries({
      'a key of another kind': { kty: 'EC' },
      'a key of another algorithm': { alg: 'RS512' },
      'a key with an id that is empty': { kid: '' },
      'a key with an id that is none': { kid: 7 },
      'a key without a modulus': { n: undefined },
      'a key without an exponent': { e: undefined },
    }).map(([name, change]) => ({
      name,
      text: JSON.stringify({ keys: [{ kty: 'RSA', kid: '1', n: 'AQ', e: 'AQ', ...change }] }),
      got: 'no RSA key in the key set',
    })),
    { name: 'an issuer that is a number', text: '{"a":7}', got: 'no RSA key in "a"' },
    { name: 'a number', text: '7', got: 'no JSON object' },
    { name: 'null', text: 'null', got: 'no JSON object' },
    { name: 'an issuer twice', text: '{"a":1,"a":2}', got: 'A key stands twice' },
  ])('are $name', ({ text, got }) => {
    const error = refusal('TRUST_MATERIAL_INVALID', () => readTrust({ issuerKeys: text }));
    expect(error.message).toBe("The issuers' keys cannot be used.");
    expect(error.got).toContain(got);
  });

  it('are told with what stands twice, where something does', () => {
    const gotOf = (text: string): string | undefined =>
      refusal('TRUST_MATERIAL_INVALID', () => readTrust({ issuerKeys: text })).got;
    expect(gotOf('{')).toBe("It is not JSON: the issuers' keys. 1 characters");
    expect(gotOf('{"a":1,"a":2}')).toBe('A key stands twice in one object of the issuers\' keys. "a"');
  });
});

describe('the archived keys of issuers', () => {
  it('are named, and found by the name alone', () => {
    const key = { kid: '1', n: 'AQ', e: 'AQ' };
    const set = { keys: [{ kty: 'RSA', ...key }] };
    const named = parseIssuerKeys(JSON.stringify({ 'https://a.example': set, 'https://b.example': set }));
    expect(named.issuers).toEqual(['https://a.example', 'https://b.example']);
    expect(named.find('https://b.example')).toEqual([key]);
    expect(named.find('https://c.example')).toBeUndefined();
    const bare = parseIssuerKeys(JSON.stringify(set));
    expect(bare.issuers).toBeUndefined();
    expect(bare.find('https://c.example')).toEqual([key]);
  });
});
