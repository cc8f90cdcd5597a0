import { closeSync, ftruncateSync, lstatSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Writable } from 'node:stream';
import { createLog } from '../../../src/platform/log.ts';
import { createSandbox, type Sandbox } from '../../../src/sandbox/index.ts';
import { makeStep, runStep, type RunOptions, type Step, type StepRun } from '../../support/step.ts';
import { aliveTokens } from './world.ts';

export const OUTPUT = '.vercel/output';
export const STATIC = `${OUTPUT}/static`;
/** A way for a tree to come to Vercel. */
export const WAYS = [
  { mode: 'prebuilt', upload: 'files' },
  { mode: 'prebuilt', upload: 'archive' },
  { mode: 'source', upload: 'files' },
  { mode: 'source', upload: 'archive' },
] as const;
export type Way = (typeof WAYS)[number];

/** A clone that is deployed by the whole pipe, and what became of it on Vercel. */
export interface Site {
  readonly sandbox: Sandbox;
  readonly step: Step;
  /** The clone. */
  readonly root: string;
  /** Where archives are packed. */
  readonly temp: string;
  /** Below the clone; folders on the way are made. */
  put(path: string, content?: string | Uint8Array): void;
  run(options?: RunOptions): Promise<StepRun>;
  /** `verify` of the one record, with the clone as it is now. */
  verify(): Promise<StepRun>;
  /** What the last deployment was made of: path, kind, SHA-1, size and mode, sorted. */
  deployed(): readonly Sent[];
  /** What a run may not leave: deployments, contents of uploads, and credentials. */
  left(): { readonly made: number; readonly uploaded: number; readonly alive: number };
  readonly end: () => void;
}

export interface Sent {
  readonly file: string;
  readonly kind: string;
  readonly sha: string | undefined;
  readonly size: number | undefined;
  readonly mode: number;
}

export async function makeSite({ mode, upload }: Way, variables: Readonly<Record<string, string>> = {}): Promise<Site> {
  const sandbox = await createSandbox({ deployment: { polls: 1 } });
  const step = await makeStep(sandbox);
  const root = step.clone.directory;
  const [temp, key] = [`${root}.temp`, `${root}.pem`];
  mkdirSync(temp);
  writeFileSync(key, step.clone.publicKeyPem);
  const environment = { MODE: mode, UPLOAD: upload, TMPDIR: temp, ...variables };
  return {
    ...{ sandbox, step, root, temp },
    put(path, content = path) {
      mkdirSync(dirname(`${root}/${path}`), { recursive: true });
      writeFileSync(`${root}/${path}`, content);
    },
    run: (options) => runStep(sandbox, step, { ...options, environment: { ...environment, ...options?.environment } }),
    verify() {
      const [result = ''] = step.files().filter((name) => name.endsWith('.result.sigstore.json'));
      return runStep(sandbox, step, {
        args: ['verify', '--key', key, '--folder', root, `${root}/deploy-records/${result}`],
      });
    },
    deployed() {
      const last = sandbox.vercel.deployments.findLast(({ meta }) => meta['oidcDeployIntent'] !== undefined);
      const entries = (last?.unpacked ?? last?.files ?? []).map(({ file, kind, sha, size, mode: bits }) =>
        kind === 'directory'
          ? { file, kind, sha: undefined, size: undefined, mode: bits }
          : { file, kind, sha, size, mode: bits },
      );
      return sortSent(entries);
    },
    left: () => ({
      made: sandbox.vercel.deployments.filter(({ meta }) => meta['oidcDeployIntent'] !== undefined).length,
      uploaded: sandbox.journal.filter(({ path, status }) => path.startsWith('/v2/files') && status === 200).length,
      alive: aliveTokens(sandbox),
    }),
    end() {
      for (const path of [root, temp, key]) rmSync(path, { recursive: true, force: true });
    },
  };
}

/** Zeros that take no room on the disk. */
export function putSparse(path: string, bytes: number): void {
  const fd = openSync(path, 'w');
  ftruncateSync(fd, bytes);
  closeSync(fd);
}

export function sortSent<T extends { readonly file: string }>(entries: readonly T[]): T[] {
  return entries
    .map((entry) => ({ entry, name: Buffer.from(entry.file) }))
    .sort((a, b) => Buffer.compare(a.name, b.name))
    .map(({ entry }) => entry);
}

/** Whether each entry has the mode that stands on the disk, whatever the archive calls a link's bits. */
export function hasModesOf(root: string, sent: readonly Sent[]): boolean {
  return sent.every(({ file, kind, mode }) => kind === 'symlink' || lstatSync(`${root}/${file}`).mode === mode);
}

/** The log of a run as people see it. */
export async function printedLog({ platform }: StepRun): Promise<string> {
  let text = '';
  const output = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString();
      done();
    },
  });
  const log = createLog({ debug: false, format: 'human', output });
  for (const { level, message } of platform.log.lines) {
    if (level === 'warn' || level === 'error') log[level](message);
    else log.info(message);
  }
  await log.close();
  return text;
}

/** What a terminal obeys instead of showing it, but for the colours of the log's own labels. */
export const UNPRINTABLE = /(?!\u001b\[\d+m)[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;
