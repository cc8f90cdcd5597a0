import type { Files } from '../platform/types.ts';
import type { TrustMaterial } from '../record/index.ts';
import { readGiven } from './given-files.ts';

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

async function readText(files: Files, path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await readGiven(files, path));
}
