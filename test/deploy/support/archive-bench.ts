import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll } from '@jest/globals';
import { buildArchive, type Archive } from '../../../src/deploy/archive.ts';
import type { Manifest } from '../../../src/deploy/types.ts';
import { sha1Hex } from '../../../src/digest.ts';
import { nodeFiles } from '../../../src/platform/files.ts';
import type { Files } from '../../../src/platform/types.ts';
import { memoryLog, type MemoryLog } from '../../support/test-platform.ts';
import { NEVER } from './fake-api.ts';
import { makeTree, type Tree } from './output-tree.ts';
import { manifestOf } from './upload-bench.ts';

const LONG = `${'deep/'.repeat(30)}${'n'.repeat(120)}`;
export const LARGE = Buffer.from('0123456789abcdef'.repeat(100_000));
/** One of everything that an archive has to bring over. */
export const TREE: Tree = {
  'out/index.html': '<h1>Hello</h1>',
  'out/empty': '',
  'out/run.sh': { mode: 0o755, text: '#!/bin/sh\n' },
  'out/read-only': { mode: 0o444, text: 'x' },
  'out/aligned': 'x'.repeat(512),
  'out/large.bin': LARGE,
  'out/folder/none': { folder: true },
  'out/link': { link: 'folder/none' },
  'out/long-link': { link: LONG },
  'out/naïve/日本.txt': 'not ASCII',
  [`out/${LONG}`]: 'a long name',
};

const temp = mkdtempSync(`${tmpdir()}/archive-test-`);
afterAll(() => rmSync(temp, { recursive: true, force: true }));

export interface ArchiveBench {
  readonly root: string;
  readonly manifest: Manifest;
  readonly log: MemoryLog;
  /** Where the archive lies; empty when all is removed. */
  readonly tempDir: string;
  readonly build: (options?: {
    files?: Files;
    signal?: AbortSignal;
    partBytes?: number;
    tempDirs?: string[];
  }) => Promise<Archive>;
}

let benches = 0;

/** A tree, its manifest, and a folder for its archive. */
export async function archiveBench(tree: Tree = TREE): Promise<ArchiveBench> {
  const root = makeTree(tree);
  const manifest = await manifestOf(tree, root);
  const log = memoryLog();
  benches += 1;
  const tempDir = `${temp}/${String(benches)}`;
  mkdirSync(tempDir);
  return {
    ...{ root, manifest, log, tempDir },
    build: ({ files = nodeFiles, signal = NEVER, partBytes, tempDirs = [tempDir] } = {}) =>
      buildArchive({ files, log }, manifest, tempDirs, signal, partBytes),
  };
}

/** All parts, one after the other. */
export function bytesOf({ parts }: Archive): Buffer {
  return Buffer.concat(parts.map(({ source }) => readFileSync(source)));
}

/** What the real `tar` makes of it. */
export function unpack(archive: Uint8Array): string[] {
  const folder = mkdtempSync(`${temp}/unpacked-`);
  execFileSync('tar', ['--extract', '--gzip', '--same-permissions', '--file', '-', '--directory', folder], {
    input: archive,
  });
  return listTree(folder);
}

/** Every name below a folder: kind, permission bits, and content or target. */
export function listTree(folder: string): string[] {
  const found = execFileSync('find', [folder, '-mindepth', '1', '-printf', '%P\\t%y %m %l\\n']).toString().split('\n');
  return found
    .filter((line) => line !== '')
    .map((line) => {
      const [path = '', rest = ''] = line.split('\t');
      // What no entry names gets its mode from whoever unpacks it.
      if (rest.startsWith('d')) return `${path} folder`;
      return rest.startsWith('f') ? `${path} ${rest}${sha1Hex(readFileSync(`${folder}/${path}`))}` : `${path} ${rest}`;
    })
    .sort();
}
