/**
 * `node compile-run.js APP CACHE`: runs the program as the shipped `main.js` does, and writes what V8 has compiled of it.
 * A program of its own, so that nothing that ships can write such a file.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';

// Which functions get better code, and when, is up to the moment, and bits of each function tell it; and what has not run
// for a while is thrown away, which a busy machine does to other functions. Before it is written the flags are as they
// were: V8 takes no form that was made under others.
setFlagsFromString('--no-sparkplug --no-maglev --no-turbofan --no-profile-guided-optimization --no-flush-bytecode');
const [, , app, cache] = process.argv;
process.argv.length = 2;
const script = new Script(readFileSync(app, 'latin1'), { filename: app });
const module = { exports: {} };
script.runInThisContext()((name) => process.getBuiltinModule(name), module);
await module.exports.run();
setFlagsFromString('--sparkplug --maglev --turbofan --profile-guided-optimization --flush-bytecode');
if (process.exitCode === 0) writeFileSync(cache, script.createCachedData());
