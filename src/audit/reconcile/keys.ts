import type { SeenDeployment, SeenEvent, SeenRecord } from '../types.ts';
import type { RemovedRecord } from './types.ts';

/** By these keys things are shared out to buckets: what is about one deployment comes together. */
export function homeOfDeployment({ id }: SeenDeployment): string {
  return id;
}

export function homeOfEvent({ deploymentId, id }: SeenEvent): string {
  return deploymentId ?? id;
}

export function homeOfRecord({ facts }: SeenRecord): string {
  return facts.deployment?.id ?? facts.actsOn ?? facts.recordId;
}

export function homeOfRemoved({ deploymentId, recordId }: RemovedRecord): string {
  return deploymentId ?? recordId;
}

/** Where a copy of a record belongs beside its home, each key once. */
export function linksOfRecord(record: SeenRecord): readonly string[] {
  const { actsOn, rolledBackTo, removed = [] } = record.facts;
  const keys = new Set<string>(removed);
  if (actsOn !== undefined) keys.add(actsOn);
  if (rolledBackTo !== undefined) keys.add(rolledBackTo);
  keys.delete(homeOfRecord(record));
  return [...keys];
}
