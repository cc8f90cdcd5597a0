import type { Secret } from '../secret.ts';
import type { Threads } from './thread-types.ts';

export type * from './thread-types.ts';

/** Everything that a run needs from outside. Rooms get these as arguments, so that a test can give others. */
export interface Platform {
  readonly network: Network;
  readonly clock: Clock;
  readonly files: Files;
  readonly log: Log;
  readonly random: Random;
  /** Where the program runs; absent in tests that do not ask. */
  readonly machine?: Machine;
  /** To be called before a work on hundreds of thousands of things: it may take more memory. Absent in tests that do not ask. */
  readonly makeRoom?: () => void;
  /** Absent where the program cannot be started again as a thread, as in tests. */
  readonly threads?: Threads;
}

/** For whoever examines a first run. Nothing of it decides anything. */
export interface Machine {
  /** `uid:gid` */
  readonly user: string;
  readonly runtime: string;
  /** Sorted; no value. */
  variableNames(): readonly string[];
  /** Owner and mode of what stands at the path that a variable names, or the system's word why not; undefined where it is not set. */
  placeOf(variable: string): string | undefined;
}

export type SendBody = Uint8Array | (() => AsyncIterable<Uint8Array>);

export interface SendRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly url: string;
  /** Names in lower case. A streamed body needs `content-length`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: SendBody | undefined;
  readonly signal?: AbortSignal | undefined;
  /**
   * Rejects with a {@link NetworkFault} `ETIMEDOUT` when nothing moved on the connection for so long. Cheaper than a
   * signal of its own for each of thousands of requests, and right for a body of any size. Default: no end. The tunnel
   * to a proxy's other side has a bound of its own.
   */
  readonly idleTimeoutMs?: number | undefined;
  /** Default: none, but for https the one of `HTTPS_PROXY`. */
  readonly proxy?: ProxyName | undefined;
}

/**
 * Bitbucket's own proxy beside a step's containers, which adds the step's right to what passes through it. It takes the
 * report on a commit and nothing else, and no header that gives access. `sandbox` is a stand-in for it on this machine.
 */
export type ProxyName = 'bitbucket' | 'sandbox';

export interface SendResponse {
  readonly status: number;
  /** Names in lower case; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Must be read to its end or left by `return`, or the connection stays taken. */
  readonly body: AsyncIterable<Uint8Array>;
}

/** The one way out. Redirects are answers like any other: never followed. */
export interface Network {
  /** `HOST:PORT` of the proxy that every request for https goes through, without user and password; absent where there is none. */
  readonly httpsProxy?: string | undefined;
  /** Rejects with {@link NetworkFault} when no whole answer came, and at once with the signal's reason when it aborts. */
  send(request: SendRequest): Promise<SendResponse>;
  /** Ends connections, also those that are still being made, so that the process can end. */
  close(): void;
}

/** A request that got no answer; `detail` is the system's code (`ECONNRESET`) or a short text, never the request. */
export interface NetworkFault extends Error {
  readonly name: 'NetworkFault';
  readonly detail: string;
  /** With which the proxy refused the way to the server. */
  readonly proxyStatus?: number | undefined;
}

export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** A signal that aborts after `ms`, and does not keep the process alive. */
  timeout(ms: number): AbortSignal;
}

export interface FileStat {
  readonly kind: 'file' | 'directory' | 'symlink' | 'other';
  /** Bytes. */
  readonly size: number;
  /** The whole `st_mode`, type bits included. */
  readonly mode: number;
}

export interface ListedName {
  readonly name: string;
  readonly kind: FileStat['kind'] | undefined;
}

export interface PathRule {
  /**
   * Refuses (`code` `NOT_PLAIN`) a path any part of which is a link, also where somebody puts one there this moment, and
   * what is no file, or for `list` no folder. For what others can write while it is read. Default: only the parts
   * before the last may be links, for `read` and `stream` that one too.
   */
  readonly noLinks?: boolean;
}

