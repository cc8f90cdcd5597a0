import { PipeError } from '../errors.ts';
import type { Files } from '../platform/types.ts';
import type { TrustMaterial } from '../record/index.ts';
import { codeOf } from './verify-find.ts';

/** A list of 10,000 keys has about 5 MiB. */
const MAX_TRUST_BYTES = 16 * 1024 * 1024;

/** Absolute paths of what records are checked with. */
export type TrustPaths = { readonly [Name in keyof TrustMaterial]-?: string | undefined };

/** @throws {PipeError} `USAGE` where a file is not there or cannot be read. */
export async function readTrustFiles(files: Files, paths: TrustPaths): Promise<TrustMaterial> {
  const { publicKey, keyList, issuerKeys, tsa } = paths;
  return {
    publicKey: await readText(files, publicKey),
    keyList: await readText(files, keyList),
    issuerKeys: await readText(files, issuerKeys),
    tsa: await readText(files, tsa),
  };
}

/** @throws {PipeError} `USAGE`, as {@link readTrustFiles} does. */
export async function readGiven(files: Files, path: string): Promise<Uint8Array> {
  let got = `nothing at ${path}`;
  try {
    const bytes = await files.read(path, MAX_TRUST_BYTES);
    if (bytes) return bytes;
  } catch (error) {
    if (error instanceof PipeError) throw error;
    got = `${codeOf(error)} for ${path}`;
  }
  throw new PipeError({ code: 'USAGE', message: 'A file is missing.', got, wanted: 'a file to read' });
}

async function readText(files: Files, path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await readGiven(files, path));
}
