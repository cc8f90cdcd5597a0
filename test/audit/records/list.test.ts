import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readList, writeEntry } from '../../../src/audit/records/list.ts';
import { refusal } from '../../record/support/records.ts';
import { makeEntry } from './support/checkpoints.ts';

const text = (...lines: readonly string[]): Buffer => Buffer.from(lines.join(''));
const [A, B] = [`${writeEntry(makeEntry('a'))}\n`, `${writeEntry(makeEntry('b'))}\n`];

describe('a list of records', () => {
  it('gives back whatever deployments are called', () => {
    fc.assert(
      fc.property(
        fc.string({
          minLength: 1,
          maxLength: 40,
          unit: fc.nat({ max: 0x7e }).map((unit) => String.fromCharCode(unit)),
        }),
        (deploymentId) => {
          const entry = makeEntry('a', { deploymentId });
          expect([...readList(Buffer.from(`${writeEntry(entry)}\n`)).entries()]).toEqual([entry]);
        },
      ),
    );
  });

  it('finds every one of many, and none that is not there', () => {
    const digests = Array.from({ length: 257 }, (_, at) => (at * 0x1234567).toString(16).padStart(64, '0'));
    const list = readList(Buffer.from(digests.map((digest) => `${writeEntry(makeEntry('a', { digest }))}\n`).join('')));
    expect(digests.filter((digest) => list.find(digest)?.digest !== digest)).toEqual([]);
    expect(list.find('0'.repeat(63) + '1')).toBeUndefined();
    expect(Array.from(list.entries(), ({ digest }) => digest)).toEqual(digests);
  });

  it.each([
    { name: 'another order', bytes: text(B, A), got: 'line 2 is not behind the one before it, by its digest' },
    { name: 'one digest twice', bytes: text(A, A), got: 'line 2 is not behind' },
    { name: 'no end', bytes: text(A, B.trimEnd()), got: 'the last line has no end' },
    { name: 'an empty line', bytes: text(A, '\n', B), got: 'line 2 is none of a list' },
    { name: 'another word', bytes: text(A.replace('here', 'away')), got: 'line 1 is none of a list' },
    { name: 'a part more', bytes: text(A.replace('here', 'here x')), got: 'line 1 is none of a list' },
    { name: 'an escape that is none', bytes: text(A.replace('dpl_a', '%E0')), got: 'a deployment that cannot be read' },
  ])('is refused with $name', ({ bytes, got }) => {
    const error = refusal('SIGNATURE_INVALID', () => [...readList(bytes).entries()]);
    expect(error.got).toContain(got);
  });
});
