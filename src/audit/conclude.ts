import { CLASSES, type AuditClass, type Weight } from './classes.ts';
import type { Gathered } from './gather.ts';
import type { AuditDeps, AuditInput } from './input.ts';
import { joinPopulations } from './outputs/merge-figures.ts';
import type { Figures } from './reconcile/index.ts';
import type { ExceptionState, PopulationState, Summary } from './types.ts';

interface Parts {
  readonly input: AuditInput;
  readonly deps: AuditDeps;
  readonly gathered: Gathered;
}

/** Everything of the summary but the checkpoint, which is written after it is known what is in it. */
export type Concluded = Omit<Summary, 'checkpoint'>;

export function conclude(
  figures: Figures,
  { input, deps, gathered, auditedAt }: Parts & { readonly auditedAt: number },
): Concluded {
  const { scope, gaps, recordGaps, failOn } = input;
  const { counts, clocks, dora, inventory, exceptionUses } = figures;
  // Lists and single questions of one kind are one population.
  const populations = joinPopulations([
    ...gathered.populations,
    ...gathered.asker.states(),
    { name: 'deployments', seen: 0, missing: [...gaps, ...gathered.births.missing()] },
    // Only here: no class hangs on it, as what is not explained stays so whatever has gone.
    { name: 'records', seen: 0, missing: recordGaps },
  ]);
  return {
    auditVersion: '1',
    pipeVersion: deps.pipeVersion,
    scope,
    auditedAt,
    ...(deps.identity ? { auditor: { issuer: deps.identity.issuer, ...deps.identity.claims } } : {}),
    status: statusOf(counts, populations, failOn),
    ...{ counts, populations, clocks, dora, inventory },
    exceptions: (input.exceptions?.items ?? []).map((item) =>
      toState(item, exceptionUses.get(item.id) ?? 0, auditedAt),
    ),
    projects: gathered.projects,
  };
}

/** The worst of all: a lie before a finding, a finding before what could not be looked at. */
export function statusOf(
  counts: Summary['counts'],
  populations: readonly PopulationState[],
  failOn: readonly AuditClass[] | undefined,
): Summary['status'] {
  const found = Object.values(counts).flatMap(({ classes }) => Object.keys(classes) as AuditClass[]);
  const weights = new Set<Weight>(found.map((name) => CLASSES[name].weight));
  if (weights.has('trust')) return 4;
  const counted = found.filter((name) => CLASSES[name].weight === 'finding' && (failOn?.includes(name) ?? true));
  if (counted.length > 0) return 1;
  return weights.has('gap') || populations.some(({ missing }) => missing.length > 0) ? 3 : 0;
}

function toState(
  { id, reason, approver, ticket, expires }: Omit<ExceptionState, 'state' | 'uses'>,
  uses: number,
  now: number,
): ExceptionState {
  const state = expires <= now ? 'expired' : uses > 0 ? 'used' : 'unused';
  return { id, reason, approver, ticket, expires, state, uses };
}
