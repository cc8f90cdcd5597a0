/**
 * Bundles the audit's page, and compiles the JSON Schemas ahead of time into `build/validators.js`: ajv at run time would cost start-up time and
 * memory, and its `new Function` is nothing that a security tool should contain.
 */
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { generatePage } from './generate-page.ts';
import { ROOT } from './root.ts';

const ajv = new Ajv2020({
  allErrors: true,
  useDefaults: true,
  verbose: true,
  strict: true,
  allowUnionTypes: true,
  code: { source: true, esm: true, lines: true },
});
/** Keywords of ours: they say something to people or to the code that reads the faults, nothing to the validator. */
ajv.addVocabulary(['x-secret', 'x-group', 'x-decides', 'x-wanted']);

/** What the pipe writes and never judges by its schema: a validator in the program would make each start slower. */
const WRITTEN_ONLY = ['audit.schema.json'];
const names: Record<string, string> = {};
for (const file of (await readdir(`${ROOT}schemas`)).sort()) {
  const schema = JSON.parse(await readFile(`${ROOT}schemas/${file}`, 'utf8')) as { $id: string };
  ajv.addSchema(schema);
  if (WRITTEN_ONLY.includes(file)) {
    // Its own faults are found all the same.
    ajv.getSchema(schema.$id);
    continue;
  }
  const name = file.replace('.schema.json', '').replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  names[`validate${name.charAt(0).toUpperCase()}${name.slice(1)}`] = schema.$id;
}
await mkdir(`${ROOT}build`, { recursive: true });
await writeFile(`${ROOT}build/validators.raw.js`, standaloneCode.default(ajv, names));
// ajv's ESM output still says `require` for its helpers; the bundle makes it one plain module.
await build({
  entryPoints: [`${ROOT}build/validators.raw.js`],
  outfile: `${ROOT}build/validators.js`,
  bundle: true,
  format: 'esm',
  logLevel: 'warning',
});
const types = Object.keys(names).map((name) => `export const ${name}: ValidateFunction;\n`);
await writeFile(`${ROOT}build/validators.d.ts`, `import type { ValidateFunction } from 'ajv';\n\n${types.join('')}`);
await generatePage();
