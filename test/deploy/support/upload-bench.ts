import type { Content } from '../../../src/deploy/upload-content.ts';
import { buildManifest } from '../../../src/deploy/manifest.ts';
import { walk } from '../../../src/deploy/tree.ts';
import type { Manifest } from '../../../src/deploy/types.ts';
import { uploadMissing, type Uploaded, type UploadOptions } from '../../../src/deploy/upload.ts';
import type { SendDeps } from '../../../src/deploy/upload-send.ts';
import type { UploadItem, VercelApi } from '../../../src/deploy/vercel-api.ts';
import type { HttpReply } from '../../../src/http/index.ts';
import { nodeFiles } from '../../../src/platform/files.ts';
import type { Files } from '../../../src/platform/types.ts';
import { memoryLog, type MemoryLog } from '../../support/test-platform.ts';
import { NEVER, reply } from './fake-api.ts';
import { makeTree, noFindings, type Tree } from './output-tree.ts';
import { virtualClock, type VirtualClock } from './virtual-clock.ts';

export const OK = reply(200, { urls: [] });

/** One upload as the server sees it. */
export interface Asked {
  /** From 1, of all uploads. */
  readonly number: number;
  /** From 1, of this content. */
  readonly attempt: number;
  readonly text: string;
  /** Milliseconds since the first. */
  readonly at: number;
}

export interface UploadBench {
  readonly clock: VirtualClock;
  readonly log: MemoryLog;
  readonly asked: Asked[];
  /** How many were on their way when each of them came. */
  readonly inFlight: number[];
  /** Uploads everything in the tree. */
  readonly upload: (options?: UploadOptions, signal?: AbortSignal) => Promise<Uploaded>;
}

export interface Setting {
  readonly tree: Tree;
  /** Takes `latencyMs` each. Default: every upload is taken. */
  readonly answer?: (asked: Asked) => HttpReply | Error;
  readonly latencyMs?: number;
  readonly files?: Files;
}

/** The manifest of a tree that a test made. */
export async function manifestOf(tree: Tree, root = makeTree(tree)): Promise<Manifest> {
  const entries = await walk(nodeFiles, root, 'out', noFindings());
  const sorted = entries.sort((a, b) => (a.path < b.path ? -1 : 1));
  return buildManifest({ root, entries: sorted, functions: [], warnings: [] }, nodeFiles, NEVER);
}

export function sha1sOf({ entries }: Pick<Manifest, 'entries'>): string[] {
  return entries.flatMap((entry) => (entry.kind === 'directory' ? [] : [entry.sha1]));
}

/** `count` small files of different content, `out/0000` and so on. */
export function manyFiles(count: number): Tree {
  const name = (index: number): string => String(index).padStart(4, '0');
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`out/${name(index)}`, `file ${name(index)}`]));
}

/** The engine over a server that answers as a test says, in virtual time. */
export async function uploadBench({ tree, answer = () => OK, latencyMs = 30, files = nodeFiles }: Setting): Promise<
  UploadBench & {
    readonly manifest: Manifest;
    readonly deps: SendDeps;
  }
> {
  const manifest = await manifestOf(tree);
  const clock = virtualClock();
  const log = memoryLog();
  const asked: Asked[] = [];
  const inFlight: number[] = [];
  const attempts = new Map<string, number>();
  let open = 0;
  const upload = async ({ sha1, body }: UploadItem, signal: AbortSignal): Promise<HttpReply> => {
    open += 1;
    inFlight.push(open);
    try {
      const attempt = (attempts.get(sha1) ?? 0) + 1;
      attempts.set(sha1, attempt);
      const number = inFlight.length;
      const at = clock.elapsed();
      const text = await textOf(body);
      await clock.sleep(latencyMs, signal);
      const item = { number, attempt, text, at };
      asked.push(item);
      const given = answer(item);
      if (given instanceof Error) throw given;
      return given;
    } finally {
      open -= 1;
    }
  };
  const deps = { api: { upload } as VercelApi, files, clock, log, random: { uuid: () => 'u', fraction: () => 0 } };
  return {
    ...{ clock, log, asked, inFlight, manifest, deps },
    upload: (options, signal = NEVER) => uploadMissing(deps, manifest, sha1sOf(manifest), signal, options),
  };
}

export async function textOf(body: UploadItem['body']): Promise<string> {
  if (typeof body !== 'function') return new TextDecoder().decode(body);
  return Buffer.concat(await Array.fromAsync(body())).toString();
}

export function contentAt({ entries }: Manifest, path: string): Content {
  const found = entries.find((entry) => entry.path === path);
  if (!found || found.kind === 'directory') throw new Error(`no content at ${path}`);
  return found;
}
