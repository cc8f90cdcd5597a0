import { bad, inWhen, replace, type HostileFile } from './hostile.ts';
import { GOOD } from './policy.ts';

const laughs = [
  'a: &a [ha, ha, ha, ha, ha, ha, ha, ha, ha]',
  ...Array.from('bcdefghi', (name, index) => {
    const before = 'abcdefgh'[index] ?? 'a';
    return `${name}: &${name} [${Array(9).fill(`*${before}`).join(', ')}]`;
  }),
].join('\n');
const laughsOfText = [
  'a: &a haha',
  ...Array.from('bcdefghi', (name) => `${name}: [${Array(60).fill('*a').join(', ')}]`),
];

/** What is no document of the strict part of YAML. */
export const HOSTILE_YAML: readonly HostileFile[] = [
  bad(
    'a billion laughs',
    laughs,
    '1:7 an anchor (&) on a list, a map or a key; wanted it on a single value',
    '2:7 an anchor (&) on a list, a map or a key; wanted it on a single value',
    '3:7 an anchor (&) on a list, a map or a key; wanted it on a single value',
    '4:7 an anchor (&) on a list, a map or a key; wanted it on a single value',
    '5:7 an anchor (&) on a list, a map or a key; wanted it on a single value',
    '6:7 an anchor (&) on a list, a map or a key; wanted it on a single value',
    '7:7 an anchor (&) on a list, a map or a key; wanted it on a single value',
    '8:7 an anchor (&) on a list, a map or a key; wanted it on a single value',
    '9:7 an anchor (&) on a list, a map or a key; wanted it on a single value',
  ),
  bad('laughs over one text', laughsOfText.join('\n'), '5:85 more than 200 aliases (*); wanted the value written out'),
  bad(
    'more anchors than any policy needs',
    Array.from({ length: 22 }, (_, n) => `k${String(n)}: &a${String(n)} x`).join('\n'),
    '21:11 more than 20 anchors (&); wanted the value written out',
    '22:11 more than 20 anchors (&); wanted the value written out',
  ),
  bad(
    'an alias to itself',
    'version: &v [*v]',
    '1:13 an anchor (&) on a list, a map or a key; wanted it on a single value',
  ),
  bad(
    'an alias to nothing',
    replace('version: 1', 'version: *v'),
    '1:10 an alias (*) of nothing before it; wanted the value written out',
  ),
  bad(
    'an alias before its anchor',
    replace('version: 1', 'version: *v').replace('expires: ', 'expires: &v '),
    '1:10 an alias (*) of nothing before it; wanted the value written out',
  ),
  bad(
    'an anchor for the second time',
    replace('[main,', '[&b main, &b dev,'),
    '19:32 the same anchor (&) for the second time; wanted once',
  ),
  bad(
    'an anchor on a list',
    replace('[main,', '&b [main,'),
    '19:22 an anchor (&) on a list, a map or a key; wanted it on a single value',
  ),
  bad(
    'an anchor on a map',
    replace('- static: {}', '- static: &m {}'),
    '11:18 an anchor (&) on a list, a map or a key; wanted it on a single value',
  ),
  bad(
    'an anchor on a key',
    replace('version: 1', '&v version: 1'),
    '1:4 an anchor (&) on a list, a map or a key; wanted it on a single value',
  ),
  bad(
    'an alias as a key',
    replace('version: 1', 'version: &v 1').replace('minPipe:', '*v :'),
    '2:1 a key that is not text; wanted text, in quotes where needed',
  ),
  bad('a merge key', replace('noStatic', '<<: {}, noStatic'), '21:39 a merge key (<<); wanted the keys written out'),
  bad(
    'a merge key with an alias',
    replace('direct:', 'direct: &x').replace('    - static: {}', '    - <<: *x'),
    '9:5 an anchor (&) on a list, a map or a key; wanted it on a single value',
    '11:7 a merge key (<<); wanted the keys written out',
  ),
  bad('a key twice', `${GOOD}version: 1\n`, '26:1 the key version for the second time; wanted once'),
  bad('a key twice, once in quotes', `${GOOD}'version': 1\n`, '26:1 the key version for the second time; wanted once'),
  bad(
    'a key twice, once by an escape',
    `${GOOD}"gr\\u0061nts": []\n`,
    '26:1 the key grants for the second time; wanted once',
  ),
  bad('a claim twice', inWhen("branchName: '*'"), '20:7 the key branchName for the second time; wanted once'),
  bad(
    'a list as a key',
    replace('exchanges:', '? [a]\n: 1\nexchanges:'),
    '7:3 a key that is not text; wanted text, in quotes where needed',
  ),
  bad(
    'a number as a key',
    replace('exchanges:', '7: 1\nexchanges:'),
    '7:1 a key that is not text; wanted text, in quotes where needed',
  ),
  bad(
    'a boolean as a key',
    replace('exchanges:', 'true: 1\nexchanges:'),
    '7:1 a key that is not text; wanted text, in quotes where needed',
  ),
  bad('two documents', `${GOOD}---\n${GOOD}`, '26:1 a second document; wanted one'),
  bad('an empty document before it', `---\n---\n${GOOD}`, '2:1 a second document; wanted one'),
  bad('YAML 1.1 by directive', `%YAML 1.1\n---\n${GOOD}`, '1:1 a %YAML directive; wanted none: YAML 1.2 is read'),
  bad('a tag', replace('version: 1', 'version: !!int "1"'), '1:16 a tag (!); wanted plain values'),
  bad('a tag of its own', replace('version: 1', 'version: !js/function "x"'), '1:10 Unresolved tag: !js/function'),
  bad('binary', replace('version: 1', 'version: !!binary aGk='), '1:19 a tag (!); wanted plain values'),
  bad(
    'a tab as indent',
    replace('    - vercel', '\t- vercel'),
    '9:1 Tabs are not allowed as indentation',
    '8:10 A block sequence may not be used as an implicit map key',
    '9:2 Implicit keys need to be on a single line',
    '9:2 Implicit map keys need to be followed by map values',
  ),
  bad(
    'an open quote',
    replace("'release/*'", "'release/*"),
    "19:37 Missing closing 'quote",
    '20:5 Flow sequence in block collection must be sufficiently indented and end with a ]',
    '20:15 Nested mappings are not allowed in compact mappings',
    '20:15 Implicit keys need to be on a single line',
  ),
  bad(
    'an open list',
    replace('[prj_abc]', '[prj_abc'),
    '14:94 Flow sequence in block collection must be sufficiently indented and end with a ]',
    '15:5 Flow map in block collection must be sufficiently indented and end with a }',
  ),
  bad('lists without end', '['.repeat(50_000), '1:1 policy: nested too deeply; wanted fewer levels'),
  bad(
    'lists within lists',
    `version: ${'['.repeat(40)}${']'.repeat(40)}\n`,
    '1:40 nested too deeply; wanted fewer levels',
  ),
  bad(
    'more than 256 KiB',
    `${GOOD}#${'x'.repeat(300 * 1024)}`,
    '1:1 policy: 308241 bytes; wanted at most 262144 (256 KiB)',
  ),
  bad('UTF-16', Buffer.from(`\uFEFF${GOOD}`, 'utf16le'), '1:1 policy: not UTF-8; wanted text saved as UTF-8'),
  bad(
    'Latin-1',
    Buffer.from(replace('[main', '[caf\u00e9'), 'latin1'),
    '1:1 policy: not UTF-8; wanted text saved as UTF-8',
  ),
  bad(
    'UTF-8 that is not the shortest',
    Buffer.from([0x61, 0x3a, 0x20, 0xc0, 0xaf]),
    '1:1 policy: not UTF-8; wanted text saved as UTF-8',
  ),
  bad('an archive', Buffer.from([0x1f, 0x8b, 0x08, 0x00]), '1:1 policy: not UTF-8; wanted text saved as UTF-8'),
  bad('a second byte order mark', `\uFEFF\uFEFF${GOOD}`, '1:1 the character \\ufeff; wanted none that does not show'),
  bad(
    'text that runs backwards in a comment',
    replace('[main,', '[main, # \u202e'),
    '19:28 the character \\u202e; wanted none that does not show',
  ),
  bad(
    'a space of no width',
    replace('[main', '[main\u200b'),
    '19:24 the character \\u200b; wanted none that does not show',
  ),
  bad('a NUL', replace('[main', '[main\u0000'), '19:24 the character \\u0000; wanted none that does not show'),
  bad(
    'an escape sequence',
    replace('version: 1', 'version: 1 # \u001b[2K'),
    '1:14 the character \\u001b; wanted none that does not show',
  ),
];
