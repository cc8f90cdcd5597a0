import type { Files, PathRule } from '../platform/types.ts';

/** The reading half of {@link Files}: nothing here writes into a build output. */
export type Reader = Pick<Files, 'lstat' | 'list' | 'readLink' | 'read' | 'readRange' | 'stream'>;

export const NO_LINKS: PathRule = { noLinks: true };

/**
 * The same files, but nothing is read, listed or sent of what a path reaches through a link: whoever runs beside the pipe
 * can plant one after it was looked for. `lstat` is not bound, as nothing of what it tells is sent unread.
 */
export function readInPlace(files: Reader): Reader {
  return {
    lstat: (path) => files.lstat(path),
    list: (path) => files.list(path, NO_LINKS),
    readLink: (path) => files.readLink(path, NO_LINKS),
    read: (path, maxBytes, into) => files.read(path, maxBytes, into, NO_LINKS),
    readRange: (path, offset, length) => files.readRange(path, offset, length),
    stream: (path) => files.stream(path, NO_LINKS),
  };
}

/**
 * The same files, with every `lstat` and `readLink` done once. Paths are resolved component by component, and thousands
 * of them share their folders. For one look at a tree that nothing changes meanwhile; what is sent is hashed later.
 */
export function rememberStats(files: Reader): Reader {
  return {
    lstat: remember((path) => files.lstat(path)),
    readLink: remember((path) => files.readLink(path)),
    list: (path) => files.list(path),
    read: (path, maxBytes) => files.read(path, maxBytes),
    readRange: (path, offset, length) => files.readRange(path, offset, length),
    stream: (path) => files.stream(path),
  };
}

function remember<T>(look: (path: string) => Promise<T>): (path: string) => Promise<T> {
  const known = new Map<string, Promise<T>>();
  return (path) => {
    const earlier = known.get(path);
    if (earlier) return earlier;
    const now = look(path);
    known.set(path, now);
    return now;
  };
}
