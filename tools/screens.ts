/** `npm run screens`: runs the pipe, and writes what it prints into docs/log.md. A test holds that they are the same. */
import { readFile, writeFile } from 'node:fs/promises';
import { ROOT } from './root.ts';
import { putScreens } from './screens/readme.ts';
import { makeScreens } from './screens/run.ts';

const PAGE = `${ROOT}docs/log.md`;

await writeFile(PAGE, putScreens(await readFile(PAGE, 'utf8'), await makeScreens()));
