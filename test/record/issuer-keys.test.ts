import { describe, expect, it } from '@jest/globals';
import { readTrust } from '../../src/record/index.ts';
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
    { name: 'an issuer twice', text: '{"a":1,"a":2}', got: 'A key stands twice' },
  ])('are $name', ({ text, got }) => {
    const error = refusal('TRUST_MATERIAL_INVALID', () => readTrust({ issuerKeys: text }));
    expect(error.message).toBe("The issuers' keys cannot be used.");
    expect(error.got).toContain(got);
  });
});
