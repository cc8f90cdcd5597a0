import {
  lstatSync,
  lutimesSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import type { Files, Network } from '../../../src/platform/types.ts';
import type { Site } from './site.ts';

export const SECRET = 'outside-of-the-output';
/** As large as a file has to be to go by stream. */
export const LARGE_BYTES = 1024 * 1024 + 70_000;

/** What lies beside the clone as the pipe's own files do, and who looked at it. */
export interface Outside {
  readonly folder: string;
  /** Of what was read, listed or followed, as the disk notes it. */
  touched(): readonly string[];
  readonly end: () => void;
}

/** Names that a clone has too, with another content of the same size. */
export function makeOutside({ root }: Pick<Site, 'root'>): Outside {
  const folder = `${root}.outside`;
  mkdirSync(`${folder}/${SECRET}`, { recursive: true });
  writeFileSync(`${folder}/small.txt`, SECRET);
  writeFileSync(`${folder}/large.bin`, SECRET.repeat(LARGE_BYTES).slice(0, LARGE_BYTES));
  symlinkSync(SECRET, `${folder}/link`);
  const watched = ['', '/small.txt', '/large.bin', '/link', `/${SECRET}`].map((path) => `${folder}${path}`);
  // An access is noted where the last one is older than the last change.
  for (const path of watched) lutimesSync(path, 1, 2);
  return {
    folder,
    touched: () => watched.filter((path) => lstatSync(path).atimeMs !== 1000),
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Whether this disk notes accesses at all. */
export function notesAccess(): boolean {
  const site = { root: `${process.env['TMPDIR'] ?? '/tmp'}/access-${String(process.pid)}` };
  const outside = makeOutside(site);
  readFileSync(`${outside.folder}/small.txt`);
  const noted = outside.touched().length === 1;
  outside.end();
  return noted;
}

export type Call = 'lstat' | 'list' | 'readLink' | 'realPath' | 'read' | 'stream';

export interface Moment {
  readonly call: Call;
  /** How the path ends that the pipe asks the disk for. */
  readonly path: string;
  /** From 1. Default 1. */
  readonly time?: number;
}

/** Does something right before the pipe's own look at a path, once. */
export function just({ call, path, time = 1 }: Moment, act: () => void): (files: Files) => Partial<Files> {
  let times = 0;
  const guard = (asked: string): void => {
    if (asked.endsWith(path) && (times += 1) === time) act();
  };
  return (files) => ({
    [call]: (asked: string, ...rest: readonly unknown[]): unknown => {
      guard(asked);
      return (files[call] as (...args: readonly unknown[]) => unknown)(asked, ...rest);
    },
  });
}

/** Puts a link to something outside, or another thing, in the place of a file or folder. */
export function swap(path: string, put: () => void): () => void {
  return () => {
    renameSync(path, `${path}.${String(process.pid)}.away`);
    put();
  };
}

/** Every byte that a request brings along, also of one that breaks off. */
export function eavesdrop(heard: Buffer[]): (network: Network) => Network {
  return (network) => ({
    ...network,
    send(request) {
      const { body } = request;
      if (body instanceof Uint8Array) heard.push(Buffer.from(body));
      if (typeof body !== 'function') return network.send(request);
      const listened = async function* (): AsyncGenerator<Uint8Array> {
        for await (const chunk of body()) {
          heard.push(Buffer.from(chunk));
          yield chunk;
        }
      };
      return network.send({ ...request, body: listened });
    },
  });
}
