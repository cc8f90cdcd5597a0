import { rmSync } from 'node:fs';
import {
  createSandbox,
  type Sandbox,
  type SandboxDeployment,
  type SandboxOptions,
} from '../../../src/sandbox/index.ts';
import { makeStep, predicateOf, runStep, type RunOptions, type Step, type StepRun } from '../../support/step.ts';
import { editPolicy } from './examine.ts';

/** A step whose policy lets it deploy to every target. */
export interface SmokeScene {
  readonly sandbox: Sandbox;
  readonly step: Step;
  /** What served production before. */
  readonly before: SandboxDeployment;
}

export async function smokeScene(options: SandboxOptions = {}): Promise<SmokeScene> {
  const sandbox = await createSandbox({ deployment: { polls: 1 }, ...options });
  const step = await makeStep(sandbox);
  // It says what the fixture was built for.
  rmSync(`${step.clone.directory}/.vercel/output/builds.json`);
  editPolicy(step, (text) =>
    text
      .replace('targets: [production]', 'targets: [production, preview, qa]')
      .replace('projects: [prj_web]', 'projects: [prj_web, prj_new]'),
  );
  const [before] = sandbox.vercel.deployments;
  if (!before) throw new Error('a project without production');
  return { sandbox, step, before };
}

/** `SMOKE_PATHS` as Bitbucket passes a list. */
export function smokePaths(...items: readonly string[]): Record<string, string> {
  const listed = items.map((item, index) => [`SMOKE_PATHS_${String(index)}`, item]);
  return { SMOKE_PATHS_COUNT: String(items.length), ...(Object.fromEntries(listed) as Record<string, string>) };
}

export interface SmokeRun extends StepRun {
  /** What was deployed. */
  readonly made: SandboxDeployment;
  /** What its result says. */
  readonly result: Readonly<Record<string, unknown>>;
}

/** One deploy that tests what it deployed. */
export async function deployTested(
  { sandbox, step }: SmokeScene,
  environment: Readonly<Record<string, string>>,
  options: Omit<RunOptions, 'environment'> = {},
): Promise<SmokeRun> {
  const before = step.files();
  const run = await runStep(sandbox, step, { ...options, environment });
  const made = sandbox.vercel.deployments.findLast(({ body }) => body !== undefined);
  const name = step.files().find((file) => file.endsWith('.result.sigstore.json') && !before.includes(file));
  if (!made || name === undefined) throw new Error(run.log);
  return { ...run, made, result: predicateOf(step.read(name)) };
}

/** Calls of Vercel's API that changed something after the files, and visits, in their order: `promote`, `visit web.vercel.app`. */
export function courseOf({ sandbox }: SmokeScene): readonly string[] {
  const words = sandbox.journal.flatMap(({ method, path }) => {
    if (method === 'GET' && !/^\/v\d+\/|^\/2\.0\//.test(path)) return ['visit'];
    const [, act] = /\/(promote|rollback|aliases)(?:\/[^/]+)?$/.exec(path) ?? [];
    return method === 'POST' && act !== undefined ? [act] : [];
  });
  const visits = sandbox.vercel.visits.map(({ host }) => host);
  return words.map((word) => (word === 'visit' ? `visit ${visits.shift() ?? '?'}` : word));
}
