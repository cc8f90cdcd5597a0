/** Bundles the program and the style of the audit's page into `build/audit-page.js`, as texts with their digests. */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { build } from 'esbuild';
import { ROOT } from './root.ts';

const FOLDER = 'src/audit/page/client';
const BROWSERS = ['chrome122', 'firefox121', 'safari17'];

export async function generatePage(): Promise<void> {
  const texts = { SCRIPT: await bundle('main.ts'), STYLE: await bundle('page.css') };
  const constants = Object.entries(texts).flatMap(([name, text]) => [
    { name, value: text },
    { name: `${name}_HASH`, value: `sha256-${createHash('sha256').update(text).digest('base64')}` },
  ]);
  const code = constants.map(({ name, value }) => `export const ${name} = ${JSON.stringify(value)};\n`);
  const types = constants.map(({ name }) => `export const ${name}: string;\n`);
  await writeFile(`${ROOT}build/audit-page.js`, code.join(''));
  await writeFile(`${ROOT}build/audit-page.d.ts`, types.join(''));
}

async function bundle(file: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [`${FOLDER}/${file}`],
    bundle: true,
    format: 'iife',
    target: BROWSERS,
    charset: 'ascii',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    write: false,
  });
  const text = outputFiles[0]?.text.trimEnd() ?? '';
  // Either would end the element that it is written into.
  if (text === '' || /<\/(?:script|style)|<!--/i.test(text)) throw new Error(`${file} cannot stand in a page`);
  return text;
}
