/**
 * Stryker's test runner for this house. With jest every mutant costs a second, for all modules are loaded anew; here they
 * stay, and a mutant is switched on while the tests run that reach it. What a mutant leaves behind in a module is found:
 * the test that failed must hold again without it, or the process is replaced.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { configureGlobal } from 'fast-check';
import { readTests, type WrittenTest } from './globals.ts';
import { isChosen } from './sample.ts';
import type {
  Coverage,
  DryRun,
  Mutant,
  MutantResult,
  MutantRunOptions,
  StrykerState,
  TestRunner,
} from './stryker-types.ts';

const GLOBALS = new URL('./globals.ts', import.meta.url).href;
const DURATIONS = 'build/mutation-durations.json';
const SLOW_MS = 200;

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === '@jest/globals' ? { url: GLOBALS, shortCircuit: true } : next(specifier, context),
});
// The same inputs for every mutant, so that a run can be repeated.
configureGlobal({ seed: 1 });

const stryker = ((globalThis as { __stryker__?: StrykerState }).__stryker__ ??= {});

/** What the configuration tells the runner: `house` in it. */
export interface HouseOptions {
  /** Relative to the tree. */
  readonly testFiles: readonly string[];
  /** Per cent of the mutants, and of which choice. */
  readonly sample: number;
  readonly seed: number;
}

class HouseRunner implements TestRunner {
  readonly #house: HouseOptions;
  readonly #tests = new Map<string, WrittenTest>();
  readonly #loaded = new Set<string>();
  #durations: Record<string, number> | undefined;
  #isFresh = true;
  #isSpoiled = false;

  constructor(house: HouseOptions) {
    this.#house = house;
  }

  capabilities(): { reloadEnvironment: boolean } {
    return { reloadEnvironment: false };
  }

  async dryRun(): Promise<DryRun> {
    for (const file of this.#house.testFiles) await this.#load(file);
    const tests = [];
    for (const test of this.#tests.values()) {
      const startedAt = performance.now();
      stryker.currentTestId = test.id;
      const failureMessage = await failureOf(test);
      const timeSpentMs = performance.now() - startedAt;
      const { id } = test;
      const about = { id, name: id, timeSpentMs };
      tests.push(failureMessage === undefined ? { ...about, status: 0 } : { ...about, status: 1, failureMessage });
    }
    stryker.currentTestId = undefined;
    const durations = Object.fromEntries(tests.map(({ id, timeSpentMs }) => [id, timeSpentMs]));
    await writeFile(DURATIONS, JSON.stringify(durations));
    return { status: 'complete', tests, mutantCoverage: spare(stryker.mutantCoverage, durations) };
  }

  async mutantRun(options: MutantRunOptions): Promise<MutantResult> {
    const { activeMutant, testFilter, mutantActivation } = options;
    if (!isChosen(activeMutant, this.#house)) return { status: 'error', errorMessage: 'not in the sample' };
    // Rejected, so Stryker begins again with a new process.
    if (this.#isSpoiled) throw new Error('an earlier mutant left something behind');
    const ids = await this.#order(testFilter);
    stryker.activeMutant = mutantActivation === 'static' ? activeMutant.id : undefined;
    try {
      for (const id of ids) await this.#load(id.split(' › ')[0] ?? '');
    } catch (error) {
      if (mutantActivation !== 'static') throw error;
      return { status: 'killed', killedBy: ids.slice(0, 1), failureMessage: String(error), nrOfTests: 1 };
    }
    return this.#runActive(activeMutant, ids, options.hitLimit);
  }

  async #runActive(mutant: Mutant, ids: readonly string[], hitLimit: number | undefined): Promise<MutantResult> {
    Object.assign(stryker, { activeMutant: mutant.id, hitCount: 0, hitLimit });
    let [nrOfTests, failed, failureMessage]: [number, WrittenTest | undefined, string | undefined] = [0, undefined, ''];
    for (const id of ids) {
      const test = this.#tests.get(id);
      if (!test) continue;
      nrOfTests += 1;
      failureMessage = await failureOf(test);
      if (failureMessage !== undefined) {
        failed = test;
        break;
      }
    }
    const isEndless = hitLimit !== undefined && (stryker.hitCount ?? 0) > hitLimit;
    Object.assign(stryker, { activeMutant: undefined, hitCount: undefined, hitLimit: undefined });
    if (failed) this.#isSpoiled = (await failureOf(failed)) !== undefined;
    if (this.#isSpoiled && !this.#isFresh) throw new Error('an earlier mutant left something behind');
    this.#isFresh = false;
    if (isEndless) return { status: 'timeout' };
    if (!failed) return { status: 'survived', nrOfTests };
    return { status: 'killed', killedBy: [failed.id], failureMessage: failureMessage ?? '', nrOfTests };
  }

  async #load(file: string): Promise<void> {
    if (this.#loaded.has(file)) return;
    this.#loaded.add(file);
    const tests = await readTests(file, () => import(`${process.cwd()}/${file}`));
    for (const test of tests) this.#tests.set(test.id, test);
  }

  /**
   * The quickest first: most mutants fall to one of them. None are named for what runs while modules are loaded: then all
   * but the slow ones, for each such mutant has a process of its own.
   */
  async #order(ids: readonly string[] | undefined): Promise<readonly string[]> {
    this.#durations ??= JSON.parse(await readFile(DURATIONS, 'utf8')) as Record<string, number>;
    const durations = this.#durations;
    const timeOf = (id: string): number => durations[id] ?? 0;
    const chosen = ids ?? Object.keys(durations).filter((id) => timeOf(id) < SLOW_MS);
    return [...chosen].sort((one, other) => timeOf(one) - timeOf(other));
  }
}

/**
 * What tests reach is theirs to notice, though it runs while modules are loaded too: for that alone Stryker starts a
 * process for each mutant. And a slow test is asked only where no other reaches a mutant: half a minute for each that
 * survives would make hours.
 */
function spare(coverage: Coverage | undefined, durations: Readonly<Record<string, number>>): Coverage | undefined {
  if (!coverage) return undefined;
  const isQuick = (id: string): boolean => (durations[id] ?? 0) < SLOW_MS;
  const tests = Object.entries(coverage.perTest);
  const reached = new Set(tests.flatMap(([, hits]) => Object.keys(hits)));
  const quickly = new Set(tests.filter(([id]) => isQuick(id)).flatMap(([, hits]) => Object.keys(hits)));
  const leave = (hits: Readonly<Record<string, number>>, without: ReadonlySet<string>): Record<string, number> =>
    Object.fromEntries(Object.entries(hits).filter(([mutant]) => !without.has(mutant)));
  const perTest = tests.map(([id, hits]) => [id, isQuick(id) ? hits : leave(hits, quickly)] as const);
  return { static: leave(coverage.static, reached), perTest: Object.fromEntries(perTest) };
}

async function failureOf({ run }: WrittenTest): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function makeRunner({ house }: { house: HouseOptions }): TestRunner {
  return new HouseRunner(house);
}
makeRunner.inject = ['options'];

export const strykerPlugins = [{ kind: 'TestRunner', name: 'house', factory: makeRunner }];
