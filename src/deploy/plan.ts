import { PipeError } from '../errors.ts';
import { checkBuilds, checkConfig, checkCount, checkServed } from './checks.ts';
import { planExtras } from './extras.ts';
import { warnOfOutside } from './file-path-map.ts';
import { listSome, type Findings } from './findings.ts';
import { measureFunctions, type GzipSize } from './function-sizes.ts';
import { scanFunctions, type FunctionScan } from './functions.ts';
import { compareBytes, OUTPUT, resolveInRoot } from './paths.ts';
import { readInPlace, rememberStats, type Reader } from './reader.ts';
import { planReferences } from './references.ts';
import { checkRoutes } from './route-checks.ts';
import { checkImmutable, checkOverrides, checkStatic } from './static-checks.ts';
import { walk, type PlannedEntry } from './tree.ts';
import type { DeployedFunction } from './types.ts';
import { toUnreadable } from './unreadable.ts';

/** What will be deployed, checked but not yet read. */
export interface OutputPlan {
  /** Absolute. */
  readonly root: string;
  /** Sorted bytewise by path; no path twice. */
  readonly entries: readonly PlannedEntry[];
  readonly functions: readonly DeployedFunction[];
  readonly warnings: readonly string[];
}

/** What a look at an output can use besides its files. */
export interface PlanDeps {
  /** Without it, nothing is said about the size of Edge Functions. */
  readonly gzipSize?: GzipSize | undefined;
}

/**
 * The files that Vercel needs of a prebuilt output: `.vercel/output`, and what its functions name outside of it. The
 * list is the one that `vercel deploy --prebuilt` would send.
 * @param directory absolute, by a path without links; holds `.vercel/output`
 * @param target as `vercel build` notes it: `preview`, `production` or a custom environment's slug
 * @throws {PipeError} `OUTPUT_INVALID` with every fault at once.
 */
export async function planOutput(
  files: Reader,
  directory: string,
  target: string,
  deps: PlanDeps = {},
): Promise<OutputPlan> {
  try {
    return await lookAtOutput(rememberStats(readInPlace(files)), directory, target, deps);
  } catch (error) {
    throw toUnreadable(error);
  }
}

async function lookAtOutput(
  files: Reader,
  directory: string,
  target: string,
  { gzipSize }: PlanDeps,
): Promise<OutputPlan> {
  await requireOutput(files, directory);
  const findings: Findings = { faults: [], warnings: [] };
  const output = await walk(files, directory, OUTPUT, findings);
  await checkOutput(files, directory, target, output, findings);
  const scan = await scanFunctions(files, directory, output, findings);
  const entries = await planEntries(files, directory, output, scan, findings);
  checkCount([...entries.values()], findings);
  if (findings.faults.length > 0) throw invalidOutput(directory, findings.faults);

  const functions = await measureFunctions({ files, root: directory, entries, gzipSize, findings }, scan.functions);
  return {
    root: directory,
    entries: [...entries.values()].sort((a, b) => compareBytes(a.path, b.path)),
    functions,
    warnings: [...new Set([...findings.warnings, ...deprecations(functions)])],
  };
}

async function checkOutput(
  files: Reader,
  directory: string,
  target: string,
  output: readonly PlannedEntry[],
  findings: Findings,
): Promise<void> {
  const config = await checkConfig(files, directory, findings);
  checkServed(output, findings);
  await checkBuilds(files, directory, target, findings);
  checkRoutes(config, findings);
  checkStatic(output, findings);
  await checkOverrides(files, directory, config, findings);
  await checkImmutable(files, directory, findings);
}

/** The output, what its functions need besides, and what the CLI sends along, each path once. */
async function planEntries(
  files: Reader,
  directory: string,
  output: readonly PlannedEntry[],
  { references }: FunctionScan,
  findings: Findings,
): Promise<Map<string, PlannedEntry>> {
  const entries = new Map(output.map((entry) => [entry.path, entry]));
  warnOfOutside(references, findings);
  const outside = [...new Set(references.values())].flatMap((path) =>
    path === undefined || entries.has(path) ? [] : [path],
  );
  const needed = await planReferences(files, directory, outside, findings);
  const extras = await planExtras(files, directory, findings);
  for (const entry of [...needed, ...extras]) entries.set(entry.path, entry);
  return entries;
}

async function requireOutput(files: Reader, directory: string): Promise<void> {
  const found = await resolveInRoot(files, directory, OUTPUT);
  if (found.kind === 'directory' && found.path === OUTPUT) return;
  throw new PipeError({
    code: 'OUTPUT_INVALID',
    message: 'There is no build output to deploy. Nothing was sent.',
    got: `${found.kind === 'missing' ? 'nothing' : 'no plain folder'} at ${directory}/${OUTPUT}`,
    wanted: 'the folder that `vercel build` makes',
    fix: "Run `vercel build` in a step before, with the artifacts ['.vercel/output/**', '.vercel/project.json'].\nIn a monorepo, set DIRECTORY to the folder that holds .vercel/output.",
  });
}

function invalidOutput(directory: string, faults: readonly string[]): PipeError {
  return new PipeError({
    code: 'OUTPUT_INVALID',
    message: `The build output cannot be deployed as it is. Nothing was sent.`,
    faults: [...new Set(faults)],
    fix: `All paths are relative to ${directory}.`,
  });
}

/** Middleware on the edge runtime is not deprecated; standalone Edge Functions are. */
function deprecations(functions: readonly DeployedFunction[]): string[] {
  const standalone = functions.filter(({ name, edge }) => edge && !/(?:^|\/)_?middleware$/.test(name));
  if (standalone.length === 0) return [];
  const names = listSome(standalone.map(({ name }) => name));
  return [`Edge Functions are deprecated on Vercel; they still deploy. Move to the Node.js runtime: ${names}.`];
}
