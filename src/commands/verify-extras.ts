import { planSource, resolveInRoot } from '../deploy/index.ts';
import { PipeError } from '../errors.ts';
import type { Files } from '../platform/types.ts';
import { codeOf } from './given-files.ts';
import { showPath } from './verify-show.ts';

/** Where all that is there was sent, of a deployment that was built before. */
export const OUTPUT = '.vercel/output';

/**
 * What is in a folder and not in a manifest, as lines. Of a build output everything that is there counts; of a source
 * what a deploy would send, because a clone holds much that never is.
 * @param known the manifest's paths
 * @param recordFolder of a source: where its record stands, as earlier records are no part of it; undefined for a build
 * output
 */
export async function* listExtras(
  files: Files,
  folder: string,
  known: ReadonlySet<string>,
  recordFolder: string | undefined,
): AsyncGenerator<string> {
  if (recordFolder !== undefined) yield* listSource(files, folder, known, recordFolder);
  else if ((await resolveInRoot(files, folder, OUTPUT)).path === OUTPUT) yield* listBelow(files, folder, OUTPUT, known);
}

/** Files, links and empty folders. */
async function* listBelow(
  files: Files,
  folder: string,
  path: string,
  known: ReadonlySet<string>,
): AsyncGenerator<string> {
  const kind = (await files.lstat(`${folder}/${path}`))?.kind;
  if (kind !== 'directory') {
    if (kind !== undefined && !known.has(path)) yield tellExtra(path);
    return;
  }
  let names: readonly string[];
  try {
    names = await files.list(`${folder}/${path}`);
  } catch (error) {
    yield `${showPath(path)}: cannot be read (${codeOf(error)})`;
    return;
  }
  if (names.length === 0 && !known.has(path)) yield tellExtra(path);
  for (const name of names) yield* listBelow(files, folder, `${path}/${name}`, known);
}

async function* listSource(
  files: Files,
  folder: string,
  known: ReadonlySet<string>,
  recordFolder: string,
): AsyncGenerator<string> {
  const inside = recordFolder.startsWith(`${folder}/`) ? recordFolder.slice(folder.length + 1) : undefined;
  try {
    const { entries } = await planSource(files, (await files.realPath(folder)) ?? folder, inside);
    for (const { path } of entries) if (!known.has(path)) yield tellExtra(path);
  } catch (error) {
    if (!(error instanceof PipeError && error.code === 'OUTPUT_INVALID')) throw error;
    yield* error.faults;
  }
}

function tellExtra(path: string): string {
  return `${showPath(path)}: not in the manifest`;
}
