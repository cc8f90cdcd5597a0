import type { Report } from '../deploy/index.ts';
import { PipeError } from '../errors.ts';
import { judgeAccess } from '../policy/index.ts';
import type { AccessRequest } from '../policy/types.ts';
import type { Predicate, VerifiedRecord } from '../record/types.ts';
import { show } from '../text.ts';
import type { Acting } from './act.ts';
import type { FoundDeployment } from './find-deployment.ts';
import { findRecordTexts } from './find-record.ts';
import { META_INTENT } from './meta.ts';
import { verifyEarlier } from './record-trust.ts';
import { stage } from './run.ts';

/**
 * What a grant's `recordedOnly` asks: the deployment's own record is there, holds, is about this very deployment, and
 * was made by a step that the policy lets deploy it. `meta` can be copied by whoever may deploy; only the signed result
 * names the deployment's id.
 * @throws {PipeError} `DENIED_BY_POLICY`, or `RECORD_NOT_CHECKED` where nothing can be said.
 */
export async function requireRecorded(acting: Acting, found: FoundDeployment): Promise<void> {
  const { run, grant } = acting;
  if (grant.require.recordedOnly !== true) return;
  await stage(
    run,
    'recorded',
    () => checkRecorded(acting, found),
    ({ statement, assurance }) =>
      `record ${statement.predicate.recordId} of ${found.report.deployment.id} holds (${assurance})`,
  );
}

async function checkRecorded(acting: Acting, found: FoundDeployment): Promise<VerifiedRecord> {
  const { id } = found.report.deployment;
  const { texts, where } = await findRecordTexts(acting, found);
  if (!texts) {
    throw deny(
      acting,
      `no record of ${id} was found.`,
      where,
      `its result, ${id} in it`,
      'Give this step the RECORD_STORE of the deploy, or its records as artifacts; or name the record itself in DEPLOYMENT.',
    );
  }
  const record = await verify(acting, texts, id);
  const [other] = compare(acting, found.report, record.statement.predicate);
  if (other) {
    const [name, got, wanted] = other;
    throw deny(
      acting,
      `the record that was found for ${id} is about something else, by its ${name}.`,
      `${name} ${show(got ?? 'none')}`,
      `${name} ${show(wanted ?? 'none')}`,
      'Deploy it anew by a step that leaves a record. If the record was exchanged, find out by whom.',
    );
  }
  requireGranted(acting, record);
  return record;
}

async function verify(acting: Acting, texts: Parameters<typeof verifyEarlier>[1], id: string): Promise<VerifiedRecord> {
  try {
    return await verifyEarlier(acting, texts);
  } catch (error) {
    acting.run.signal.throwIfAborted();
    if (!(error instanceof PipeError)) throw error;
    const { message, got = error.code, wanted = 'a record that holds', faults } = error;
    if (error.exitStatus !== 1 && error.exitStatus !== 4) throw notChecked(id, error);
    const detail = faults.length === 0 ? got : [got, ...faults].join('; ');
    const fix = 'Deploy it anew by a step that leaves a record. If the record was changed, find out by whom.';
    throw deny(acting, `the record of ${id} does not hold. ${message}`, detail, wanted, fix);
  }
}

type Pair = readonly [name: string, got: string | undefined, wanted: string | undefined];

/** What the record says otherwise than Vercel does of this deployment. */
function compare({ run, who }: Acting, { deployment, meta }: Report, predicate: Predicate): readonly Pair[] {
  const { config } = run;
  const { vercel, oidc, intent, outcome } = predicate;
  const made = vercel.deployment?.origin?.intentDigest?.sha256 ?? intent?.digest.sha256;
  const { issuer } = oidc;
  const { status } = outcome ?? {};
  const pairs: readonly Pair[] = [
    ['phase', predicate.phase, 'result'],
    ['action', predicate.action, 'deploy'],
    ['team', vercel.teamId, config.teamId],
    ['project', vercel.projectId, config.projectId],
    ['target', vercel.target, 'production'],
    ['deployment', vercel.deployment?.id, deployment.id],
    ['intent', made, meta[META_INTENT]],
    ['issuer', issuer, who.expected.issuers.includes(issuer) ? issuer : who.expected.issuers.join(' or ')],
    ['outcome', status, status === 'adopted' ? status : 'deployed'],
  ];
  return pairs.filter(([, got, wanted]) => got === undefined || got !== wanted);
}

/** Any step of the workspace has a token that can sign: the policy says whose records count. */
function requireGranted(acting: Acting, { statement }: VerifiedRecord): void {
  const { story, run } = acting;
  const { predicate } = statement;
  const request: AccessRequest = {
    action: 'deploy',
    projectId: run.config.projectId,
    target: predicate.vercel.target,
    now: Date.parse(predicate.startedAt),
    signers: [predicate.signer.mode],
    // A time and a home were required of the deploy itself, if at all.
    timestamp: true,
    store: true,
    actor: predicate.bitbucket.pipeline?.actor ?? 'unknown',
    exchange: undefined,
  };
  const verdict = judgeAccess(story.policy, predicate.oidc.claims, request);
  if ('grant' in verdict) return;
  const { reason, details } = verdict.denial;
  throw new PipeError({
    code: 'DENIED_BY_POLICY',
    message: `${ASKS} and the policy would not have let the step of that record deploy. ${reason}`,
    faults: details,
    got: `record ${predicate.recordId}`,
    wanted: 'a record of a step that a grant lets deploy to production',
    fix: 'Deploy it anew by such a step; or let a grant cover the one that made it.',
  });
}

const ASKS = 'The grant takes only what was recorded (require: recordedOnly),';

function deny({ grant }: Acting, problem: string, got: string, wanted: string, fix: string): PipeError {
  return new PipeError({
    code: 'DENIED_BY_POLICY',
    message: `${ASKS} and ${problem}`,
    got,
    wanted: `${wanted} (grant ${grant.id})`,
    fix,
  });
}

function notChecked(id: string, { message, got, wanted, fix }: PipeError): PipeError {
  return new PipeError({
    code: 'RECORD_NOT_CHECKED',
    message: `${ASKS} and the record of ${id} could not be checked. ${message}`,
    ...(got === undefined ? {} : { got }),
    ...(wanted === undefined ? {} : { wanted }),
    fix: `${FIX_TRUST}${fix === undefined ? '' : `\n${fix}`}`,
  });
}

const FIX_TRUST =
  "Let this step sign with the key of the deploy's records (signers: of the policy, or SIGNING_KEY); of keyless ones, pin the issuer's keys of that time (keys: of the policy).";
