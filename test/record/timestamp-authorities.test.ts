import { describe, expect, it } from '@jest/globals';
import { readAuthorities } from '../../src/record/timestamp.ts';
import { toPem } from '../../src/sandbox/tsa/certificate.ts';
import { makeKeyPair } from '../signing/support/keys.ts';
import { refusal } from './support/records.ts';
import { CA, readFixture, ROOT } from './support/timestamps.ts';

const PEM = toPem(ROOT.certificate);
const KEY = makeKeyPair();

describe('the file of timestamp authorities', () => {
  it('may hold several certificates, with words between them', () => {
    const text = `# our authority\r\n${PEM.replaceAll('\n', '\r\n')}\nThe one below it:\n${toPem(CA.certificate)}`;
    expect(readAuthorities(text).certificates.map(({ x509 }) => x509.raw)).toEqual([ROOT.certificate, CA.certificate]);
    expect(readAuthorities(Buffer.from(readFixture('ec-chain.pem')).toString()).certificates).toHaveLength(2);
  });

  it('may hold 64 of them', () => {
    expect(readAuthorities(PEM.repeat(64)).certificates).toHaveLength(64);
  });

  const block = (base64: string): string => `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`;

  it.each([
    { name: 'nothing', text: '', got: 'text without a certificate in PEM' },
    { name: 'a private key', text: `${PEM}${KEY.pkcs8}`, got: 'a private key' },
    { name: 'a private key of a kind', text: `${PEM}${KEY.sec1}`, got: 'a private key' },
    { name: 'a public key', text: KEY.publicPem, got: 'text without a certificate in PEM' },
    { name: 'a public key beside it', text: `${PEM}${KEY.publicPem}`, got: 'a PEM block that is no certificate' },
    { name: 'one without an end', text: `${PEM}${PEM.slice(0, -30)}`, got: 'a PEM block that is no certificate' },
    { name: 'other bytes', text: `${PEM}${block('AAAA')}`, got: 'block 2: Certificate is followed by other bytes' },
    {
      name: 'half a certificate',
      text: block(ROOT.certificate.toString('base64').slice(0, 80)),
      got: 'block 1: an element is cut off',
    },
    { name: 'too many', text: PEM.repeat(65), got: '65 certificates' },
  ])('is refused: $name', ({ text, got }) => {
    const error = refusal('TRUST_MATERIAL_INVALID', () => readAuthorities(text));
    expect(error.message).toBe('The file of timestamp authorities cannot be used.');
    expect(error.got).toContain(got);
    expect(error.describe()).not.toContain(KEY.pkcs8.split('\n')[1]);
  });
});
