import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { afterAll } from '@jest/globals';
import type { Files } from '../../../src/platform/types.ts';
import { nodeFiles } from '../../../src/platform/files.ts';
import type { Findings } from '../../../src/deploy/findings.ts';

/** A file's content, or another kind of thing at its path. */
export type Thing =
  | string
  | Uint8Array
  | { readonly link: string }
  | { readonly folder: true }
  | { readonly mode: number; readonly text: string };

/** Things by their path below the root. */
export type Tree = Readonly<Record<string, Thing>>;

const made: string[] = [];
afterAll(() => made.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

/** Makes the tree in a temporary folder, which goes when the file's tests have ended. */
export function makeTree(tree: Tree): string {
  // One level below the temporary folder, so that a test can put something beside the root.
  const outer = mkdtempSync(`${tmpdir()}/output-tree-`);
  made.push(outer);
  const root = `${outer}/root`;
  mkdirSync(root);
  for (const [path, thing] of Object.entries(tree)) place(`${root}/${path}`, thing);
  return root;
}

function place(path: string, thing: Thing): void {
  mkdirSync(dirname(path), { recursive: true });
  if (typeof thing === 'string' || thing instanceof Uint8Array) writeFileSync(path, thing);
  else if ('link' in thing) symlinkSync(thing.link, path);
  else if ('folder' in thing) mkdirSync(path);
  else {
    writeFileSync(path, thing.text);
    chmodSync(path, thing.mode);
  }
}

/** What every output has, so that a test names only what it is about. */
export const BARE: Tree = {
  '.vercel/output/config.json': '{"version":3}',
  '.vercel/output/static/index.html': '<h1>Hello</h1>',
};

export const FUNCTIONS = '.vercel/output/functions';

/** A Node function with its handler, and more keys of its config. */
export function nodeFunction(name: string, config: Readonly<Record<string, unknown>> = {}): Tree {
  return {
    [`${FUNCTIONS}/${name}.func/.vc-config.json`]: JSON.stringify({
      runtime: 'nodejs22.x',
      handler: 'index.js',
      launcherType: 'Nodejs',
      ...config,
    }),
    [`${FUNCTIONS}/${name}.func/index.js`]: `exports.name = ${JSON.stringify(name)};`,
  };
}

export function edgeFunction(name: string, config: Readonly<Record<string, unknown>> = {}): Tree {
  return {
    [`${FUNCTIONS}/${name}.func/.vc-config.json`]: JSON.stringify({
      runtime: 'edge',
      entrypoint: 'index.js',
      ...config,
    }),
    [`${FUNCTIONS}/${name}.func/index.js`]: 'export default () => new Response();',
  };
}

export function noFindings(): Findings {
  return { faults: [], warnings: [] };
}

/** The real files, except that some calls answer otherwise. */
export function filesWith(other: Partial<Files>): Files {
  return { ...nodeFiles, ...other };
}

/** As the system says that a file may not be read; root may read everything, so no permission bits can do it. */
export function denied(path: string): Error {
  return Object.assign(new Error(`EACCES: permission denied, open '${path}'`), { code: 'EACCES', path });
}
