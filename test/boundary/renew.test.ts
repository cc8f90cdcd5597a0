import { describe, expect, it } from '@jest/globals';
import { parse as parseYaml } from 'yaml';
import { renewFile, renewPolicy, type ReadPolicy } from '../../src/boundary/renew.ts';
import { PipeError } from '../../src/errors.ts';
import { parsePolicy } from '../../src/policy/index.ts';
import { GOOD, PIPE } from '../policy/support/policy.ts';

const DATES = { issued: '2026-11-24', expires: '2026-12-24' };
const NOW = Date.UTC(2026, 10, 24, 12);
const BOM = '\uFEFF';

describe('new dates', () => {
  it.each([
    {
      name: 'leave comments, order and spaces alone',
      before: '# ours\nexpires:   2026-11-30   # last day\nversion: 1\n\nissued: 2026-11-01 # first\ngrants: [ ]\n',
      after: '# ours\nexpires:   2026-12-24   # last day\nversion: 1\n\nissued: 2026-11-24 # first\ngrants: [ ]\n',
    },
    {
      name: 'stay in their quotes',
      before: `version: 1\nissued: '2026-11-01'\nexpires: "2026-11-30"\n`,
      after: `version: 1\nissued: '2026-11-24'\nexpires: "2026-12-24"\n`,
    },
    {
      name: 'keep the line ends of Windows and the mark at the beginning',
      before: `${BOM}version: 1\r\nissued: 2026-11-01\r\ngrants: []\r\n`,
      after: `${BOM}version: 1\r\nissued: 2026-11-24\r\nexpires: 2026-12-24\r\ngrants: []\r\n`,
    },
    {
      name: 'are put below the version, behind its comment',
      before: 'version: 1 # format\n# who may\ngrants: []\n',
      after: 'version: 1 # format\nissued: 2026-11-24\nexpires: 2026-12-24\n# who may\ngrants: []\n',
    },
    {
      name: 'are put below minPipe where it follows',
      before: 'version: 1\nminPipe: 1.0.0\ngrants: []\n',
      after: 'version: 1\nminPipe: 1.0.0\nissued: 2026-11-24\nexpires: 2026-12-24\ngrants: []\n',
    },
    {
      name: 'are put at an end without a line end',
      before: 'grants: []\nversion: 1',
      after: 'grants: []\nversion: 1\nissued: 2026-11-24\nexpires: 2026-12-24',
    },
    {
      name: 'get the other one beside them where one is missing',
      before: 'version: 1\nexpires: 2026-11-30\ngrants: []\n',
      after: 'version: 1\nissued: 2026-11-24\nexpires: 2026-12-24\ngrants: []\n',
    },
    {
      name: 'are indented as their neighbours',
      before: '---\n  version: 1\n  grants: []\n',
      after: '---\n  version: 1\n  issued: 2026-11-24\n  expires: 2026-12-24\n  grants: []\n',
    },
    {
      name: 'fit a map in braces',
      before: '{ version: 1, grants: [] }\n',
      after: '{ version: 1, issued: 2026-11-24, expires: 2026-12-24, grants: [] }\n',
    },
    {
      name: 'fit JSON',
      before: '{"version": 1, "grants": []}',
      after: '{"version": 1, "issued": "2026-11-24", "expires": "2026-12-24", "grants": []}',
    },
    {
      name: 'stay in a block',
      before: 'version: 1\nissued: |-\n  2026-11-01\ngrants: []\n',
      after: 'version: 1\nissued: |-\n  2026-11-24\nexpires: 2026-12-24\ngrants: []\n',
    },
    {
      name: 'stay in a block whose head has a comment',
      before: 'version: 1\nissued: |- # since 2026-11-01\n  2026-11-01\nexpires: 2026-11-30\n',
      after: 'version: 1\nissued: |- # since 2026-11-01\n  2026-11-24\nexpires: 2026-12-24\n',
    },
    {
      name: 'take the line ends of the line above them',
      before: 'version: 1\ngrants: []\r\n',
      after: 'version: 1\nissued: 2026-11-24\nexpires: 2026-12-24\ngrants: []\r\n',
    },
    {
      name: 'stand in place of an alias, and behind an anchor',
      before: 'version: 1\nissued: &day 2026-11-01\nexpires: *day\n',
      after: `version: 1\nissued: &day 2026-11-24\nexpires: '2026-12-24'\n`,
    },
    {
      name: 'replace one that hides behind an escape',
      before: 'version: 1\nissued: "\\x32026-11-01"\nexpires: 2026-11-30\n',
      after: `version: 1\nissued: '2026-11-24'\nexpires: 2026-12-24\n`,
    },
    {
      name: 'leave the same words elsewhere alone',
      before: 'version: 1\nissued: 2026-11-01 # not 2026-11-01\nexpires: 2026-11-30\na: { issued: 2026-11-01 }\n',
      after: 'version: 1\nissued: 2026-11-24 # not 2026-11-01\nexpires: 2026-12-24\na: { issued: 2026-11-01 }\n',
    },
  ])('$name', ({ before, after }) => {
    expect(renewPolicy(before, DATES)).toBe(after);
    expect(parseYaml(after)).toMatchObject(DATES);
  });

  it.each(['', '- a list\n', 'grants: []\n'])('find no place in %j', (text) => {
    expect(() => renewPolicy(text, DATES)).toThrow(expect.objectContaining({ code: 'POLICY_INVALID' }));
  });
});

