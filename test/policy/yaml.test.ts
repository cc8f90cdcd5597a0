import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { parsePolicy } from '../../src/policy/index.ts';
import { GOOD, PIPE } from './support/policy.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const laughs = [
  'a: &a [x, x, x, x, x, x, x, x, x]',
  ...'bcdefghi'.split('').map((name, index) => {
    const before = 'abcdefgh'[index] ?? 'a';
    return `${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]`;
  }),
].join('\n');

describe('a hostile policy file', () => {
  it.each<{ name: string; file: string | Uint8Array; text: string }>([
    { name: 'empty', file: '', text: '1:1 the file: empty; wanted version, exchanges and grants' },
    { name: 'comments alone', file: '# nothing\n', text: '1:1 the file: empty' },
    { name: 'a text', file: 'allow everything', text: '1:1 the file: got "allow everything"; wanted a map' },
    { name: 'a list', file: '- version: 1', text: 'the file: got [{"version":1}]; wanted a map' },
    { name: 'two documents', file: `${GOOD}---\n${GOOD}`, text: '26:1 a second document; wanted one' },
    { name: '300 KiB', file: `${GOOD}#${'x'.repeat(300 * 1024)}`, text: 'at most 262144 (256 KiB)' },
    { name: 'UTF-16', file: Buffer.from(`\uFEFF${GOOD}`, 'utf16le'), text: 'not UTF-8' },
    { name: 'broken UTF-8', file: Buffer.from([0x61, 0x3a, 0x20, 0xff]), text: 'not UTF-8' },
    { name: 'an archive', file: Buffer.from([0x1f, 0x8b, 0x08, 0x00]), text: 'not UTF-8' },
    { name: 'a tab as indent', file: GOOD.replace('    - vercel', '\t- vercel'), text: '9:1 Tabs are not allowed' },
    { name: 'an open quote', file: GOOD.replace("'release/*'", "'release/*"), text: 'Missing closing' },
    { name: 'an open list', file: GOOD.replace('[prj_abc]', '[prj_abc'), text: '14:' },
    { name: 'a key twice', file: `${GOOD}version: 1\n`, text: '26:1 the key version for the second time; wanted once' },
    {
      name: 'a key twice, once in quotes',
      file: `${GOOD}'version': 1\n`,
      text: '26:1 the key version for the second time',
    },
    {
      name: 'a claim twice',
      file: GOOD.replace('branchName: [main', "branchName: '*'\n      branchName: [main"),
      text: '20:7 the key branchName for the second time',
    },
    {
      name: 'a merge key',
      file: GOOD.replace('noStatic', '<<: {}, noStatic'),
      text: 'a merge key (<<); wanted the keys written out',
    },
    { name: 'an anchor', file: GOOD.replace('[main', '&b [main'), text: 'an anchor (&); wanted the value' },
    {
      name: 'an anchor and its alias',
      file: GOOD.replace('direct:', 'direct: &x').replace('token:', 'other: *x\n  token:'),
      text: 'an alias (*); wanted the value',
    },
    { name: 'an alias to nothing', file: 'version: *v', text: 'v' },
    { name: 'a billion laughs', file: laughs, text: 'an alias (*)' },
    { name: 'an alias to itself', file: 'version: &v [*v]', text: 'an alias (*)' },
    { name: 'a tag on a map', file: GOOD.replace('- static: {}', '- static: !!map {}'), text: '11:21 a tag (!)' },
    { name: 'an anchor on a map', file: GOOD.replace('- static: {}', '- static: &m {}'), text: '11:18 an anchor (&)' },
    { name: 'an anchor on a key', file: GOOD.replace('version: 1', '&v version: 1'), text: '1:4 an anchor (&)' },
    {
      name: 'a tag',
      file: GOOD.replace('version: 1', 'version: !!int "1"'),
      text: '1:16 a tag (!); wanted plain values',
    },
    { name: 'a tag of its own', file: GOOD.replace('version: 1', 'version: !js/function "x"'), text: 'Unresolved tag' },
    {
      name: 'binary',
      file: GOOD.replace('version: 1', 'version: !!binary aGk='),
      text: 'a tag (!); wanted plain values',
    },
    { name: 'YAML 1.1 by directive', file: `%YAML 1.1\n---\n${GOOD}`, text: 'a %YAML directive' },
    {
      name: 'a list as key',
      file: GOOD.replace('exchanges:', '? [a]\n: 1\nexchanges:'),
      text: 'a key that is not text',
    },
    {
      name: 'a number as key',
      file: GOOD.replace('exchanges:', '7: 1\nexchanges:'),
      text: '7:1 a key that is not text',
    },
    {
      name: 'a boolean as key',
      file: GOOD.replace('exchanges:', 'true: 1\nexchanges:'),
      text: 'a key that is not text',
    },
    { name: '__proto__ as key', file: `${GOOD}__proto__: { grants: [] }\n`, text: '26:1 __proto__: unknown key' },
    {
      name: '__proto__ as claim',
      file: GOOD.replace('branchName:', '__proto__:'),
      text: 'grants[0].when.__proto__: got "__proto__"; wanted the name of a claim',
    },
    {
      name: '__proto__ as chain',
      file: GOOD.replace('  token:', '  __proto__:'),
      text: 'exchanges.__proto__: got "__proto__"; wanted a name of small letters',
    },
    {
      name: 'constructor as exchange',
      file: GOOD.replaceAll('exchange: direct', 'exchange: constructor'),
      text: 'no chain is named "constructor"',
    },
    {
      name: 'a control character in a value',
      file: GOOD.replace("'release/*'", '"a\\e[2K"'),
      text: '"a\\u001b[2K"; wanted',
    },
  ])('is refused: $name', ({ file, text }) => {
    const error = refusal(typeof file === 'string' ? bytes(file) : file);
    expect({ code: error.code, exitStatus: error.exitStatus }).toEqual({ code: 'POLICY_INVALID', exitStatus: 2 });
    expect(error.describe()).toContain(text);
    expect(error.describe()).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  const nested = 60 * 1024;
  it.each([
    { name: 'open lists', file: '['.repeat(nested) },
    { name: 'closed lists', file: `version: ${'['.repeat(500)}${']'.repeat(500)}` },
    { name: 'closed maps', file: `version: ${'{a: '.repeat(300)}1${'}'.repeat(300)}` },
    { name: 'list items', file: '- '.repeat(nested) },
    { name: 'maps', file: '{a: '.repeat(nested / 4) },
    {
      name: 'keys',
      file: Array.from({ length: 30_000 }, (_, index) => `k${String(index)}: 1`)
        .join('\n')
        .slice(0, 250 * 1024),
    },
    { name: 'repeated keys', file: 'k: 1\n'.repeat(50_000) },
    { name: 'faults', file: GOOD.replace('[main', `[${'7, '.repeat(40_000)}main`) },
  ])('does not take long or tell much: many $name', ({ file }) => {
    const start = Date.now();
    const error = refusal(bytes(file));
    expect(error.code).toBe('POLICY_INVALID');
    expect(error.faults.length).toBeLessThanOrEqual(50);
    expect(error.describe().length).toBeLessThan(20_000);
    expect(Date.now() - start).toBeLessThan(4000);
  });
});

function refusal(file: Uint8Array): PipeError {
  try {
    parsePolicy(file, PIPE);
  } catch (error) {
    if (error instanceof PipeError) return error;
    throw error;
  }
  throw new Error('it should have been refused');
}
