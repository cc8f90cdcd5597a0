import { PipeError } from '../errors.ts';
import type { Files } from '../platform/types.ts';
import { nameTarget } from '../variables/index.ts';
import type { Run } from './run.ts';

/** Where a pull writes: absolute paths, inside the clone by their text. */
export interface PullPaths {
  readonly project: string;
  readonly environment: string;
}

export function pullPaths({ config }: Run): PullPaths {
  const folder = `${config.directory}/.vercel`;
  return { project: `${folder}/project.json`, environment: `${folder}/.env.${nameTarget(config.target)}.local` };
}

/**
 * The container is root beside other people's files, and what a clone or an artifact holds is anyone's: no link may
 * lead the writing elsewhere.
 * @throws {PipeError} `VARIABLES_INVALID` where something else than plain folders leads to the file, or than a plain
 * file is in its place.
 */
export async function requirePlain({ config, platform }: Run, paths: readonly string[]): Promise<void> {
  for (const path of paths) await requirePlainPath(platform.files, config.cloneDir, path);
}

async function requirePlainPath(files: Files, cloneDir: string, path: string): Promise<void> {
  const parts = path.slice(cloneDir.length).split('/').filter(Boolean);
  let here = cloneDir.replace(/\/+$/, '');
  for (const [index, part] of parts.entries()) {
    here = `${here}/${part}`;
    const stat = await files.lstat(here);
    if (!stat) return;
    const wanted = index === parts.length - 1 ? 'file' : 'directory';
    if (stat.kind !== wanted) throw notPlain(here, stat.kind, wanted);
  }
}

/** @throws {PipeError} `OUTPUT_INVALID` where the file cannot be written. */
export async function writePulled(
  files: Files,
  path: string,
  text: string,
  options: { readonly ownerOnly?: boolean } = {},
): Promise<void> {
  try {
    await files.replace(path, new TextEncoder().encode(text), options);
  } catch (error) {
    const { code } = error as { code?: unknown };
    throw new PipeError({
      code: 'OUTPUT_INVALID',
      message: 'A file of the pull could not be written.',
      got: `${typeof code === 'string' ? code : 'an error'} for ${path}`,
      wanted: 'a folder in the clone that this step may write to',
      fix: 'Check DIRECTORY, and the free space of the step.',
    });
  }
}

function notPlain(path: string, kind: string, wanted: string): PipeError {
  return new PipeError({
    code: 'VARIABLES_INVALID',
    message: 'What a pull writes would go through a link, or in the place of something else. Nothing was pulled.',
    got: `${path} is a ${kind}`,
    wanted: `a plain ${wanted}, or nothing there`,
    fix: 'Remove it from the repository, or from the artifacts of the steps before; or set DIRECTORY to another folder.',
  });
}
