import { describe, expect, it } from '@jest/globals';
import {
  DerFault,
  DerFields,
  readAll,
  readBits,
  readDer,
  readInteger,
  readOid,
  readOnly,
  readSmallInteger,
  readTime,
  TAG,
  type Der,
} from '../src/der.ts';

const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text.replaceAll(' ', ''), 'hex'));

function element(text: string): Der {
  const bytes = hex(text);
  return readDer(bytes, bytes[0] ?? 0, 'it');
}

const time = (text: string): Der => ({ tag: TAG.generalizedTime, whole: Buffer.of(), value: Buffer.from(text) });

describe('an element of DER', () => {
  it('has its tag, its length in the shortest form, and its value', () => {
    expect(element('04 02 0a0b')).toEqual({ tag: 4, whole: hex('04020a0b'), value: hex('0a0b') });
    expect(element(`0481 80 ${'00'.repeat(128)}`).value).toHaveLength(128);
    expect(element(`0482 0100 ${'00'.repeat(256)}`).value).toHaveLength(256);
  });

  it.each([
    { bytes: '', says: 'cut off' },
    { bytes: '04', says: 'cut off' },
    { bytes: '0402 0a', says: 'cut off' },
    { bytes: '0482 01', says: 'cut off' },
    { bytes: '0484 ffffffff 00', says: 'cut off' },
    { bytes: '0485 0000000001 00', says: 'too many octets' },
    { bytes: '04ff', says: 'too many octets' },
    { bytes: '0480 0000', says: 'indefinite' },
    { bytes: '0481 02 0a0b', says: 'shortest form' },
    { bytes: `0482 0080 ${'00'.repeat(128)}`, says: 'shortest form' },
    { bytes: '0481 00', says: 'shortest form' },
    { bytes: '1f81 00', says: 'a tag has more than one octet' },
    { bytes: '0400 00', says: 'it is followed by other bytes' },
  ])('is refused: $bytes', ({ bytes, says }) => {
    expect(() => element(bytes)).toThrow(DerFault);
    expect(() => element(bytes)).toThrow(says);
  });

  it('must be of the type that is looked for', () => {
    expect(() => readDer(hex('0401 00'), TAG.sequence, 'the list')).toThrow(
      'the list is of another type: 0x04 instead of 0x30',
    );
    expect(() => readAll(element('0401 00'))).toThrow('the element 0x04 has no elements inside');
    expect(readOnly(element('3003 020105'), TAG.integer, 'it').value).toEqual(hex('05'));
    expect(() => readOnly(element('3006 020105 020106'), TAG.integer, 'it')).toThrow('does not stand there once');
    expect(() => readOnly(element('3000'), TAG.integer, 'it')).toThrow('does not stand there once');
  });
});

describe('the fields of a structure', () => {
  const fields = (): DerFields => new DerFields(element('3006 020105 0101ff'), 'Pair');

  it('are taken in their order, to the end', () => {
    const pair = fields();
    expect(readSmallInteger(pair.take(TAG.integer, 'first'))).toBe(5);
    expect(pair.optional(TAG.octetString)).toBeUndefined();
    expect(() => pair.end()).toThrow('Pair has a field 0x01 too many');
    expect(pair.optional(TAG.boolean)?.value).toEqual(hex('ff'));
    expect(() => pair.end()).not.toThrow();
    expect(() => pair.take(TAG.integer, 'third')).toThrow('Pair ends before third');
    expect(fields().rest()).toHaveLength(2);
  });

  it('must be of their types', () => {
    expect(() => fields().take(TAG.boolean, 'first')).toThrow('first is of another type: 0x02 instead of 0x01');
  });
});

describe('a value', () => {
  it.each([
    { bytes: '0603 55041d', oid: '2.5.4.29' },
    { bytes: '0609 2a864886f70d010702', oid: '1.2.840.113549.1.7.2' },
    { bytes: '0603 883703', oid: '2.999.3' },
    { bytes: '0601 27', oid: '0.39' },
    {
      bytes: '0614 6983f09da7ebcfdee0c7a1a7b2c0948cc8f9d776',
      oid: '2.25.329800735698586629295641978511506172918',
    },
  ])('may be the object identifier $oid', ({ bytes, oid }) => {
    expect(readOid(element(bytes))).toBe(oid);
  });

  it.each([
    { name: 'an empty identifier', read: () => readOid(element('0600')), says: 'is cut off' },
    { name: 'half an identifier', read: () => readOid(element('0602 2a86')), says: 'is cut off' },
    { name: 'a padded identifier', read: () => readOid(element('0603 2a8001')), says: 'shortest form' },
    { name: 'an endless identifier', read: () => readOid(element(`0641 ${'81'.repeat(64)}01`)), says: 'is too long' },
    { name: 'an empty integer', read: () => readInteger(element('0200')), says: 'shortest form' },
    { name: 'a padded integer', read: () => readInteger(element('0202 007f')), says: 'shortest form' },
    { name: 'a padded negative integer', read: () => readInteger(element('0202 ff80')), says: 'shortest form' },
    { name: 'a large integer', read: () => readSmallInteger(element('0202 0080')), says: 'out of its range' },
    { name: 'a negative integer', read: () => readSmallInteger(element('0201 80')), says: 'out of its range' },
    { name: 'an empty bit string', read: () => readBits(element('0300')), says: 'cut off' },
    { name: 'bits that are not there', read: () => readBits(element('0301 01')), says: 'cut off' },
    { name: 'more than a byte of them', read: () => readBits(element('0302 08ff')), says: 'cut off' },
    { name: 'local time', read: () => readTime(time('20261123120001')), says: 'not written as' },
    { name: 'time with an offset', read: () => readTime(time('20261123120001+0100')), says: 'not written as' },
    { name: 'time without seconds', read: () => readTime(time('202611231200Z')), says: 'not written as' },
    { name: 'a 30th of February', read: () => readTime(time('20260230120000Z')), says: 'does not exist' },
    { name: 'a 13th month', read: () => readTime(time('20261323120000Z')), says: 'does not exist' },
    { name: 'hour 24', read: () => readTime(time('20261123240000Z')), says: 'does not exist' },
  ])('is refused: $name', ({ read, says }) => {
    expect(read).toThrow(DerFault);
    expect(read).toThrow(says);
  });

  it('may be an integer, bits or a time', () => {
    expect(readInteger(element('0202 0080'))).toEqual(hex('0080'));
    expect(readInteger(element('0202 ff7f'))).toEqual(hex('ff7f'));
    expect(readBits(element('0302 05a0'))).toEqual([true, false, true]);
    expect(readBits(element('0301 00'))).toEqual([]);
    expect(readTime(time('20261123120001Z'))).toBe(Date.UTC(2026, 10, 23, 12, 0, 1));
    expect(readTime(time('20240229120001.25Z'))).toBe(Date.UTC(2024, 1, 29, 12, 0, 1, 250));
    expect(readTime(time('20261123120001.123456789Z'))).toBe(Date.UTC(2026, 10, 23, 12, 0, 1, 123));
  });
});
