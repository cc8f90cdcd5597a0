import { createHash } from 'node:crypto';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { build, type BuildOptions, type Metafile, type OutputFile } from 'esbuild';
import { leanWinston } from './lean-winston.ts';
import { ROOT } from './root.ts';

export { ROOT };

/** How the shipped program is made: one script for Node 24. The architecture test builds with the same options. */
export const BUNDLE_OPTIONS = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  // The start reads it as Latin-1.
  charset: 'ascii',
  metafile: true,
  // Half the text is half the time that V8 takes to read it.
  minify: true,
  legalComments: 'eof',
  logLevel: 'warning',
  plugins: [leanWinston],
  banner: { js: '(function (require, module) {' },
  footer: { js: '})' },
} as const satisfies BuildOptions;

const START_OPTIONS = {
  absWorkingDir: ROOT,
  entryPoints: ['src/main.ts'],
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  minify: true,
  logLevel: 'warning',
  write: false,
} as const satisfies BuildOptions;

export interface Bundle {
  /** What is started: `dist/main.js`. */
  readonly main: string;
  /** The program: `dist/app-<hash>.js`. */
  readonly app: string;
  /** The program as V8 compiled it: `dist/app-<hash>.cache`. There after `compileAhead` alone. */
  readonly cache: string;
  /** What went into the program. */
  readonly metafile: Metafile;
}

/**
 * Builds `main.js` and the program that it starts. Several builds of the same sources may run side by side: files are
 * named by what is in them and moved into place whole.
 */
export async function buildBundle(
  folder = `${ROOT}dist`,
  options: { readonly minify?: boolean } = {},
): Promise<Bundle> {
  const program = await build({
    ...BUNDLE_OPTIONS,
    ...options,
    entryPoints: ['src/app.ts'],
    outfile: 'app.js',
    write: false,
  });
  const text = textOf(program.outputFiles);
  const name = `app-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
  const start = await build({ ...START_OPTIONS, define: { APP: JSON.stringify(name) } });
  const paths = {
    main: resolve(folder, 'main.js'),
    app: resolve(folder, `${name}.js`),
    cache: resolve(folder, `${name}.cache`),
  };
  await mkdir(folder, { recursive: true });
  await place(paths.app, text);
  await place(paths.main, textOf(start.outputFiles));
  await removeOthers(folder, name);
  return { ...paths, metafile: program.metafile };
}

function textOf([file]: readonly OutputFile[]): string {
  if (!file) throw new Error('esbuild has written nothing');
  return file.text;
}

async function place(path: string, text: string): Promise<void> {
  const partial = `${dirname(path)}/.${basename(path)}.${String(process.pid)}`;
  await writeFile(partial, text);
  await rename(partial, path);
}

async function removeOthers(folder: string, name: string): Promise<void> {
  const others = (await readdir(folder)).filter((file) => file.startsWith('app-') && !file.startsWith(name));
  for (const file of others) await rm(resolve(folder, file), { force: true });
}
