/** The small programs of the bench as plain JavaScript: stripping types would count as the measured process's own. */
import { transform } from 'esbuild';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { ROOT } from '../bundle.ts';

export interface Programs {
  readonly hook: string;
  readonly client: string;
}

export async function buildPrograms(): Promise<Programs> {
  // Inside the project, so that the client is found.
  const folder = `${ROOT}build/bench`;
  await mkdir(folder, { recursive: true });
  const programs = { hook: `${folder}/usage-hook.cjs`, client: `${folder}/client-peer.mjs` };
  await compile('usage-hook.ts', programs.hook, 'cjs');
  await compile('client-peer.ts', programs.client, 'esm');
  return programs;
}

async function compile(name: string, outfile: string, format: 'cjs' | 'esm'): Promise<void> {
  const source = await readFile(new URL(name, import.meta.url), 'utf8');
  const { code } = await transform(source, { loader: 'ts', format, target: 'node24' });
  await writeFile(outfile, code);
}