/** Paths are absolute. Nothing here follows a symlink in the last component, except `read` and `stream`. */
export interface Files {
  /** Undefined where nothing is. */
  lstat(path: string): Promise<FileStat | undefined>;
  /** Names in a folder, sorted bytewise. */
  list(path: string, rule?: PathRule): Promise<readonly string[]>;
  /** The same with what each is, where the file system says so by the way: to look at each takes as long as to open it. */
  listKinds(path: string): Promise<readonly ListedName[]>;
  readLink(path: string, rule?: PathRule): Promise<string>;
  /** The same place by a path without links; undefined where nothing is. */
  realPath(path: string): Promise<string | undefined>;
  /**
   * Undefined where nothing is; a PipeError `FILE_TOO_LARGE` past `maxBytes`.
   * @param into holds the bytes where it is larger than the file, so that thousands of files need no array each
   */
  read(path: string, maxBytes: number, into?: Uint8Array, rule?: PathRule): Promise<Uint8Array | undefined>;
  stream(path: string, rule?: PathRule): AsyncIterable<Uint8Array>;
  /**
   * A small part of a file that may be large: `length` bytes from `offset`, fewer where the file ends; undefined where
   * nothing is. Refuses a link.
   */
  readRange(path: string, offset: number, length: number): Promise<Uint8Array | undefined>;
  /** The same for many parts of a file; undefined where nothing is. */
  openRanges(path: string): Promise<RangeReader | undefined>;
  /** Makes missing folders, writes under another name, then renames: never half a file. Refuses to overwrite. */
  writeNew(path: string, bytes: Uint8Array): Promise<void>;
  /** As `writeNew`, but takes the place of what was there; with `ownerOnly`, for its owner alone (mode 0600). */
  replace(path: string, bytes: Uint8Array, options?: { readonly ownerOnly?: boolean }): Promise<void>;
  /**
   * Adds to a file, which is made where its folder is there. Follows no link.
   * @returns false where nothing can be written.
   */
  append(path: string, bytes: Uint8Array): Promise<boolean>;
  /** Makes a folder of a new name in `parent`, closed to other users; its real path. Undefined where that cannot be written. */
  makeTempFolder(parent: string): Promise<string | undefined>;
  /** Opens a file that must not be there yet: for its owner alone (mode 0600), or with `shared` for whoever may read the folder. */
  create(path: string, options?: { readonly shared?: boolean }): Promise<FileSink>;
  /** A file, or a folder with all that is in it; nothing where nothing is. */
  remove(path: string): Promise<void>;
  /** The same bytes for the same input; `level` is 1 (quickest) to 9 (smallest). An error of the source comes through. */
  gzip(source: AsyncIterable<Uint8Array>, level: number): AsyncIterable<Uint8Array>;
  /**
   * Undoes zlib (RFC 1950), whatever follows it. Undefined for what is no such stream, is cut off, or is more than
   * `maxBytes` (at least 1) when undone.
   */
  inflate(bytes: Uint8Array, maxBytes: number): Promise<Uint8Array | undefined>;
}

/** A file that stays open to be read in parts, also those that are added to it. */
export interface RangeReader {
  /** Fewer bytes where the file ends. */
  read(offset: number, length: number): Uint8Array;
  close(): void;
}

/** A file that is being written. */
export interface FileSink {
  /** Resolves when all of it is written. */
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Where people read. Every line passes `redact`. Fields appear in JSON lines, and in human lines only with DEBUG. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** One line for a stage that ended well, with the time it took. */
  done(stage: string, message: string, elapsedMs: number, fields?: LogFields): void;
  /** Several lines for people, the first of them `title`; for machines the title and `fields`, which say the same. */
  block(level: 'info' | 'error', title: string, lines: readonly string[], fields: LogFields): void;
  /** Resolves when every line is written. */
  close(): Promise<void>;
}

export type LogFields = Readonly<Record<string, string | number | boolean | undefined | Secret | readonly string[]>>;

export interface Random {
  /** A random UUID, version 4. */
  uuid(): string;
  /** At least 0, below 1: spreads retries of many builds. */
  fraction(): number;
}
