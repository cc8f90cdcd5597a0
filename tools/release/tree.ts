import { readdir, readFile } from 'node:fs/promises';

/** The texts that a release is judged by: path from the root → text. */
export type Tree = ReadonlyMap<string, string>;

const FILES = [
  ...['package.json', 'package-lock.json', 'src/version.ts', 'CHANGELOG.md', 'README.md', 'pipe.yml'],
  ...['schemas/variables.schema.json', 'released/judged.json'],
];
const FOLDERS = ['docs', 'examples', 'released/variables'];

export async function readTree(root: string): Promise<Tree> {
  const inFolders = await Promise.all(FOLDERS.map((folder) => listFiles(root, folder)));
  const paths = [...FILES, ...inFolders.flat().sort()];
  const texts = await Promise.all(paths.map((path) => readText(`${root}${path}`)));
  return new Map(paths.flatMap((path, index) => (texts[index] === undefined ? [] : [[path, texts[index]]])));
}

async function listFiles(root: string, folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(`${root}${folder}`, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return files.map(({ parentPath, name }) => `${parentPath}/${name}`.slice(root.length));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return (error as { readonly code?: unknown }).code === 'ENOENT';
}
