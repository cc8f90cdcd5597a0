/**
 * Runs a script by Node 24, whichever Node runs this one: `node tools/node24.js FILE [ARGS…]`.
 *
 * Node 24 comes with `npm ci`, as an optional package for each processor. npm's own link to it is not enough: npm 10
 * takes `node_modules/.bin/node` away together with the package for the other processor.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const bundled = fileURLToPath(new URL(`../node_modules/node-linux-${process.arch}/bin/node`, import.meta.url));
const node = process.version.startsWith('v24.') ? process.execPath : existsSync(bundled) ? bundled : undefined;

if (node === undefined) {
  process.stderr.write(
    `Needs Node 24, found ${process.version}. On Linux (x64, arm64) npm ci brings it along; elsewhere install it.\n`,
  );
  process.exitCode = 2;
} else {
  const child = spawn(node, process.argv.slice(2), { stdio: 'inherit' });
  // A stop from the terminal reaches the child too, and its end is the answer.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.once('close', (status, signal) => (process.exitCode = status ?? (signal === null ? 1 : 128)));
}
