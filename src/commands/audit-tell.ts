import { CLASSES, type AuditClass, type AuditOutcome, type Row, type Summary } from '../audit/index.ts';
import { PipeError, type ErrorCode, type ExitStatus } from '../errors.ts';
import type { Platform } from '../platform/types.ts';
import { tellFailure } from './failure.ts';
import type { AuditArguments } from './audit-options.ts';
import { insideClone } from './opening.ts';
import type { Run } from './run.ts';

const SHOWN = 10;
/** The whole of it is in the report. */
const MAX_REASON = 160;
const RESUMABLE: readonly ErrorCode[] = [
  'RATE_LIMITED',
  'NETWORK',
  'SERVICE_FAILED',
  'TIMEOUT',
  'INTERRUPTED',
  'TERMINATED',
];

export function tellTask(
  { config, platform: { log } }: Run,
  { projects, since, until, records }: AuditArguments,
): void {
  const named = projects === 'all' ? 'all projects' : (projects.length > 0 ? projects : [config.projectId]).join(', ');
  log.info(`Audit:   ${named} of team ${config.teamId}, ${tellTime(since)} to ${tellTime(until)}`);
  log.info(`Records: ${records.map((path) => insideClone(config, path)).join(', ')}`);
}

/** Whether this run goes on from an earlier one, which is what it is told and no more. */
export function tellLeft(
  { config, platform: { log } }: Run,
  { out, fresh }: AuditArguments,
  left: readonly string[],
): void {
  const place = insideClone(config, out);
  if (!fresh) {
    log.info(
      left.length > 0 ? `Resume:  from ${left.join(' and ')} in ${place}` : `Resume:  nothing is left in ${place}`,
    );
  } else if (left.length > 0) {
    log.warn(
      `Removed what an earlier run had left in ${place}: ${left.join(', ')}. --resume would have gone on from it.`,
    );
  }
}

export function tellUnfinished({ platform: { log } }: Run): void {
  log.warn(
    'Not all could be asked for. The same command with --resume, within 24 hours, asks for the rest, and nothing twice.',
  );
}

/** What was found, as people read it; and the status of the audit. */
export function tellSummary(platform: Pick<Platform, 'log'>, outcome: AuditOutcome, out: string): ExitStatus {
  const { log } = platform;
  const { summary, worst, written } = outcome;
  const { counts, status } = summary;
  log.block('info', 'Audited:', describe(outcome, out), {
    status,
    deployments: counts.deployment.seen,
    changes: counts.change.seen,
    records: counts.record.seen,
    files: written,
  });
  const failure = toFailure(summary, worst, out);
  if (failure) tellFailure(log, failure);
  return status;
}

function describe({ summary, written }: AuditOutcome, out: string): readonly string[] {
  const { counts, checkpoint, populations } = summary;
  const rows = (['deployment', 'change', 'record'] as const).map((kind) => {
    const { seen, classes } = counts[kind];
    const parts = Object.entries(classes).map(([name, number]) => `${String(number)} ${name}`);
    return `  ${`${kind}s:`.padEnd(13)}${String(seen)} seen${parts.length > 0 ? ` = ${parts.join(' + ')}` : ''}`;
  });
  const gaps = populations.flatMap(({ name, missing }) =>
    missing.map((why) => `  ${'not whole:'.padEnd(13)}${name}: ${why}`),
  );
  const kept = checkpoint
    ? [
        `  ${'checkpoint:'.padEnd(13)}${checkpoint.written ?? 'of all parts'}: ${String(checkpoint.records)} records, ${String(checkpoint.added)} new, ${String(checkpoint.removed)} gone, ${String(checkpoint.carried)} not proved again`,
      ]
    : [`  ${'checkpoint:'.padEnd(13)}none: there is no key to sign it with`];
  const page = written.includes('audit.html') ? [`  ${'page:'.padEnd(13)}${out}/audit.html`] : [];
  return [...rows, ...gaps.slice(0, SHOWN), ...kept, ...page, `  ${'files:'.padEnd(13)}${written.join(', ')}`];
}

function toFailure(
  { status, counts, populations }: Summary,
  worst: readonly Row[],
  out: string,
): PipeError | undefined {
  if (status === 0) return undefined;
  const classes = (...weights: readonly string[]): string => sumClasses(counts, weights);
  const faults = worst.slice(0, SHOWN).map(describeRow);
  const more = worst.length > SHOWN ? ['and more, in the report'] : [];
  const parts = {
    faults: [...faults, ...more],
    fix: `Open ${out}/audit.html: each row has its evidence and what to do next.`,
  };
  switch (status) {
    case 4:
      return new PipeError({
        code: 'AUDIT_TRUST_FAILED',
        message: 'Something is not what it claims.',
        got: classes('trust'),
        ...parts,
      });
    case 1:
      return new PipeError({
        code: 'AUDIT_FINDINGS',
        message: 'Not everything is explained.',
        got: classes('finding'),
        ...parts,
      });
    case 3: {
      const missing = populations.flatMap(({ name, missing: why }) =>
        why.length > 0 ? [`${name}: ${why.join(' ')}`] : [],
      );
      const fix = 'Give the audit what is missing, and run it again.';
      const got = classes('gap') || 'a population that is not whole';
      return new PipeError({
        code: 'AUDIT_INCOMPLETE',
        message: 'Not everything could be looked at.',
        got,
        ...parts,
        fix,
        faults: [...parts.faults, ...missing],
      });
    }
  }
}

function sumClasses(counts: Summary['counts'], weights: readonly string[]): string {
  const sums = new Map<string, number>();
  for (const { classes } of Object.values(counts)) {
    for (const [name, number] of Object.entries(classes)) {
      if (weights.includes(CLASSES[name as AuditClass].weight)) sums.set(name, (sums.get(name) ?? 0) + number);
    }
  }
  return [...sums].map(([name, number]) => `${String(number)} ${name}`).join(', ');
}

function describeRow({ class: found, id, at, target, person, reasons: [reason = ''] }: Row): string {
  const facts = [target, tellTime(at), ...(person === undefined ? [] : [`by ${person}`])].filter((fact) => fact !== '');
  const short = reason.length > MAX_REASON ? `${reason.slice(0, MAX_REASON)}...` : reason;
  return `${found} ${id} (${facts.join(', ')}): ${short}`;
}

/** Of a run that was ended from outside, and whose work is kept. */
export function describeKept(error: PipeError, out: string): PipeError {
  if (!RESUMABLE.includes(error.code)) return error;
  const { code, message, got, wanted, faults, fix } = error;
  const kept = `What was read is kept in ${out}/work: run the same command again with --resume, and it goes on from there.`;
  return new PipeError({
    ...{ code, message, faults, fix: fix === undefined ? kept : `${fix}\n${kept}` },
    ...(got === undefined ? {} : { got }),
    ...(wanted === undefined ? {} : { wanted }),
  });
}

function tellTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`;
}
