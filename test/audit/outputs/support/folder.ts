import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';

export interface Folder {
  readonly path: string;
  read(name: string): string;
  bytes(name: string): Buffer;
  write(name: string, content: string | Uint8Array): string;
  /** Names, sorted. */
  list(name?: string): readonly string[];
  end(): void;
}

export function makeFolder(): Folder {
  const path = mkdtempSync(`${tmpdir()}/audit-outputs-`);
  return {
    path,
    read: (name) => readFileSync(`${path}/${name}`, 'utf8'),
    bytes: (name) => readFileSync(`${path}/${name}`),
    write(name, content) {
      mkdirSync(dirname(`${path}/${name}`), { recursive: true });
      writeFileSync(`${path}/${name}`, content);
      return `${path}/${name}`;
    },
    list: (name = '') => (existsSync(`${path}/${name}`) ? readdirSync(`${path}/${name}`).sort() : []),
    end: () => rmSync(path, { recursive: true, force: true }),
  };
}
