import type { PlanDeps } from '../../../src/deploy/plan.ts';
import { planOutput } from '../../../src/deploy/plan.ts';
import type { DeployedFunction } from '../../../src/deploy/types.ts';
import { PipeError } from '../../../src/errors.ts';
import { nodeFiles } from '../../../src/platform/files.ts';
import { BARE, makeTree, type Tree } from './output-tree.ts';

export interface Judgement {
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
  readonly paths: readonly string[];
  readonly functions: readonly DeployedFunction[];
}

/** What a plan says of a whole output: {@link BARE} and what is given, which may take the place of a part of it. */
export async function judgeOutput(tree: Tree, deps: PlanDeps = {}): Promise<Judgement> {
  try {
    const plan = await planOutput(nodeFiles, makeTree({ ...BARE, ...tree }), 'preview', deps);
    return { faults: [], ...plan, paths: plan.entries.map(({ path }) => path) };
  } catch (error) {
    if (!(error instanceof PipeError) || error.code !== 'OUTPUT_INVALID') throw error;
    return { faults: error.faults, warnings: [], paths: [], functions: [] };
  }
}
