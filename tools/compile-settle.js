/**
 * `node --predictable compile-settle.js APP CACHE`: reads what V8 has compiled of the program, and writes it again.
 * V8 numbers functions in the order in which they come to be, Node's own among them, and in a run that order is up to
 * threads and sockets: a few of a hundred runs had other numbers. Here nothing runs, so the same code has the same ones.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { Script } from 'node:vm';

const [, , app, cache] = process.argv;
const script = new Script(readFileSync(app, 'latin1'), { filename: app, cachedData: readFileSync(cache) });
if (script.cachedDataRejected) throw new Error('V8 does not take what it has just compiled');
writeFileSync(cache, script.createCachedData());
