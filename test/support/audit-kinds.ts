import { CLASSES, type AuditClass } from '../../src/audit/classes.ts';
import type { Row } from '../../src/audit/types.ts';
import { choose, type Chance } from './audit-chance.ts';

const NAMES = Object.keys(CLASSES) as AuditClass[];
const CHANGES = {
  UNRECORDED_PROMOTION: 'promotion',
  UNRECORDED_ROLLBACK: 'rollback',
  UNRECORDED_ALIAS: 'alias',
  UNRECORDED_DELETION: 'deletion',
} as const;

/** Every class once, then one row in fifty is not explained. */
export function weightsOf(chance: Chance, index: number): AuditClass {
  const name = NAMES[index];
  if (name !== undefined) return name;
  return chance() < 0.02 ? choose(chance, NAMES) : 'VERIFIED';
}

export function otherKindsOf(chance: Chance, name: AuditClass): Pick<Row, 'kind' | 'change'> {
  if (name in CHANGES) return { kind: 'change', change: CHANGES[name as keyof typeof CHANGES] };
  if (name === 'ORPHAN_RECORD') return { kind: 'record' };
  if (name === 'VERIFIED' && chance() < 0.05)
    return { kind: 'change', change: choose(chance, ['promotion', 'rollback', 'alias']) };
  return { kind: 'deployment' };
}

const REASONS: Partial<Record<AuditClass, readonly string[]>> = {
  VERIFIED: [],
  EXCEPTION: ['No record names it. Vercel says that it was made by cli.'],
  MISMATCH: ['The record says commit 3f9a1c2, the build is of 77b0e4d.', 'The deployment differs in target.'],
  FORGED_LINK: ['Its meta names a step that had ended 14 minutes before it was created.'],
  NOT_CHECKABLE: ['Bitbucket did not answer for its pipeline: 429, and the time was up.'],
};

export function reasonsOf(name: AuditClass, chance: Chance): readonly string[] {
  if (name !== 'UNEXPLAINED') return REASONS[name] ?? [CLASSES[name].meaning];
  return [`No record names it. Vercel says that it was made by ${choose(chance, ['git', 'cli', 'drop'])}.`];
}
