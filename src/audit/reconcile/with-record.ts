import type { AuditClass } from '../classes.ts';
import type { Check, SeenRecord } from '../types.ts';
import { createdAtOf, isProduction, type Case } from './case.ts';
import { none, type Finding, type Said } from './say.ts';
import type { World } from './types.ts';
import { sameBuild } from './with/build.ts';
import { onlyClaim } from './with/claim.ts';
import { sameDeployment } from './with/deployment.ts';
import { toldByEvent } from './with/event.ts';
import { allowedPolicy } from './with/policy.ts';
import { reservations } from './with/reservations.ts';
import { signedBy, stepRan } from './with/step.ts';
import { inTime } from './with/time.ts';
import { rightPolicy } from './with/vercel-policy.ts';

/** What was found, with the class that it comes to. */
export interface Judged {
  readonly class: AuditClass;
  readonly reasons: readonly string[];
  readonly checks: readonly Check[];
}

/** Which finding decides where there are several. Last what could not be looked at: it never hides what could. */
const PRECEDENCE: readonly AuditClass[] = [
  'UNVERIFIABLE',
  'MISMATCH',
  'DUPLICATE_CLAIM',
  'FORGED_LINK',
  'WRONG_POLICY',
  'POLICY_STALE',
  'UNTIMED',
  'NOT_CHECKABLE',
];

/** A deployment that verified records name: all of them must agree with Vercel and Bitbucket, and one of them explains it. */
export function judgeRecorded(of: Case, record: SeenRecord, world: World): Judged {
  const { facts, file } = record;
  const at = createdAtOf(of) ?? facts.signedAt;
  const said: readonly Said[] = [
    onlyClaim(of, record, world),
    signedBy(record),
    inTime(of, record),
    sameDeployment(of, record, world),
    toldByEvent(of, record, world),
    sameBuild(record, world),
    stepRan(of, record, world),
    allowedPolicy(facts, at, world),
    isProduction(of)
      ? rightPolicy(of.created, facts, world)
      : none('vercel-policy', 'Only production is compared with the policy that gave the token.'),
  ];
  return conclude(said, [...reservations(facts, file, world), ...othersDiffer(of, record, world)]);
}

/** The class is that of the finding that comes first in the order of precedence. */
export function conclude(said: readonly Said[], more: readonly Finding[]): Judged {
  const findings = [...said.flatMap((one) => one.findings), ...more];
  const ranked = findings.sort((a, b) => PRECEDENCE.indexOf(a.class) - PRECEDENCE.indexOf(b.class));
  return {
    class: ranked[0]?.class ?? 'VERIFIED',
    reasons: [...new Set(ranked.map(({ reason }) => reason))],
    checks: said.map(({ check }) => check),
  };
}

/** What the other records that name it say differently. That something of theirs could not be read is no gap of this one. */
function othersDiffer(of: Case, record: SeenRecord, world: World): readonly Finding[] {
  const others = of.makers.filter(({ digest }) => digest !== record.digest);
  return others.flatMap((other) =>
    [sameDeployment(of, other, world), sameBuild(other, world)]
      .flatMap(({ findings }) => findings)
      .filter((finding) => finding.class === 'MISMATCH')
      .map(({ reason }) => ({ class: 'MISMATCH' as const, reason: `${reason} (${other.file})` })),
  );
}
