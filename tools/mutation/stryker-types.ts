/** What is used of `@stryker-mutator/api` 10.1.1, which is not installed with this project. */

export interface Mutant {
  readonly id: string;
  readonly fileName: string;
  readonly replacement: string;
  readonly location: { readonly start: Position; readonly end: Position };
}

interface Position {
  readonly line: number;
  readonly column: number;
}

/** How often each mutant was reached, by its id: while modules were loaded, and by each test. */
export interface Coverage {
  readonly static: Readonly<Record<string, number>>;
  readonly perTest: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** `globalThis.__stryker__`, which the instrumented sources read and write. */
export interface StrykerState {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  mutantCoverage?: Coverage | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
}

export interface MutantRunOptions {
  readonly activeMutant: Mutant;
  readonly testFilter?: readonly string[];
  readonly hitLimit?: number;
  /** `static`: on already while the modules are loaded. */
  readonly mutantActivation: 'runtime' | 'static';
}

export interface DryRun {
  readonly status: 'complete';
  /** Status 0: it holds; 1: it fails. */
  readonly tests: readonly { readonly id: string; readonly status: number; readonly failureMessage?: string }[];
  readonly mutantCoverage: Coverage | undefined;
}

export type MutantResult =
  | { readonly status: 'killed'; killedBy: readonly string[]; failureMessage: string; nrOfTests: number }
  | { readonly status: 'survived'; readonly nrOfTests: number }
  | { readonly status: 'timeout' }
  | { readonly status: 'error'; readonly errorMessage: string };

export interface TestRunner {
  capabilities(): { reloadEnvironment: boolean };
  dryRun(): Promise<DryRun>;
  mutantRun(options: MutantRunOptions): Promise<MutantResult>;
}
