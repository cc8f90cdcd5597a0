import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { deflateSync } from 'node:zlib';
import { sha1Hex } from '../../../src/digest.ts';

export const AUTHOR = { name: 'Ada Lovelace', email: 'ada@example.com' };
export const COMMIT_TEXT = `tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904
author ${AUTHOR.name} <${AUTHOR.email}> 1795500000 +0100
committer Robot <robot@example.com> 1795500001 +0000
gpgsig -----BEGIN SIGNATURE-----
 author Mallory <mallory@example.com> 1 +0000
 -----END SIGNATURE-----

Add the engine

author Mallory <mallory@example.com> 1 +0000
`;

/** An object as git stores it loose: its name, and the path and content of its file. */
export function makeObject(kind: string, content: string | Uint8Array): { sha: string; path: string; bytes: Buffer } {
  const body = Buffer.from(content);
  const whole = Buffer.concat([Buffer.from(`${kind} ${String(body.length)}\0`), body]);
  const sha = sha1Hex(whole);
  return { sha, path: `objects/${sha.slice(0, 2)}/${sha.slice(2)}`, bytes: deflateSync(whole) };
}

export interface Clone {
  /** Absolute. */
  readonly root: string;
  /** Writes a file below the clone, or a link. */
  write(path: string, content: string | Uint8Array | { readonly linkTo: string }): void;
  remove(): void;
}

export function makeClone(): Clone {
  const folder = mkdtempSync(`${tmpdir()}/clone-`);
  const root = `${folder}/build`;
  mkdirSync(root);
  return {
    root,
    write(path, content) {
      const full = `${root}/${path}`;
      mkdirSync(dirname(full), { recursive: true });
      if (typeof content === 'object' && 'linkTo' in content) symlinkSync(content.linkTo, full);
      else writeFileSync(full, content);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
