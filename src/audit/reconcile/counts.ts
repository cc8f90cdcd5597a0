import { PipeError } from '../../errors.ts';
import type { AuditClass } from '../classes.ts';
import type { Count, Row } from '../types.ts';
import { changesOf } from './changes.ts';
import type { Bucket, Classified, World } from './types.ts';

type Kind = Row['kind'];
/** What came in and what it was called, as JSON has it. */
export type CountsState = readonly {
  readonly kind: Kind;
  readonly seen: number;
  readonly classes: readonly (readonly [name: AuditClass, count: number])[];
}[];

const KINDS: readonly Kind[] = ['deployment', 'change', 'record'];

/** What came in, and what it was called: two counts that do not know of each other. */
export class Counts {
  readonly #seen = new Map<Kind, number>(KINDS.map((kind) => [kind, 0]));
  readonly #classes = new Map<Kind, Map<AuditClass, number>>(KINDS.map((kind) => [kind, new Map()]));
  readonly #scope: World['scope'];

  constructor(scope: World['scope']) {
    this.#scope = scope;
  }

  see(bucket: Bucket): void {
    this.#more('deployment', this.#deploymentsOf(bucket));
    this.#more('change', changesOf(bucket).length);
    this.#more('record', bucket.records.length + bucket.removed.length);
  }

  name({ rows, unlisted }: Classified): void {
    for (const row of rows) this.#count(row.kind, row.class, 1);
    for (const [klass, number] of Object.entries(unlisted)) this.#count('record', klass as AuditClass, number);
  }

  state(): CountsState {
    return KINDS.map((kind) => ({
      ...{ kind, seen: this.#seen.get(kind) ?? 0 },
      classes: [...(this.#classes.get(kind) ?? [])],
    }));
  }

  join(states: CountsState): void {
    for (const { kind, seen, classes } of states) {
      this.#more(kind, seen);
      for (const [name, count] of classes) this.#count(kind, name, count);
    }
  }

  addTold(intents: number): void {
    this.#more('record', intents);
    this.#count('record', 'VERIFIED', intents);
  }

  /** @throws {PipeError} `INTERNAL`. */
  finish(): Readonly<Record<Kind, Count>> {
    return {
      deployment: this.#conclude('deployment'),
      change: this.#conclude('change'),
      record: this.#conclude('record'),
    };
  }

  /** By the list; by an event of the creation; or by a record of the period that any event bears out. */
  #deploymentsOf({ deployments, events, records, links }: Bucket): number {
    const ids = new Set(deployments.map(({ id }) => id));
    const touched = new Set<string>();
    for (const { type, deploymentId } of events) {
      if (deploymentId === undefined) continue;
      touched.add(deploymentId);
      if (type === 'deployment') ids.add(deploymentId);
    }
    for (const { verdict, facts } of [...records, ...links]) {
      const { deployment, action, phase } = facts;
      if (verdict.state !== 'verified' || phase !== 'result' || action !== 'deploy' || !deployment) continue;
      if (touched.has(deployment.id) && this.#isInPeriod(deployment.createdAt)) ids.add(deployment.id);
    }
    return ids.size;
  }

  #isInPeriod(at: number | undefined): boolean {
    return at !== undefined && at >= this.#scope.since && at < this.#scope.until;
  }

  #more(kind: Kind, number: number): void {
    this.#seen.set(kind, (this.#seen.get(kind) ?? 0) + number);
  }

  #count(kind: Kind, klass: AuditClass, number: number): void {
    const classes = this.#classes.get(kind);
    classes?.set(klass, (classes.get(klass) ?? 0) + number);
  }

  #conclude(kind: Kind): Count {
    const seen = this.#seen.get(kind) ?? 0;
    const classes = this.#classes.get(kind) ?? new Map<AuditClass, number>();
    const sum = [...classes.values()].reduce((all, one) => all + one, 0);
    if (sum === seen) return { seen, classes: Object.fromEntries(classes) };
    throw new PipeError({
      code: 'INTERNAL',
      message: `The audit does not add up: ${String(Math.abs(seen - sum))} ${kind}s too ${sum < seen ? 'few' : 'many'} have a class.`,
      got: `${String(sum)} with a class`,
      wanted: `${String(seen)}, as many as were seen`,
    });
  }
}
