/**
 * `node compile-run.js APP CACHE`: runs the program as the shipped `main.js` does, and writes what V8 has compiled of it.
 * A program of its own, so that nothing that ships can write such a file.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

// Which functions get baseline code is up to the moment, and a bit of each function tells it. Before it is written the
// flag is as it was: V8 takes no form that was made under other flags.
setFlagsFromString('--no-sparkplug');
const [, , app, cache] = process.argv;
process.argv.length = 2;
const script = new Script(readFileSync(app, 'latin1'), { filename: app });
const module = { exports: {} };
script.runInThisContext()((name) => process.getBuiltinModule(name), module);
await module.exports.run();
setFlagsFromString('--sparkplug');
if (process.exitCode === 0) writeFileSync(cache, script.createCachedData());
