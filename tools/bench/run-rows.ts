/** Runs the rows: every run on a Vercel that knows nothing yet, both sides of a pair on one tree. */
import { rmSync } from 'node:fs';
import { measure, type Program, type Usage } from './measure.ts';
import { ROWS, type Growth, type Race, type Row, type RowName } from './rows.ts';
import type { Looked, Opened } from './server.ts';
import type { SandboxProcess } from './server-process.ts';
import { cleanClone, prepareOurs, preparePeer, type Contestants, type Side } from './sides.ts';
import { makeTree } from './trees.ts';

export interface Arena {
  readonly sandbox: SandboxProcess;
  readonly contestants: Contestants;
  readonly scratch: string;
  readonly runs: number;
  readonly latencyMs: number;
  readonly warm: boolean;
  readonly tell: (text: string) => void;
}

export interface Run extends Usage {
  /** Of the sandbox meanwhile: what it takes from the same processors. */
  readonly sandboxCpuMs: number;
  readonly requests: Looked['requests'];
}

export interface RaceResult {
  readonly kind: 'race';
  readonly row: RowName;
  readonly ours: readonly Run[];
  readonly peer: readonly Run[];
}

export interface GrowthResult {
  readonly kind: 'growth';
  readonly row: RowName;
  readonly trees: readonly { readonly name: string; readonly ours: readonly Run[] }[];
}

export type Result = RaceResult | GrowthResult;

export function runRow(arena: Arena, name: RowName): Promise<Result> {
  const row: Row = ROWS[name];
  return row.kind === 'race' ? runRace(arena, name, row) : runGrowth(arena, name, row);
}

/** Whoever goes first changes from pair to pair. */
async function runRace(arena: Arena, name: RowName, race: Race): Promise<RaceResult> {
  const done: Record<Side, Run[]> = { ours: [], peer: [] };
  const wanted = { ours: Math.min(arena.runs, race.runs), peer: Math.min(arena.runs, race.peerRuns) };
  for (let pair = 0; pair < wanted.ours; pair += 1) {
    const clone = `${arena.scratch}/clone`;
    makeTree(clone, race.tree);
    const order: readonly Side[] = pair % 2 === 0 ? ['ours', 'peer'] : ['peer', 'ours'];
    for (const side of order) {
      if (done[side].length === wanted[side]) continue;
      const run = await runOnce(arena, clone, race.again, (opened) => prepare(arena, race, side, clone, opened));
      arena.tell(`${race.title}: ${side} ${String(Math.round(run.wallMs))} ms`);
      done[side].push(run);
      cleanClone(clone);
    }
    rmSync(clone, { recursive: true });
  }
  return { kind: 'race', row: name, ...done };
}

function prepare(arena: Arena, race: Race, side: Side, clone: string, opened: Opened): Program {
  const start = { clone, opened };
  return side === 'ours'
    ? prepareOurs(arena.contestants, race.variables, start)
    : preparePeer(arena.contestants, race, start);
}

async function runGrowth(arena: Arena, name: RowName, growth: Growth): Promise<GrowthResult> {
  const trees: { name: string; ours: Run[] }[] = [];
  for (const [title, shape] of growth.trees) {
    const clone = `${arena.scratch}/clone`;
    makeTree(clone, shape);
    const run = await runOnce(arena, clone, false, (opened) =>
      prepareOurs(arena.contestants, growth.variables, { clone, opened }),
    );
    arena.tell(`${growth.title}: ${title} ${String(Math.round(run.wallMs))} ms`);
    trees.push({ name: title, ours: [run] });
    rmSync(clone, { recursive: true });
  }
  return { kind: 'growth', row: name, trees };
}

/** One measured run against a sandbox of its own; `again` has an unmeasured one before it. */
export async function runOnce(
  { sandbox, contestants, scratch, latencyMs, warm }: Omit<Arena, 'runs' | 'tell'>,
  clone: string,
  again: boolean,
  prepareProgram: (opened: Opened) => Program,
): Promise<Run> {
  const program = prepareProgram(await sandbox.open({ latencyMs, cloneDir: clone }));
  const measuring = { hook: contestants.programs.hook, scratch, warm };
  if (again) await measure(program, measuring);
  await sandbox.look();
  const usage = await measure(program, measuring);
  const { requests, deployments, cpuMs } = await sandbox.look();
  await sandbox.close();
  // A deployment that failed, or was never made, would be a quick one.
  const wanted = again ? 2 : 1;
  if (deployments.length !== wanted || deployments.some((state) => state !== 'READY')) {
    throw new Error(
      `${program.title} left ${deployments.join(', ') || 'no deployment'}, wanted ${String(wanted)} READY`,
    );
  }
  return { ...usage, sandboxCpuMs: cpuMs, requests };
}
