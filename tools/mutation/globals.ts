/** What tests take from `@jest/globals`, without jest: they are written down here, and run as often as one likes. */
import { bind } from 'jest-each';

export { expect } from 'expect';

export interface WrittenTest {
  readonly id: string;
  readonly run: () => unknown;
}

/** By test file. */
export const written = new Map<string, WrittenTest[]>();

let file = '';
let suites: readonly string[] = [];
const taken = new Map<string, number>();

/** Writes down the tests of one file. */
export async function readTests(path: string, load: () => Promise<unknown>): Promise<readonly WrittenTest[]> {
  file = path;
  const tests: WrittenTest[] = [];
  written.set(path, tests);
  await load();
  return tests;
}

function writeSuite(name: string, body: () => void): void {
  const outer = suites;
  suites = [...outer, name];
  body();
  suites = outer;
}

function writeTest(name: string, run: () => unknown): void {
  const words = [file, ...suites, name].join(' › ');
  const count = (taken.get(words) ?? 0) + 1;
  taken.set(words, count);
  written.get(file)?.push({ id: count === 1 ? words : `${words} (${String(count)})`, run });
}

const skip = (): void => undefined;

export const describe = Object.assign(writeSuite, { each: bind(writeSuite as never, false) });
export const it = Object.assign(writeTest, {
  each: bind(writeTest as never, false),
  skip: Object.assign(skip, { each: () => skip }),
});

/** What is left over goes with the temporary folder, for the tests run again. */
export function afterAll(): void {
  return undefined;
}
