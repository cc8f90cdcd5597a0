import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { inspectDeploymentFiles } from '@vercel/client';
import { afterEach, describe, expect, it } from '@jest/globals';
import { sendWithVercelClient } from '../deploy/support/vercel-client.ts';
import {
  hasModesOf,
  makeSite,
  OUTPUT,
  printedLog,
  sortSent,
  STATIC,
  UNPRINTABLE,
  WAYS,
  type Sent,
  type Site,
  type Way,
} from './support/site.ts';

/** What a file may be called, and what a tool on the way could make of it. */
const NAMES: readonly string[] = [
  // One name for people, two for the disk; names that differ in case alone.
  ...['\u00e9.txt', 'e\u0301.txt', '\u212b.txt', 'Case.txt', 'case.txt', 'CASE.TXT', 'İ.txt', 'ß', 'SS'],
  // Read in another order, or not at all.
  ...[
    '\u202etxt.exe',
    '\u2066a\u2069.txt',
    'a\u200bb',
    'ab',
    '\ufeffbom',
    'a\u00a0b',
    'a\u00adb',
    'a\u2028b',
    '\u3164',
  ],
  // Words of a shell, a URL, a command line, a glob and a tar.
  ...[
    `"d" 'q' \`b\` $HOME`,
    '-rf',
    '--',
    '-',
    '@file',
    '!bang',
    '#hash',
    'a?b=c#d',
    '*',
    '[a-z]',
    '{a,b}',
    '~',
    'a;b|c&d<e>',
  ],
  ...['%2e%2e', '%2e%2e%2fup', '%00', '%', 'a:b', 'C:', '...', '.. ', 'PaxHeader', 'x (deleted)', 'source.tgz.part1'],
  ...[' lead', 'trail ', ' ', '\u3000', 'dot.', '0', '00', '-0', 'NaN', 'null', 'true'],
  // Members that every JavaScript object seems to have.
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'then', 'length', 'folder/__proto__/constructor'],
  ...['👩‍👩‍👧‍👦.html', '\u{1d4b3}', '\u{10ffff}', '\uffff', '\ufb01', '日本語/Übergröße'],
  ...['n'.repeat(255), `${'é'.repeat(127)}x`, '\u{1f600}'.repeat(63), `${'d'.repeat(255)}/${'e'.repeat(255)}`],
];

/** As long as the system takes it, absolute and with the byte that ends it: 4096 bytes. */
function longestPath(folder: string): string {
  let path = folder;
  while (4095 - path.length > 256) path += `/${'l'.repeat(200)}`;
  return `${path}/${'m'.repeat(4095 - path.length - 1)}`;
}

const sites: Site[] = [];
afterEach(() => sites.splice(0).forEach((site) => site.end()));

async function siteWith(way: Way, base: string): Promise<Site> {
  const site = await makeSite(way);
  sites.push(site);
  for (const [index, name] of NAMES.entries()) site.put(`${base}/${name}`, `content ${String(index)}`);
  site.put(longestPath(`${site.root}/${base}`).slice(site.root.length + 1), 'far down');
  site.put(`${base}/equal/\u00e9`, 'content 0');
  chmodSync(`${site.root}/${base}/-rf`, 0o755);
  mkdirSync(`${site.root}/${base}/\u202eempty/ `, { recursive: true });
  symlinkSync('-rf', `${site.root}/${base}/to -rf`);
  symlinkSync(`${'d'.repeat(255)}/${'e'.repeat(255)}`, `${site.root}/${base}/${'t'.repeat(255)}`);
  return site;
}

const KINDS: Readonly<Record<number, string>> = { 0o100000: 'file', 0o120000: 'symlink', 0o040000: 'directory' };
type Bare = Omit<Sent, 'mode'>;

/** What Vercel's own client sends of the same tree. */
async function byClient({ mode }: Way, root: string): Promise<Bare[]> {
  if (mode === 'prebuilt') {
    const { files } = await sendWithVercelClient(root);
    return sortSent(
      files.map(({ file, sha, size, mode: bits }) => ({ file, kind: KINDS[bits & 0o170000] ?? '', sha, size })),
    );
  }
  const { files } = await inspectDeploymentFiles({ path: root });
  return sortSent(
    files.map(({ path, sha, size }) => {
      const stat = lstatSync(`${root}/${path}`);
      const kind = stat.isSymbolicLink() ? 'symlink' : stat.isDirectory() ? 'directory' : 'file';
      return { file: path, kind, sha, size: kind === 'directory' ? undefined : size };
    }),
  );
}

const bare = ({ file, kind, sha, size }: Sent): Bare => ({ file, kind, sha, size });