describe('a policy file', () => {
  const read: ReadPolicy = (bytes) => parsePolicy(bytes, PIPE);
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  it('is renewed for as long as it lived, and says what changed', () => {
    const renewal = renewFile(bytes(GOOD), read, NOW);
    const text = new TextDecoder().decode(renewal.bytes);
    expect(text).toBe(GOOD.replace('issued: 2026-11-01', 'issued: 2026-11-24').replace('2026-11-30', '2026-12-23'));
    expect(renewal.changes).toEqual(['issued: 2026-11-01 -> 2026-11-24', 'expires: 2026-11-30 -> 2026-12-23']);
  });

  it('gets dates where it had none', () => {
    const undated = GOOD.replace(/^(issued|expires): .*\n/gm, '');
    const renewal = renewFile(bytes(undated), read, NOW, 7);
    expect(renewal.changes).toEqual(['issued: none -> 2026-11-24', 'expires: none -> 2026-12-01']);
    expect(parsePolicy(renewal.bytes, PIPE).grants).toEqual(parsePolicy(bytes(undated), PIPE).grants);
  });

  it('keeps the mark that some editors put at its beginning', () => {
    const renewal = renewFile(bytes(`${BOM}${GOOD}`), read, NOW);
    expect([...renewal.bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  });

  it('is refused, with its faults, where it is not good', () => {
    const faulty = bytes(GOOD.replace('exchange: direct', 'exchange: nowhere'));
    expect(() => renewFile(faulty, read, NOW)).toThrow(PipeError);
    expect(() => renewFile(faulty, read, NOW)).toThrow(
      expect.objectContaining({ faults: [expect.stringContaining('no chain is named "nowhere"')] }),
    );
  });

  it('is left alone where a grant shares its date', () => {
    const shared = GOOD.replace('issued: ', 'issued: &day ').replace('[main, ', '[*day, ');
    expect(() => renewFile(bytes(shared), read, NOW)).toThrow(
      expect.objectContaining({ code: 'POLICY_INVALID', message: expect.stringContaining('without changing more') }),
    );
  });

  it('keeps each of its other bytes, whatever they are', () => {
    const odd = `${GOOD.replaceAll('\n', '\r\n').replace('expires: 2026-11-30', 'expires  :   "2026-11-30"\t# ü')}\t \n\n# end`;
    const text = new TextDecoder().decode(renewFile(bytes(odd), read, NOW).bytes);
    expect(text).toBe(odd.replace('issued: 2026-11-01', 'issued: 2026-11-24').replace('"2026-11-30"', '"2026-12-23"'));
  });

  it('is left alone where what came out reads as something else', () => {
    const deaf: ReadPolicy = () => ({ issued: '2026-11-01', expires: '2026-11-30' });
    expect(() => renewFile(bytes(GOOD), deaf, NOW)).toThrow(
      expect.objectContaining({ code: 'POLICY_INVALID', message: expect.stringContaining('cannot be set by a tool') }),
    );
  });
});
