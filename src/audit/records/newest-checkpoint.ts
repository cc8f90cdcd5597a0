import type { Files } from '../../platform/types.ts';
import type { Scope } from '../types.ts';
import { nameScope } from './checkpoint.ts';
import { CHECKPOINT_ENDING } from './read-checkpoint.ts';

/** Once without milliseconds. */
const NAME = /^\d{8}T\d{6}(?:\.\d{3})?Z-/;

/**
 * The newest checkpoint of a folder that is of this team and these projects, by its name: that begins with its time. Which
 * one is taken proves nothing: what is in it does. Projects come and go, so of several, their number does not count.
 * @returns its path; undefined where there is none.
 */
export async function findNewestCheckpoint(files: Files, folder: string, scope: Scope): Promise<string | undefined> {
  const wanted = nameAlike(nameScope(scope));
  const names = await files.list(folder);
  const own = names.filter((name) => {
    if (!NAME.test(name) || !name.endsWith(CHECKPOINT_ENDING)) return false;
    return nameAlike(name.replace(NAME, '').slice(0, -CHECKPOINT_ENDING.length)) === wanted;
  });
  const newest = own.toSorted().at(-1);
  return newest === undefined ? undefined : `${folder}/${newest}`;
}

function nameAlike(scopeName: string): string {
  return scopeName.replace(/-(?:all|\d+-projects)$/, '-all');
}
