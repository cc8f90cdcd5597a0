import { auditSeason } from './audit.ts';
import { checkRun } from './check-run.ts';
import { checkKeys, type Done } from './check-season.ts';
import { checkSecrets } from './check-secrets.ts';
import { checkHeld, lookAtProcess } from './leaks.ts';
import { codesOf } from './log.ts';
import { performRun, type Past } from './perform.ts';
import { planRun } from './plan.ts';
import { readLeft } from './records.ts';
import type { Breach, Figures, Ran, Season } from './types.ts';
import { openWorld } from './world.ts';

export interface Played {
  readonly figures: readonly Figures[];
  /** What the audit called each row. */
  readonly classes: readonly string[];
  readonly breaches: readonly Breach[];
}

/** A season from its first run to its audit. Of a run nothing is kept that holds on to the world. */
export async function playSeason(season: Season, tell: (text: string) => void): Promise<Played> {
  const before = lookAtProcess();
  const world = await openWorld(season);
  const breaches: Breach[] = [];
  const done: Done[] = [];
  // In a process of its own it would be the end of the run.
  const note = (error: unknown): void =>
    void breaches.push({ invariant: 'UNCAUGHT', words: `run ${String(done.length + 1)}: ${String(error)}` });
  process.on('uncaughtException', note).on('unhandledRejection', note);
  try {
    const past: Past = {};
    for (let index = 0; index < season.runs; index += 1) {
      const held = lookAtProcess();
      const ran = await performRun(world, planRun(season, index), past);
      const left = readLeft(world, ran);
      const found = [...left.breaches, ...checkRun(ran, left), ...checkSecrets(world, ran), ...(await checkHeld(held))];
      tell(describe(season, ran));
      breaches.push(...found.map((one) => ({ ...one, words: `run ${String(index + 1)}: ${one.words}` })));
      if (found.length > 0 || process.env['SOAKLOG']) tell(ran.log);
      done.push({ ran, left });
    }
    breaches.push(...checkKeys(world, done));
    const { status, rows, breaches: audited } = await auditSeason(world, done);
    tell(`season ${String(season.seed)}: the audit ended with ${String(status)}`);
    breaches.push(...audited);
    return { figures: done.map(({ ran }) => toFigures(ran)), classes: rows.map((row) => row.class), breaches };
  } finally {
    process.off('uncaughtException', note).off('unhandledRejection', note);
    await world.close();
    breaches.push(...(await checkHeld(before)));
  }
}

/** For the table: figures and a few words, so that a long series is not what grows. */
function toFigures({ plan, status, stopped, elapsedMs, retries, requests, met, hung, made }: Ran): Figures {
  const faults = met.map(({ kind }) => kind);
  return { command: plan.command, status, stopped, elapsedMs, retries, requests, faults, hung, made: made.length };
}

function describe({ seed }: Season, { plan, status, log, met, stopped, hung, elapsedMs }: Ran): string {
  const { index, command, target, project, token, again, store } = plan;
  const about = [
    command,
    project,
    target,
    ...(again ? ['again'] : []),
    ...(token === 'good' ? [] : [`token ${token}`]),
  ];
  const faults = [
    ...new Set(met.map(({ name }) => name)),
    ...(stopped ? ['stopped'] : []),
    ...(hung > 0 ? ['hung'] : []),
  ];
  const end = `${String(status)} ${codesOf(log).join(' ')}`.trim();
  return `${String(seed)}/${String(index + 1).padStart(2)} ${about.join(' ')}, store ${store}; ${plan.deployment.outcome}; ${faults.join(', ') || 'no fault'} → ${end} (${elapsedMs.toFixed(0)} ms)`;
}
