/** How bad a class is. `trust`: someone may be lying; `finding`: something is not explained; `gap`: it could not be looked at. */
export type Weight = 'none' | 'finding' | 'gap' | 'trust';

export interface ClassInfo {
  readonly weight: Weight;
  readonly title: string;
  /** What it means, in a sentence for people. */
  readonly meaning: string;
  /** What to do next. */
  readonly next: string;
}

/**
 * Every row gets exactly one of these. The ids are public for ever: people filter by them, and `--fail-on` names them.
 */
export const CLASSES = {
  VERIFIED: {
    weight: 'none',
    title: 'Verified',
    meaning: 'A signed record that holds names it, and Vercel, its event history and Bitbucket agree with the record.',
    next: 'Nothing.',
  },
  EXCEPTION: {
    weight: 'none',
    title: 'Exception',
    meaning: 'It would be a finding, and a signed exception that has not expired covers it.',
    next: 'Nothing until the exception expires.',
  },
  UNEXPLAINED: {
    weight: 'finding',
    title: 'Unexplained',
    meaning: 'A deployment for which there is no record.',
    next: 'Ask its creator how it was made. Deploy it anew by the pipe, or sign an exception.',
  },
  INTERRUPTED: {
    weight: 'finding',
    title: 'Interrupted',
    meaning: 'A signed intent explains it, and no result was signed: the run was stopped or killed.',
    next: "Read the step's log, then run COMMAND: cleanup, or deploy again.",
  },
  DUPLICATE_CLAIM: {
    weight: 'finding',
    title: 'Duplicate claim',
    meaning: 'It claims a record that is about another deployment, or more than one record claims to have made it.',
    next: 'Find out who copied the meta or the record; treat it as unexplained until then.',
  },
  MISMATCH: {
    weight: 'finding',
    title: 'Mismatch',
    meaning: 'A record that holds names it, and says something else than Vercel or Bitbucket does.',
    next: 'Compare the values named in the reason. A changed commit or target is an incident.',
  },
  UNTIMED: {
    weight: 'finding',
    title: 'Untimed',
    meaning: 'A keyless record with neither clock: no timestamp, and Vercel does not show that it was there in time.',
    next: 'Set TIMESTAMP_URL, or sign with a managed key.',
  },
  POLICY_STALE: {
    weight: 'finding',
    title: 'Policy stale',
    meaning: 'The policy that decided was not one of those that were allowed at that time.',
    next: 'Move the repository to the current policy, or add the digest to the list of allowed policies.',
  },
  WRONG_POLICY: {
    weight: 'finding',
    title: 'Wrong policy',
    meaning: "A production change whose token came through another Vercel OIDC policy than its grant's.",
    next: 'Find out which step got the token; narrow or delete that policy on Vercel.',
  },
  UNRECORDED_PROMOTION: {
    weight: 'finding',
    title: 'Unrecorded promotion',
    meaning: 'Production was moved to a deployment, and no record tells of it.',
    next: 'Ask who did it. Promote by COMMAND: promote, which leaves a record.',
  },
  UNRECORDED_ROLLBACK: {
    weight: 'finding',
    title: 'Unrecorded rollback',
    meaning: 'Production was rolled back, and no record tells of it.',
    next: 'Ask who did it. Roll back by COMMAND: rollback, which leaves a record.',
  },
  UNRECORDED_REDEPLOY: {
    weight: 'finding',
    title: 'Unrecorded redeploy',
    meaning: 'An earlier deployment was made again on Vercel, and no record tells of it.',
    next: 'Ask who did it. Run the pipeline again instead: that leaves a record.',
  },
  UNRECORDED_ALIAS: {
    weight: 'finding',
    title: 'Unrecorded alias',
    meaning: 'A domain was pointed at a deployment, and no record tells of it.',
    next: 'Ask who did it. Name the domain in ALIASES, which the record keeps.',
  },
  UNRECORDED_DELETION: {
    weight: 'finding',
    title: 'Unrecorded deletion',
    meaning: 'A deployment was deleted or brought back by someone, and no record tells of it.',
    next: 'Ask who did it. COMMAND: cleanup removes deployments and leaves a record.',
  },
  ORPHAN_RECORD: {
    weight: 'finding',
    title: 'Orphan record',
    meaning: 'A record that holds names a deployment that neither the list nor the event history shows.',
    next: 'Check that the record is of this project and period, and who deleted the deployment.',
  },
  NOT_CHECKABLE: {
    weight: 'gap',
    title: 'Not checkable',
    meaning: 'Something that it must be compared with could not be read, so nothing is said of it.',
    next: 'Give the audit what the reason names, and run it again.',
  },
  UNVERIFIABLE: {
    weight: 'trust',
    title: 'Unverifiable',
    meaning: 'There is a record of it whose signature, key or content does not hold.',
    next: 'Check the keys that were given. If they are right, find out who changed the record.',
  },
  FORGED_LINK: {
    weight: 'trust',
    title: 'Forged link',
    meaning: 'It names a build that has no such step, or a step that did not run when it was made.',
    next: 'Treat it as an incident: someone wrote that meta by hand.',
  },
  RECORD_REMOVED: {
    weight: 'trust',
    title: 'Record removed',
    meaning: 'A record that an earlier checkpoint has counted is gone.',
    next: 'Restore it from a copy, and find out who could delete it.',
  },
} as const satisfies Record<string, ClassInfo>;

export type AuditClass = keyof typeof CLASSES;

/** How many there are of each; what there is none of is absent or 0. */
export type ClassCounts = Readonly<Partial<Record<AuditClass, number>>>;
