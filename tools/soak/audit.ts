import { existsSync, readFileSync } from 'node:fs';
import { expectedClass, type Done } from './check-season.ts';
import { runInside } from './inside.ts';
import { planRun } from './plan.ts';
import { environmentOf, startStep } from './step.ts';
import type { Breach, RunPlan } from './types.ts';
import { ISSUER_KEYS, PUBLIC_KEY, TSA_ROOT, type World } from './world.ts';

interface Row {
  readonly kind: 'deployment' | 'change' | 'record';
  readonly id: string;
  readonly class: string;
  readonly change?: string;
  readonly reasons: readonly string[];
  readonly deployment?: { readonly id: string };
}

export interface Audited {
  readonly status: number | string;
  readonly rows: readonly Row[];
  readonly breaches: readonly Breach[];
}

/** Never, whatever happened: nobody but the pipe has deployed, and nobody has changed a record. */
const NEVER = [
  'UNEXPLAINED',
  'DUPLICATE_CLAIM',
  'MISMATCH',
  'WRONG_POLICY',
  'POLICY_STALE',
  'UNVERIFIABLE',
  'FORGED_LINK',
  'RECORD_REMOVED',
  'ORPHAN_RECORD',
  'NOT_CHECKABLE',
  'UNTIMED',
];

/** COMMAND: audit over all that a season has left, in a sandbox that is honest again. */
export async function auditSeason(world: World, done: readonly Done[]): Promise<Audited> {
  const plan = honest(planRun(world.season, 0));
  const step = startStep(world, { ...plan, index: world.season.runs });
  const environment = await environmentOf(world, plan, step, undefined);
  const since = new Date(world.since).toISOString();
  const trust = `--key ${PUBLIC_KEY} --issuer-keys ${ISSUER_KEYS} --tsa ${TSA_ROOT}`;
  const command = `audit --since ${since} --projects prj_web,prj_new ${trust} --allow-sandbox deploy-records`;
  const { status, log } = await runInside(world, plan, { ...environment, COMMAND: command });
  const path = `${world.clone.directory}/audit/audit.json`;
  if (!existsSync(path)) return { status, rows: [], breaches: [{ invariant: 'AUDIT', words: `no audit: ${log}` }] };
  const { rows } = JSON.parse(readFileSync(path, 'utf8')) as { readonly rows: readonly Row[] };
  return { status, rows, breaches: [...checkRows(rows, done), ...checkWhole(rows, done)] };
}

function honest(plan: RunPlan): RunPlan {
  return {
    ...{ ...plan, token: 'good', faults: [], hang: undefined, stop: undefined, strict: false, keyless: false },
    ...{ store: 'none', timestamp: false, accessToken: true, target: 'production', project: 'prj_web', variables: {} },
  };
}

function checkRows(rows: readonly Row[], done: readonly Done[]): Breach[] {
  return rows.flatMap((row) => {
    const { kind, id, class: name, reasons } = row;
    const words = `${kind} ${id}${row.change === undefined ? '' : ` (${row.change})`} is ${name}: ${reasons.join(' ')}`;
    if (kind !== 'deployment') return NEVER.includes(name) ? [{ invariant: 'AUDIT', words }] : [];
    const maker = done.find(({ ran }) => ran.made.some((one) => one.id === id));
    const wanted = maker ? expectedClass(maker, done, id, reasons.join(' ')) : 'nothing: nobody made it';
    return wanted === name ? [] : [{ invariant: 'AUDIT', words: `${words} Wanted: ${wanted}` }];
  });
}

/** A change without a record is one that a run was cut off in; and each deployment has its row. */
function checkWhole(rows: readonly Row[], done: readonly Done[]): Breach[] {
  const told = new Set(rows.filter(({ kind }) => kind === 'deployment').map(({ id }) => id));
  const missing = done.flatMap(({ ran }) => ran.made.filter(({ id }) => !told.has(id)));
  return missing.map(({ id }) => ({ invariant: 'AUDIT', words: `${id} has no row` }));
}