describe.each(WAYS)('odd names, $mode by $upload', (way) => {
  it("go as Vercel's own client sends them, and the record holds", async () => {
    const base = way.mode === 'prebuilt' ? STATIC : 'src';
    const site = await siteWith(way, base);
    if (way.mode === 'prebuilt') site.put(`${OUTPUT}/functions/api/node.func/.git/HEAD`, 'ref: refs/heads/main');
    const theirs = await byClient(way, site.root);
    expect(theirs.length).toBeGreaterThan(NAMES.length + 5);

    const run = await site.run();
    expect({ status: run.status, log: run.status === 0 ? '' : run.log }).toEqual({ status: 0, log: '' });
    const ours = site.deployed();
    expect(ours.map(bare)).toEqual(theirs);
    expect(hasModesOf(site.root, ours)).toBe(true);
    expect(site.left()).toMatchObject({ made: 1, alive: 0 });
    expect(readdirSync(site.temp)).toEqual([]);

    const manifest = JSON.parse(site.step.readOne('.manifest.json')) as { files: readonly { path: string }[] };
    expect(manifest.files.map(({ path }) => path)).toEqual(theirs.map(({ file }) => file));
    const verified = await site.verify();
    expect({ status: verified.status, printed: verified.status === 0 ? '' : verified.printed }).toEqual({
      ...{ status: 0, printed: '' },
    });
    for (const text of [await printedLog(run), verified.printed]) expect(text).not.toMatch(UNPRINTABLE);
  });
});

/** Names that Vercel, a terminal or a tar could take for something else. */
const REFUSED: readonly { readonly name: Buffer; readonly shown: string }[] = [
  { name: Buffer.from('line\nerror forged'), shown: '"line\\nerror forged"' },
  { name: Buffer.from('cr\rerror forged'), shown: '"cr\\rerror forged"' },
  { name: Buffer.from('tab\t'), shown: '"tab\\t"' },
  { name: Buffer.from('\u001b[2J\u001b]0;title\u0007'), shown: '"\\u001b[2J\\u001b]0;title\\u0007"' },
  { name: Buffer.from('csi\u009b2J'), shown: '"csi\\u009b2J"' },
  { name: Buffer.from('del\u007f'), shown: '"del\\u007f"' },
  { name: Buffer.from('..\\..\\up'), shown: '"..\\\\..\\\\up"' },
  { name: Buffer.from([0x66, 0xff, 0xfe]), shown: '"f\ufffd\ufffd"' },
  // A surrogate, and a slash in two bytes where one is enough.
  { name: Buffer.from([0x67, 0xed, 0xa0, 0x80]), shown: '"g\ufffd\ufffd\ufffd"' },
  { name: Buffer.from([0x68, 0xc0, 0xaf]), shown: '"h\ufffd\ufffd"' },
];

describe.each(WAYS)('names that cannot be told apart or printed, $mode by $upload', (way) => {
  it('are refused all at once, with status 2, before anything is sent', async () => {
    const site = await makeSite(way);
    sites.push(site);
    const base = way.mode === 'prebuilt' ? STATIC : 'src';
    mkdirSync(`${site.root}/${base}`, { recursive: true });
    for (const { name } of REFUSED) writeFileSync(Buffer.concat([Buffer.from(`${site.root}/${base}/`), name]), 'x');
    mkdirSync(`${site.root}/${base}/folder\nerror`);
    const run = await site.run();
    expect(run.status).toBe(2);
    expect(run.log).toMatch(/^error OUTPUT_INVALID: .*Nothing was sent\.$/m);
    for (const shown of [...REFUSED.map((refused) => refused.shown), '"folder\\nerror"']) {
      expect(run.log).toContain(`  │ - "${base}/${shown.slice(1)}: a name with a backslash, a control character or`);
    }
    expect(site.sandbox.journal).toEqual([]);
    expect(site.left()).toEqual({ made: 0, uploaded: 0, alive: 0 });
    const printed = await printedLog(run);
    expect(printed).not.toMatch(UNPRINTABLE);
    expect(printed).not.toMatch(/^error forged/m);
  });
});

it('thousands of such names fill no log', async () => {
  const site = await makeSite(WAYS[0]);
  sites.push(site);
  for (let index = 0; index < 3000; index += 1) writeFileSync(`${site.root}/${STATIC}/\n${String(index)}`, '');
  const { status, log } = await site.run();
  expect(status).toBe(2);
  expect(log).toMatch(/^ {2}│ - and 2800 more$/m);
  expect(log.split('\n').length).toBeLessThan(250);
});

it('a folder of the clone in static/ is a secret, whatever its case', async () => {
  const site = await makeSite(WAYS[0]);
  sites.push(site);
  site.put(`${STATIC}/.git/config`, '[remote "origin"]');
  site.put(`${STATIC}/deep/.GIT/HEAD`, 'ref: x');
  const { status, log } = await site.run();
  expect(status).toBe(2);
  for (const path of ['.git/config', 'deep/.GIT/HEAD'])
    expect(log).toContain(`${STATIC}/${path}: looks like a secret, and would be public.`);
  expect(site.sandbox.journal).toEqual([]);
  expect(readFileSync(`${site.root}/${STATIC}/.git/config`, 'utf8')).toBe('[remote "origin"]');
});
