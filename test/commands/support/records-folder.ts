import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { runCommand } from '../../../src/commands/index.ts';
import type { ExitStatus } from '../../../src/errors.ts';
import type { Network } from '../../../src/platform/types.ts';
import { buildStatement, signRecord } from '../../../src/record/index.ts';
import type { RecordFacts } from '../../../src/record/types.ts';
import type { Signer } from '../../../src/signing/types.ts';
import { INTENT, makeFacts, RECORD_ID } from '../../record/support/facts.ts';
import { KEY, SIGNER } from '../../record/support/records.ts';
import { testPlatform } from '../../support/test-platform.ts';

/** What a test deploys: text of a file, `→target` for a link, null for an empty folder. */
export type Tree = Readonly<Record<string, string | null>>;

export interface Verified {
  readonly status: ExitStatus;
  /** The standard output. */
  readonly printed: string;
  readonly log: string;
}

export interface RecordsFolder {
  readonly path: string;
  /** Absolute path of a new file. */
  write(name: string, content: string | Uint8Array): string;
  link(name: string, target: string): void;
  /** Writes what is in the tree below `name`. */
  plant(name: string, tree: Tree, mode?: number): void;
  remove(name: string): void;
  /** `COMMAND: verify` with these words, and a network that throws. */
  verify(...words: readonly string[]): Promise<Verified>;
  /** The same with the usual key. */
  check(...words: readonly string[]): Promise<Verified>;
  end(): void;
}

export const OFFLINE: Network = {
  send: () => Promise.reject(new Error('verify touched the network')),
  close: () => undefined,
};

export function makeRecordsFolder(): RecordsFolder {
  const path = mkdtempSync(`${tmpdir()}/verify-`);
  const place = (name: string): string => {
    mkdirSync(dirname(`${path}/${name}`), { recursive: true });
    return `${path}/${name}`;
  };
  const folder: RecordsFolder = {
    path,
    write(name, content) {
      writeFileSync(place(name), content);
      return `${path}/${name}`;
    },
    link: (name, target) => symlinkSync(target, place(name)),
    plant(name, tree, mode = 0o644) {
      for (const [item, content] of Object.entries(tree)) {
        if (content === null) mkdirSync(place(`${name}/${item}`));
        else if (content.startsWith('→')) symlinkSync(content.slice(1), place(`${name}/${item}`));
        else {
          writeFileSync(place(`${name}/${item}`), content);
          chmodSync(`${path}/${name}/${item}`, mode);
        }
      }
    },
    remove: (name) => rmSync(`${path}/${name}`, { recursive: true }),
    async verify(...words) {
      const platform = testPlatform(OFFLINE);
      const printed: string[] = [];
      const status = await runCommand({
        args: ['verify', ...words],
        environment: {},
        organisationFolder: `${path}/none`,
        workingDir: path,
        platform,
        stop: new AbortController().signal,
        print: (text) => void printed.push(text),
      });
      return { status, printed: printed.join(''), log: platform.log.text() };
    },
    check: (...words) => folder.verify('--key', 'key.pem', ...words),
    end: () => rmSync(path, { recursive: true, force: true }),
  };
  folder.write('key.pem', KEY.publicPem);
  return folder;
}

/** A manifest of the tree, spelled out a second time: nothing of it comes from the code under test. */
export function writeManifest(tree: Tree, mode = '100644'): string {
  const files = Object.entries(tree).map(([path, content]) => {
    if (content === null) return { path, kind: 'directory', mode: '040755' };
    const link = content.startsWith('→');
    const bytes = Buffer.from(link ? content.slice(1) : content);
    const digest = (name: string): string => createHash(name).update(bytes).digest('hex');
    const digests = { size: bytes.length, sha1: digest('sha1'), sha256: digest('sha256') };
    return { path, kind: link ? 'symlink' : 'file', mode: link ? '120777' : mode, ...digests };
  });
  return `{"version":1,"files":[\n${files.map((file) => JSON.stringify(file)).join(',\n')}\n]}\n`;
}

export interface RunOptions {
  readonly changes?: Partial<RecordFacts>;
  readonly signer?: Signer;
  readonly manifest?: string;
}

/** Intent, result and manifest of one run, written as the pipe writes them. @returns the base of their names */
export async function writeRun(folder: RecordsFolder, base: string, options: RunOptions = {}): Promise<string> {
  const {
    changes = {},
    signer = SIGNER,
    manifest: text = writeManifest({ '.vercel/output/config.json': '{}' }),
  } = options;
  const manifest = {
    digest: createHash('sha256').update(text).digest('hex'),
    entries: [],
    functions: [],
    totalBytes: 0,
  };
  const facts = { recordId: RECORD_ID, manifest, ...changes };
  const make = (more: Partial<RecordFacts>): ReturnType<typeof signRecord> =>
    signRecord(buildStatement(makeFacts(signer, { ...facts, ...more })), signer);
  const intent = await make(INTENT);
  const result = await make({ intentDigest: intent.payloadDigest });
  folder.write(`${base}.intent.sigstore.json`, intent.bundleJson);
  folder.write(`${base}.result.sigstore.json`, result.bundleJson);
  folder.write(`${base}.manifest.json`, text);
  return base;
}
