import type { Files } from '../../platform/types.ts';
import { growFile, orDiscard } from './text-file.ts';
import type { WrittenFile } from './types.ts';

/**
 * Writes `folder/name` from pieces as they come. Where that fails, nothing of it is left.
 * @throws {PipeError} `OUTPUT_INVALID` where it cannot be written.
 */
export async function writeText(
  files: Files,
  folder: string,
  name: string,
  pieces: AsyncIterable<string> | Iterable<string>,
): Promise<WrittenFile> {
  const file = await growFile(files, folder, name);
  return orDiscard(file, async () => {
    for await (const piece of pieces) await file.write(piece);
    return file.close();
  });
}
