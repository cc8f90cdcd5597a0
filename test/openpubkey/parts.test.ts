import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { verifyPkToken } from '../../src/openpubkey/index.ts';
import { forge } from './support/forge.ts';
import { makeIssuer } from './support/issuer.ts';

const issuer = makeIssuer();
const good = forge(issuer);
const [gq, cic] = good.signatures;
const refusalOf = (pkToken: unknown): string => {
  const verified = verifyPkToken(pkToken, issuer.issuerKey);
  return 'refusal' in verified ? verified.refusal : 'taken';
};

const SHAPES = [
  { pkToken: undefined, refusal: 'the PK token is not a JSON object' },
  { pkToken: null, refusal: 'the PK token is not a JSON object' },
  { pkToken: [good], refusal: 'the PK token is not a JSON object' },
  { pkToken: JSON.stringify(good), refusal: 'the PK token is not a JSON object' },
  { pkToken: { payload: good.payload }, refusal: 'the PK token lacks signatures' },
  { pkToken: { signatures: good.signatures }, refusal: 'the PK token lacks payload' },
  { pkToken: { ...good, header: {} }, refusal: 'the PK token has other members: ["header"]' },
  { pkToken: { ...good, payload: 1 }, refusal: 'the PK token has a payload that is no text' },
  { pkToken: { ...good, signatures: {} }, refusal: 'the PK token has no list of signatures' },
  { pkToken: { ...good, signatures: [gq] }, refusal: 'the PK token has 1 signatures, not 2' },
  { pkToken: { ...good, signatures: [gq, cic, cic] }, refusal: 'the PK token has 3 signatures, not 2' },
  { pkToken: { ...good, signatures: ['', cic] }, refusal: "the PK token's entry for GQ is not a JSON object" },
  { pkToken: { ...good, signatures: [gq, null] }, refusal: "the PK token's entry for CIC is not a JSON object" },
  {
    pkToken: { ...good, signatures: [{ ...gq, header: { kid: 'x' } }, cic] },
    refusal: 'the PK token\'s entry for GQ has other members: ["header"]',
  },
  {
    pkToken: { ...good, signatures: [gq, { protected: cic.protected }] },
    refusal: "the PK token's entry for CIC lacks signature",
  },
  {
    pkToken: { ...good, signatures: [gq, { ...cic, signature: 7 }] },
    refusal: "the PK token's entry for CIC has a signature that is no text",
  },
  {
    pkToken: { ...good, signatures: [{ ...gq, protected: [] }, cic] },
    refusal: "the PK token's entry for GQ has a protected that is no text",
  },
  { pkToken: { ...good, signatures: [cic, gq] }, refusal: 'the GQ header lacks cic, jkt, kid' },
];

describe('verifyPkToken refuses a shape', () => {
  it.each(SHAPES)('$refusal', ({ pkToken, refusal }) => {
    expect(refusalOf(pkToken)).toBe(refusal);
  });
});

type Entry = Partial<(typeof good.signatures)[0]>;
const withGq = (entry: Entry): unknown => ({ ...good, signatures: [{ ...gq, ...entry }, cic] });
const withCic = (entry: Entry): unknown => ({ ...good, signatures: [gq, { ...cic, ...entry }] });
const PARTS = [
  { name: 'the payload', put: (text: string) => ({ ...good, payload: text }), text: good.payload },
  { name: 'the GQ header', put: (text: string) => withGq({ protected: text }), text: gq.protected },
  { name: 'the GQ signature', put: (text: string) => withGq({ signature: text }), text: gq.signature },
  { name: 'the CIC header', put: (text: string) => withCic({ protected: text }), text: cic.protected },
  { name: 'the CIC signature', put: (text: string) => withCic({ signature: text }), text: cic.signature },
];

describe.each(PARTS)('$name', ({ name, put, text }) => {
  it.each([
    { spelling: 'with padding', write: (part: string) => `${part}=` },
    { spelling: 'with white space', write: (part: string) => `${part}\n` },
    { spelling: 'in the alphabet of base64', write: (part: string) => `${part.slice(0, -4)}+/+/` },
    { spelling: 'of nothing', write: () => '' },
    { spelling: 'cut to a length that base64url cannot have', write: (part: string) => `${part.slice(0, 4)}A` },
  ])('is refused $spelling', ({ write }) => {
    expect(refusalOf(put(write(text)))).toBe(`${name} is not canonical base64url`);
  });

  it('is refused where it is too long', () => {
    const limit = name === 'the GQ signature' ? 2 * 16 * 258 : 16 * 1024;
    expect(refusalOf(put('A'.repeat(limit + 4)))).toBe(`${name} has more than ${String(limit)} characters`);
  });

  it('is refused with any character changed', () => {
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.integer({ min: 1, max: 63 }), (at, by) => {
        const changed = put(turn(text, at, by));
        expect(refusalOf(changed)).not.toBe('taken');
      }),
    );
  });
});

describe.each(PARTS.filter(({ name }) => !name.endsWith('signature')))('$name', ({ name, put }) => {
  it.each([
    { what: 'text', bytes: Buffer.from('claims') },
    { what: 'a list', bytes: Buffer.from('[{}]') },
    { what: 'null', bytes: Buffer.from('null') },
    { what: 'JSON with a byte order mark', bytes: Buffer.from('\uFEFF{}') },
    { what: 'JSON in Latin-1', bytes: Buffer.from('{"sub":"é"}', 'latin1') },
  ])('is refused where it holds $what', ({ bytes }) => {
    // Behind the commitment to it, which the test of the forged headers passes.
    const refusal =
      name === 'the CIC header' ? 'the GQ header commits to another' : `${name} is not a JSON object in UTF-8`;
    expect(refusalOf(put(bytes.toString('base64url')))).toMatch(refusal);
  });
});

/** Another character of the alphabet at that place. */
function turn(text: string, at: number, by: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const turned = alphabet[(alphabet.indexOf(text[at] ?? '') + by) % 64] ?? '';
  return text.slice(0, at) + turned + text.slice(at + 1);
}
