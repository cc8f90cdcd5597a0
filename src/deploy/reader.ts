import type { Files } from '../platform/types.ts';

/** The reading half of {@link Files}: nothing here writes into a build output. */
export type Reader = Pick<Files, 'lstat' | 'list' | 'readLink' | 'read' | 'stream'>;

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
