import { PipeError } from '../../errors.ts';
import { VERSION } from '../../version.ts';
import type { AuditClass } from '../classes.ts';
import { Clocks } from '../reconcile/clocks.ts';
import { DoraFigures } from '../reconcile/dora.ts';
import type { Count, ExceptionState, MergedAudit, Row, Scope, Summary } from '../types.ts';
import { firstOf, isShared, joinInventory, joinPopulations, sum, type SharedRow } from './merge-figures.ts';
import { readAudit, readKeyedRows, readScope, type AuditFile } from './merge-read.ts';
import { joinScopes, type NamedScope } from './merge-scopes.ts';
import { mergeSorted } from './merge-sorted.ts';
import { joinClasses } from './row-count.ts';
import type { MergedAudits, MergeOptions } from './types.ts';

/** From bad to good, as an audit judges itself. */
const STATUSES: readonly Summary['status'][] = [4, 1, 3, 0];

/**
 * Joins audits of one team into one. Every file is read to its end first: that its rows are those that it has counted,
 * and that every project and moment was audited exactly once, is checked before anything is written.
 * @throws {PipeError} `USAGE` with every fault of every file.
 */
export async function mergeAudits({ files, paths, now }: MergeOptions): Promise<MergedAudits> {
  const faults: string[] = [];
  const scopes: NamedScope[] = [];
  for (const path of paths) {
    const scope = await readScope(files, path);
    if (scope) scopes.push({ name: path, scope });
  }
  const joined = joinScopes(scopes);
  const [dora, clocks] = ['scope' in joined ? new DoraFigures(joined.scope) : undefined, new Clocks()];
  const [told, repeated] = [new Set<string>(), [] as SharedRow[]];
  const audits: AuditFile[] = [];
  for (const path of paths) {
    const audit = await readAudit(files, path, faults, (row, shared) => {
      // What several have told in the same words, as they read the same folder and history, is one thing: kept once.
      if (shared !== undefined && told.has(shared)) {
        repeated.push({ kind: row.kind, class: row.class });
        return;
      }
      if (shared !== undefined) told.add(shared);
      clocks.add(row);
      dora?.add(row);
    });
    if (audit) audits.push(audit);
  }
  if ('faults' in joined) faults.push(...joined.faults);
  if (faults.length > 0 || 'faults' in joined || !dora) throw refuse(faults);
  const summary = joinSummaries(audits, joined.scope, now, repeated);
  return {
    // Medians and shares of several audits cannot be added: these are made anew, from the rows.
    summary: { ...summary, clocks: clocks.finish(), dora: dora.finish() },
    count: sum(audits, ({ rows }) => rows) - repeated.length,
    classes: without(
      { seen: 0, classes: joinClasses(audits.map(({ classes }) => classes)) },
      repeated.map((one) => one.class),
    ).classes,
    async *read() {
      let before = '';
      const sources = audits.map((audit) => readKeyedRows(files, audit));
      for await (const lines of mergeSorted(sources, (a, b) => a < b)) {
        for (const line of lines) {
          const row = JSON.parse(line.slice(line.indexOf('\t') + 1)) as Row;
          // Equal lines are neighbours.
          if (line === before && isShared(row)) continue;
          before = line;
          yield row;
        }
      }
    },
  };
}

function joinSummaries(
  audits: readonly AuditFile[],
  scope: Scope,
  now: number,
  repeated: readonly SharedRow[],
): Summary {
  const summaries = audits.map(({ summary }) => summary);
  const statuses = summaries.map(({ status }) => status);
  const checkpoints = summaries.flatMap(({ checkpoint }) => (checkpoint ? [checkpoint] : []));
  const { deployment, change, record } = joinCounts(summaries, repeated);
  const [{ auditor } = { auditor: undefined }] = summaries;
  const same = summaries.every((one) => JSON.stringify(one.auditor) === JSON.stringify(auditor));
  return {
    ...{ auditVersion: '1', pipeVersion: VERSION, scope, auditedAt: now, ...(same && auditor && { auditor }) },
    status: STATUSES.find((status) => statuses.includes(status)) ?? 0,
    counts: { deployment, change, record },
    populations: joinPopulations(summaries.flatMap(({ populations }) => populations)),
    ...{ clocks: [], dora: [] },
    inventory: joinInventory(summaries),
    exceptions: joinExceptions(summaries),
    // Each audit goes on from its own: there is no name for all of them.
    ...(checkpoints.length === audits.length && {
      checkpoint: {
        records: sum(checkpoints, ({ records }) => records),
        added: sum(checkpoints, ({ added }) => added),
        removed: sum(checkpoints, ({ removed }) => removed),
        carried: sum(checkpoints, ({ carried }) => carried),
      },
    }),
    projects: Object.assign({}, ...summaries.map(({ projects }) => projects)) as Summary['projects'],
    merged: audits.flatMap(describeMerged),
  };
}

function joinCounts(summaries: readonly Summary[], repeated: readonly SharedRow[]): Summary['counts'] {
  const join = (kind: Row['kind']): Count => {
    const counts = summaries.map((summary) => summary.counts[kind]);
    const all = { seen: sum(counts, ({ seen }) => seen), classes: joinClasses(counts.map(({ classes }) => classes)) };
    return without(
      all,
      repeated.flatMap((one) => (one.kind === kind ? [one.class] : [])),
    );
  };
  return { deployment: join('deployment'), change: join('change'), record: join('record') };
}

function without({ seen, classes }: Count, repeated: readonly AuditClass[]): Count {
  const left = { ...classes };
  for (const id of repeated) left[id] = (left[id] ?? 0) - 1;
  return { seen: seen - repeated.length, classes: left };
}

/** Used in one is used; one that has ended in any audit's time has ended. */
function joinExceptions(summaries: readonly Summary[]): readonly ExceptionState[] {
  const all = summaries.flatMap(({ exceptions }) => exceptions);
  // The same id with another text is another exception: who reads it must see both.
  const keyOf = ({ id, reason, approver, ticket, expires }: ExceptionState): string =>
    JSON.stringify([id, reason, approver, ticket, expires]);
  return [...Map.groupBy(all, keyOf).values()].map((same) => {
    const states = same.map(({ state }) => state);
    const state = (['expired', 'used', 'unused'] as const).find((one) => states.includes(one)) ?? 'unused';
    return { ...firstOf(same), state, uses: sum(same, ({ uses }) => uses) };
  });
}

/** One that is itself merged gives what it was merged from, too. */
function describeMerged({ name, digest, summary }: AuditFile): readonly MergedAudit[] {
  const { scope, auditedAt, pipeVersion, status, merged = [] } = summary;
  return [{ file: name, digest, scope, auditedAt, pipeVersion, status }, ...merged];
}

function refuse(faults: readonly string[]): PipeError {
  return new PipeError({
    code: 'USAGE',
    message: 'These audits cannot be merged.',
    faults,
    wanted:
      'audits of one team: different projects in the same period, the same projects in periods that follow each other, or both',
    fix: 'Give the audit.json files as they were written, each once.',
  });
}
