import { access, readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { readVerifyOptions } from '../src/commands/verify-options.ts';
import { MEANINGS } from '../src/commands/verify-table.ts';
import { EXIT_STATUS } from '../src/errors.ts';
import { BUNDLE_MEDIA_TYPE, PAYLOAD_TYPE, PREDICATE_TYPE } from '../src/record/types.ts';
import { writeManifest } from './commands/support/records-folder.ts';
import { makeKeyless, parsePayload } from './record/support/keyless.ts';
import { makeRecord, parseBundle } from './record/support/records.ts';
import { stampAt } from './record/support/stamped.ts';
import { slug } from './support/page-text.ts';
import { blockWith, listFields, page, rowsOf, sectionOf } from './support/record-page.ts';

const words = (cell = ''): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, word = '']) => word);
const namesOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(namesOf);
  if (typeof value !== 'object' || value === null) return '';
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, namesOf(child)]));
};

describe('the page on records', () => {
  it('describes every field of the schema, as the schema does, and no other', () => {
    const shown = rowsOf(sectionOf('## Field by field'), 'Field');
    const wanted = listFields();
    expect(wanted.length).toBeGreaterThan(150);
    const sorted = (rows: typeof wanted): readonly string[] => rows.map((row) => row.join(' | ')).toSorted();
    expect(sorted(shown)).toEqual(sorted(wanted));
  });

  it('meets its reader with every assurance in the first lines, its limits beside it', () => {
    const first = page.slice(0, page.indexOf('\n- ['));
    const rows = rowsOf(first, 'Assurance');
    expect(rows.map(([name]) => words(name)[0]).toSorted()).toEqual(Object.keys(MEANINGS).toSorted());
    for (const [, by = '', not = ''] of rows) expect([by !== '', not !== '']).toEqual([true, true]);
    expect(page.slice(0, 2000)).toMatch(/`held-token`[^]*`timed`/);
  });

  it('lists the options of verify, all of them', async () => {
    const shown = rowsOf(sectionOf('## Check a record'), 'Option').map(([name]) => words(name)[0] ?? '');
    const source = await readFile(new URL('../src/commands/verify-options.ts', import.meta.url), 'utf8');
    expect(shown.toSorted()).toEqual([...new Set(source.match(/(?<=')--[a-z-]+(?=')/g))].toSorted());
    for (const name of shown) {
      const value = name === '--at' ? ['2026-11-23T12:00:00Z'] : ['x'];
      const flag = ['--sums', '--json', '--verbose', '--allow-sandbox', '--allow-missing'].includes(name);
      const trust = name === '--key' ? [] : ['--key', 'k'];
      expect(() => readVerifyOptions([name, ...(flag ? [] : value), ...trust, 'path'], '/')).not.toThrow();
    }
  });

  it('gives every code of a refusal the status that it has', () => {
    const rows = rowsOf(sectionOf('## Check a record'), 'Status');
    const codes = rows.flatMap(([status, text]) => words(text).map((code) => [code, Number(status)]));
    expect(codes).toHaveLength(7);
    for (const [code = '', status] of codes) expect([code, EXIT_STATUS[code as never]]).toEqual([code, status]);
  });

  it('shows the bundle as it is written', async () => {
    const { bundleJson } = await makeKeyless({}, undefined, stampAt(Date.UTC(2026, 10, 23, 12)));
    const shown = blockWith('json', BUNDLE_MEDIA_TYPE);
    expect(namesOf(JSON.parse(shown))).toEqual(namesOf(parseBundle(bundleJson)));
    expect(shown).toContain(PAYLOAD_TYPE);
    expect(page).toContain(PREDICATE_TYPE);
    const plain = parseBundle((await makeRecord()).bundleJson);
    expect(plain.verificationMaterial).not.toHaveProperty('timestampVerificationData');
  });

  it('names the members of both headers of the proof', async () => {
    const { predicate } = parsePayload((await makeKeyless()).bundleJson);
    const text = sectionOf('## The format').split('**The proof**')[1]?.split('**The manifest**')[0] ?? '';
    const items = text.split('\n- ').slice(1);
    expect(items).toHaveLength(2);
    for (const [at, item] of items.entries()) {
      const part = predicate.oidc.proof?.pkToken.signatures[at]?.protected ?? '';
      const header = JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
      for (const [name, value] of Object.entries(header)) {
        expect(words(item)).toContain(name);
        if (['alg', 'typ'].includes(name)) expect(words(item)).toContain(value);
      }
    }
  });

  it('describes the manifest', () => {
    const { files, ...rest } = JSON.parse(writeManifest({ a: 'x', b: '→a', c: null })) as { files: object[] };
    const names = [
      ...Object.keys(rest),
      ...new Set(files.flatMap((file) => Object.keys(file).map((key) => `files[].${key}`))),
    ];
    const shown = rowsOf(sectionOf('## The format'), 'Field').map(([name]) => words(name)[0] ?? '');
    expect(shown.toSorted()).toEqual(names.toSorted());
  });

  it("names what stands in Vercel's meta", async () => {
    const source = await readFile(new URL('../src/commands/meta.ts', import.meta.url), 'utf8');
    const shown = words(sectionOf('## What a run leaves')).filter((word) => word.startsWith('oidcDeploy'));
    expect(shown.toSorted()).toEqual([...new Set(source.match(/oidcDeploy\w+/g))].toSorted());
    expect(shown.length).toBeGreaterThan(8);
  });

  it('asks for the library in the version that it was tried with', async () => {
    for (const [, name = '', version] of page.matchAll(/(@sigstore\/\w+)@([\d.]+)/g)) {
      const file = await readFile(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8');
      expect([name, (JSON.parse(file) as { version: string }).version]).toEqual([name, version]);
    }
  });

  it('has links that lead somewhere, and is linked from where they look for it', async () => {
    const folder = new URL('../docs/', import.meta.url);
    const leads = async (from: URL, file: string, anchor: string): Promise<void> => {
      const target = new URL(file, from);
      await expect(access(target)).resolves.toBeUndefined();
      const text = anchor === '' ? '' : await readFile(target, 'utf8');
      const anchors = [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => slug(title));
      if (anchor !== '') expect(anchors).toContain(anchor);
    };
    const links = [...page.matchAll(/\]\(((?!https:)[^)#]*)#?([^)]*)\)/g)].filter(([link]) => !link.includes('https:'));
    expect(links.length).toBeGreaterThan(15);
    for (const [, file = '', anchor = ''] of links) await leads(folder, file === '' ? 'record.md' : file, anchor);
    for (const name of ['README.md', 'docs/policy.md']) {
      const from = new URL(`../${name}`, import.meta.url);
      const found = [...(await readFile(from, 'utf8')).matchAll(/\]\(([\w/]*record\.md)#?([^)]*)\)/g)];
      expect([name, found.length > 0]).toEqual([name, true]);
      for (const [, file = '', anchor = ''] of found) await leads(from, file, anchor);
    }
  });
});
