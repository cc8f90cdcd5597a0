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
const { readFileSync } = process.getBuiltinModule('node:fs');
const { Script } = process.getBuiltinModule('node:vm');

const path = `${import.meta.dirname}/${APP}`;
// The build writes ASCII alone.
const script = new Script(readFileSync(`${path}.js`, 'latin1'), { filename: `${path}.js`, ...readCompiled() });
const module = { exports: {} as { run: typeof run } };
(script.runInThisContext() as Main)((name) => process.getBuiltinModule(name), module);
await module.exports.run();

function readCompiled(): { cachedData?: Buffer } {
  try {
    return { cachedData: readFileSync(`${path}.cache`) };
  } catch {
    return {};
  }
}
