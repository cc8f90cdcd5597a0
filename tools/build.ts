import { stat } from 'node:fs/promises';
import { relative } from 'node:path';
import { buildBundle, ROOT } from './bundle.ts';
import { compileAhead } from './compile-ahead.ts';

const { main, app, cache } = await buildBundle();
await compileAhead({ app, cache });
for (const file of [main, app, cache]) {
  const { size } = await stat(file);
  console.log(`${relative(ROOT, file)}: ${String(Math.ceil(size / 1024))} KiB`);
}
