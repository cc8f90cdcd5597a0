import { lstatSync, readdirSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import type { SandboxDeployment } from '../../src/sandbox/index.ts';
import { runInside } from './inside.ts';
import { runOutside } from './outside.ts';
import { environmentOf, startStep, tellBitbucket, writeSite, type SoakStep } from './step.ts';
import type { Ran, RunPlan } from './types.ts';
import type { World } from './world.ts';

/** What the runs of a season leave to each other. */
export interface Past {
  /** Of the last deploy. */
  step?: { readonly step: SoakStep; readonly plan: RunPlan };
}

/** One run, with all that its plan has for it; the world is as honest afterwards as it was before. */
export async function performRun(world: World, planned: RunPlan, past: Past): Promise<Ran> {
  const { sandbox } = world.served;
  const { vercel } = sandbox;
  const again = planned.again ? past.step : undefined;
  const plan = again ? repeat(planned, again.plan) : planned;
  const step = again?.step ?? startStep(world, plan);
  step.runs += 1;
  if (again) tellBitbucket(world, step, true);
  if (plan.command === 'deploy') past.step = { step, plan };

  writeSite(world, plan, world.season.seed);
  const environment = await environmentOf(world, plan, step, pickDeployment(world, plan));
  vercel.planDeployments(plan.deployment);
  vercel.planSite(plan.project, plan.site);
  vercel.planAliasRequests(plan.project, plan.alias);
  const rules = plan.faults.flatMap((fault) => fault.rules.map((rule) => ({ fault, set: sandbox.misbehave(rule) })));
  const [tokens, made, files] = [vercel.tokens.length, vercel.deployments.length, listFiles(world)];
  const startedAt = performance.now();
  const run = world.season.kind === 'process' ? runOutside : runInside;
  const ended = await run(world, plan, environment);
  const elapsedMs = performance.now() - startedAt;
  await settle(world);
  for (const { set } of rules) set.end();
  await catchUp(world);
  tellBitbucket(world, step, false);
  const issued = vercel.tokens.slice(tokens).filter(({ kind }) => kind === 'app');
  return {
    ...{ plan, environment, ...ended, elapsedMs },
    met: rules.flatMap(({ fault, set }) =>
      isSparing(fault, set) ? [] : Array.from({ length: set.met() }, () => fault),
    ),
    changed: changedSince(files, listFiles(world)),
    made: vercel.deployments.slice(made).filter(({ body }) => body !== undefined),
    tokens: issued.map(({ value, revokedAt }) => ({ value, revoked: revokedAt !== undefined })),
  };

  /** The first of two rules only lets the first requests pass. */
  function isSparing(
    { rules: [first, second] }: RunPlan['faults'][number],
    set: (typeof rules)[number]['set'],
  ): boolean {
    return second !== undefined && rules.find(({ fault }) => fault.rules[0] === first)?.set === set;
  }
}

/** The same step again deploys the same files to the same target. */
function repeat(plan: RunPlan, { project, target, keyless, strict, variables }: RunPlan): RunPlan {
  const kept = Object.entries(variables).filter(([name]) => /^(?:META|AUTO_ASSIGN)/.test(name));
  const own = Object.entries(plan.variables).filter(([name]) => !/^(?:META|AUTO_ASSIGN)/.test(name));
  return {
    ...{ ...plan, project, target, keyless, strict, files: [] },
    variables: Object.fromEntries([...own, ...kept]),
  };
}

/** What a promote or a rollback is about: mostly what makes sense, sometimes what does not. */
function pickDeployment({ served }: World, { command, project, index }: RunPlan): string | undefined {
  if (command !== 'promote' && command !== 'rollback') return undefined;
  const { vercel } = served.sandbox;
  const of = (wanted: (one: SandboxDeployment) => boolean): readonly SandboxDeployment[] =>
    vercel.deployments.filter((one) => one.projectId === project && wanted(one));
  const substate = command === 'promote' ? 'STAGED' : 'PROMOTED';
  const fit = of(
    (one) => one.target === 'production' && vercel.readyStateOf(one) === 'READY' && one.substate === substate,
  );
  const all = fit.length > 0 && index % 4 !== 0 ? fit : of(() => true);
  return all[index % Math.max(1, all.length)]?.id ?? 'dpl_nothing';
}

/** Between two runs there are minutes, and a list does not lag for so long; here it lags by the times that it is asked. */
async function catchUp({ served }: World): Promise<void> {
  const { vercel } = served.sandbox;
  const most = Math.max(0, ...vercel.deployments.slice(-2).map(({ plan }) => plan.listedAfter));
  for (let look = 0; look < most; look += 1) {
    for (const { id } of vercel.projects) {
      const url = `${served.url}/v7/deployments?teamId=${vercel.team.id}&projectId=${id}`;
      const headers = { authorization: `Bearer ${vercel.classicToken}` };
      await served.sandbox.handle(new Request(url, { headers }));
    }
  }
}

/** What a run that was cut off has sent is done all the same; it is done before anybody looks. */
async function settle({ served }: World): Promise<void> {
  const { journal } = served.sandbox;
  for (let look = 0; look < 100; look += 1) {
    if (!journal.slice(-20).some(({ endedAt }) => endedAt === Infinity)) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Every file of the clone and of the temporary folder, by its path, with its time and size. */
function listFiles({ root }: World): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory() && !entry.parentPath.endsWith('/tmp')) continue;
    const path = `${entry.parentPath}/${entry.name}`;
    const { mtimeMs, size, ino } = lstatSync(path);
    found.set(path.slice(root.length + 1), `${String(ino)} ${String(mtimeMs)} ${String(size)}`);
  }
  return found;
}

function changedSince(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  const changed = [...after].filter(([path, state]) => before.get(path) !== state).map(([path]) => path);
  const gone = [...before.keys()].filter((path) => !after.has(path));
  return [...changed, ...gone.map((path) => `${path} (gone)`)];
}
