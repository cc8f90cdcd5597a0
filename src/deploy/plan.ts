import { PipeError } from '../errors.ts';
import type { Files } from '../platform/types.ts';
import { checkBuilds, checkConfig, checkCount, checkStatic } from './checks.ts';
import { planExtras } from './extras.ts';
import type { Findings } from './findings.ts';
import { scanFunctions } from './functions.ts';
import { compareBytes, resolveInRoot } from './paths.ts';
import { planReferences } from './references.ts';
import { OUTPUT, walk, type PlannedEntry } from './tree.ts';
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

/**
 * The files that Vercel needs of a prebuilt output: `.vercel/output`, and what its functions name outside of it. The
 * list is the one that `vercel deploy --prebuilt` would send.
 * @param directory absolute; holds `.vercel/output`
 * @param target as `vercel build` notes it: `preview`, `production` or a custom environment's slug
 * @throws {PipeError} `OUTPUT_INVALID` with every fault at once.
 */
export async function planOutput(files: Files, directory: string, target: string): Promise<OutputPlan> {
  try {
    return await lookAt(files, directory, target);
  } catch (error) {
    throw toUnreadable(error);
  }
}

async function lookAt(files: Files, directory: string, target: string): Promise<OutputPlan> {
  await requireOutput(files, directory);
  const findings: Findings = { faults: [], warnings: [] };
  const output = await walk(files, directory, OUTPUT, findings);
  await checkConfig(files, directory, output, findings);
  await checkBuilds(files, directory, target, findings);
  checkStatic(output, findings);

  const { functions, references } = await scanFunctions(files, directory, output, findings);
  const planned = new Map(output.map((entry) => [entry.path, entry]));
  const needed = await planReferences(files, directory, references, new Set(planned.keys()), findings);
  const extras = await planExtras(files, directory, findings);
  for (const entry of [...needed, ...extras]) planned.set(entry.path, entry);

  const entries = [...planned.values()].sort((a, b) => compareBytes(a.path, b.path));
  checkCount(entries, findings);
  if (findings.faults.length > 0) throw invalidOutput(directory, findings.faults);
  return { root: directory, entries, functions, warnings: [...findings.warnings, ...deprecations(functions)] };
}

async function requireOutput(files: Files, directory: string): Promise<void> {
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
  const names = standalone.map(({ name }) => name);
  const shown =
    names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${String(names.length - 5)} more` : names.join(', ');
  return [`Edge Functions are deprecated on Vercel; they still deploy. Move to the Node.js runtime: ${shown}.`];
}
