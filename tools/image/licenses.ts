import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import type { Metafile } from 'esbuild';
import { ROOT } from '../bundle.ts';

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly text: string;
}

/** The licences of all that is in the image: ours, those of the packages in the program, and Node's with its libraries'. */
export async function writeLicenses(folder: string, metafile: Metafile): Promise<void> {
  await mkdir(folder, { recursive: true });
  await copyFile(`${ROOT}LICENSE`, `${folder}/LICENSE`);
  const packages = await Promise.all(listPackageFolders(metafile).map(readPackage));
  const chapters = packages.map(
    ({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text.trim()}\n`,
  );
  await writeFile(`${folder}/THIRD-PARTY`, chapters.join(`\n${'-'.repeat(80)}\n\n`));
  await copyFile(`${ROOT}node_modules/node-linux-${process.arch}/LICENSE`, `${folder}/NODE`);
}

/** Folders of the packages whose code is in the program, sorted; a package may stand inside another. */
export function listPackageFolders({ inputs }: Pick<Metafile, 'inputs'>): readonly string[] {
  const folders = Object.keys(inputs).flatMap(
    (input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0] ?? [],
  );
  return [...new Set(folders)].sort();
}

export async function readPackage(folder: string): Promise<Package> {
  const { name, version, license } = JSON.parse(await readFile(`${ROOT}${folder}/package.json`, 'utf8')) as Package;
  const file = (await readdir(`${ROOT}${folder}`)).sort().find((each) => /^(?:licen[cs]e|copying)/i.test(each));
  const text = file === undefined ? '' : await readFile(`${ROOT}${folder}/${file}`, 'utf8');
  return { name, version, license, text };
}
