import { PipeError } from '../errors.ts';
import type { Files } from '../platform/types.ts';

/** Where the files of a run go: a folder in the clone, that the step keeps as artifacts. */
export interface FolderStore {
  /** Writes once; refuses to overwrite. Gives the path relative to the clone. */
  write(name: string, text: string): Promise<string>;
  /** For what is no record: takes the place of an older one. */
  replace(name: string, text: string): Promise<string>;
}

/** `directory` is absolute and stands, by its text, inside `root`. */
export function createFolderStore(files: Files, root: string, directory: string): FolderStore {
  const put = async (name: string, save: (path: string) => Promise<void>): Promise<string> => {
    const path = `${directory}/${name}`;
    try {
      await refuseLinks(files, root, directory);
      await save(path);
    } catch (error) {
      throw error instanceof PipeError ? error : notStored(path, (error as { code?: unknown }).code);
    }
    return path.slice(root.length).replace(/^\/+/, '');
  };
  const encoder = new TextEncoder();
  return {
    write: (name, text) => put(name, (path) => files.writeNew(path, encoder.encode(text))),
    replace: (name, text) => put(name, (path) => files.replace(path, encoder.encode(text))),
  };
}

/** The container is root: a link that an artifact planted must not lead its writing elsewhere. */
async function refuseLinks(files: Files, root: string, directory: string): Promise<void> {
  let path = root;
  for (const part of directory.slice(root.length).split('/')) {
    if (part === '') continue;
    path = `${path}/${part}`;
    const stat = await files.lstat(path);
    if (!stat) return;
    if (stat.kind !== 'directory') {
      throw new PipeError({
        code: 'RECORD_NOT_STORED',
        message: 'The folder for records is not a plain folder.',
        got: `${path} is a ${stat.kind}`,
        wanted: 'folders all the way, no links',
        fix: 'Remove it, or set RECORD_DIR to another folder in the clone.',
      });
    }
  }
}

function notStored(path: string, code: unknown): PipeError {
  return new PipeError({
    code: 'RECORD_NOT_STORED',
    message: 'A file of the record could not be written.',
    got: `${typeof code === 'string' ? code : 'an error'} for ${path}`,
    wanted: 'a folder in the clone that this step may write to',
    fix: 'Check RECORD_DIR and the free space of the step.',
  });
}
