import type { AuditClass } from '../classes.ts';
import { isoTime } from '../iso-time.ts';
import type { Answer, Check, CheckName } from '../types.ts';
import { show } from '../../text.ts';

/** Clocks of a step and of a service may differ by as much. */
export const GRACE_MS = 5000;

/** A class that a check would give, and why. */
export interface Finding {
  readonly class: AuditClass;
  readonly reason: string;
}

/** What one check has to say: for the evidence chain, and for the class. */
export interface Said {
  readonly check: Check;
  readonly findings: readonly Finding[];
}

export function fine(name: CheckName, found: string): Said {
  return { check: { name, state: 'ok', found }, findings: [] };
}

/** It does not apply. */
export function none(name: CheckName, found: string): Said {
  return { check: { name, state: 'none', found }, findings: [] };
}

export function bad(name: CheckName, klass: AuditClass, reasons: readonly [string, ...string[]]): Said {
  const findings = reasons.map((reason) => ({ class: klass, reason }));
  return { check: { name, state: 'bad', found: reasons.join(' ') }, findings };
}

/** It should have been looked at and could not be: nothing good may be said then. */
export function lacking(name: CheckName, reason: string): Said {
  return { check: { name, state: 'missing', found: reason }, findings: [{ class: 'NOT_CHECKABLE', reason }] };
}

/** It could not be looked at, and the class does not hang on it. */
export function unseen(name: CheckName, reason: string): Said {
  return { check: { name, state: 'missing', found: reason }, findings: [] };
}

/** What differs decides before what is not there. */
export function weigh(
  name: CheckName,
  { differing, absent, found }: { differing: readonly string[]; absent: readonly string[]; found: string },
): Said {
  const [first, ...rest] = differing;
  if (first !== undefined) return bad(name, 'MISMATCH', [first, ...rest]);
  return absent[0] === undefined ? fine(name, found) : lacking(name, absent[0]);
}

/** A plain word as it is; anything else quoted, in ASCII and cut. */
export function word(value: unknown): string {
  return typeof value === 'string' && /^[\w.:/-]{1,200}$/.test(value) ? value : show(value);
}

/** Enough of a digest or a commit to tell it from another. */
export function short(hex: string): string {
  return /^[0-9a-f]{13,}$/.test(hex) ? `${hex.slice(0, 12)}…` : word(hex);
}

export function utc(at: number): string {
  return isoTime(at) ?? show(at);
}

/** Behind what Bitbucket has said to an earlier audit. */
export function sayAsked({ askedAt }: Pick<Answer<unknown>, 'askedAt'>): string {
  return askedAt === undefined ? '' : ` (as Bitbucket said at ${utc(askedAt)})`;
}

/** Sentences of others may lack their full stop. */
export function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
