/**
 * The start: runs `app-<hash>.js`, which stands beside this file, from its compiled form where there is one.
 *
 * Reading the program's text and compiling what a run needs of it takes Node longer than all the rest of a small
 * deploy. V8 can keep what it compiled (`app-<hash>.cache`, made by the build); it looks at its own version and flags
 * before it takes it, and compiles the text where they differ. The hash in the name ties both to one build.
 */
import type { run } from './app.ts';

/** The file's name without its ending; set by the build. */
declare const APP: string;

type Main = (require: (name: string) => unknown, module: { exports: unknown }) => void;

// Not imported: an import of Node's modules makes a second object of every one, which costs start-up time.
const { existsSync, readFileSync } = process.getBuiltinModule('node:fs');
const { Script } = process.getBuiltinModule('node:vm');

// Newer ones are taken as they are; an older one lacks what the program is built on, and would fail in its midst.
if (Number.parseInt(process.version.slice(1)) >= 24) await start();
else runByNode24();

async function start(): Promise<void> {
  const path = `${import.meta.dirname}/${APP}`;
  // The build writes ASCII alone.
  const script = new Script(readFileSync(`${path}.js`, 'latin1'), { filename: `${path}.js`, ...readCompiled(path) });
  const module = { exports: {} as { run: typeof run } };
  (script.runInThisContext() as Main)((name) => process.getBuiltinModule(name), module);
  await module.exports.run(import.meta.filename);
}

function readCompiled(path: string): { cachedData?: Buffer } {
  try {
    return { cachedData: readFileSync(`${path}.cache`) };
  } catch {
    return {};
  }
}

/** In a clone, by the Node that `npm ci` brought along. */
function runByNode24(): void {
  const node = `${import.meta.dirname}/../node_modules/node-linux-${process.arch}/bin/node`;
  if (!existsSync(node)) {
    process.stderr.write(`Needs Node 24, found ${process.version}. In a clone on Linux, npm ci brings it along.\n`);
    process.exitCode = 2;
    return;
  }
  const { spawn } = process.getBuiltinModule('node:child_process');
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
  // The child ends by a stop in its own way, and this process with it.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  child.once('close', (status, signal) => (process.exitCode = status ?? statusOf(signal)));
}

/** As a shell says it: a child that was killed met no bug of its own. */
function statusOf(signal: NodeJS.Signals | null): number {
  const { constants } = process.getBuiltinModule('node:os');
  return signal === null ? 70 : 128 + constants.signals[signal];
}
