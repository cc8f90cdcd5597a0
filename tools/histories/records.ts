import type { RecordLine } from '../../src/audit/types.ts';
import type { Draft, DraftRecord } from './drafts.ts';
import { DAY, HOUR, wholeSecond, type Life } from './life.ts';
import { tokenLife, type Run } from './runs.ts';

/** `managed`: a listed key of a key service. `keyless`: timed by nothing but Vercel. `timed`: keyless, with a timestamp. */
export type Signing = 'managed' | 'keyless' | 'timed' | 'static';

export interface RecordPlan {
  readonly phase: RecordLine['phase'];
  readonly action: string;
  readonly target: string;
  readonly signing: Signing;
  readonly recordId?: string;
  readonly outcome?: string;
  readonly intentDigest?: string;
  readonly signedAt: number;
  readonly deployedAt?: number;
  readonly deployment?: Draft<NonNullable<RecordLine['deployment']>>;
  readonly actsOn?: string;
  readonly removed?: readonly string[];
}

const ASSURANCES = { managed: 'managed-key', keyless: 'held-token', timed: 'timed', static: 'static-key' } as const;
const MODES = { managed: 'vault', keyless: 'keyless', timed: 'keyless', static: 'key' } as const;

/** A record of a run that holds, and that agrees with the run. */
export function makeRecord(life: Life, run: Run, plan: RecordPlan): DraftRecord {
  const { random } = life;
  const { signing, signedAt } = plan;
  const facts = makeFacts(life, run, plan);
  return {
    file: nameFile(facts, run),
    digest: random.hex(64),
    payloadDigest: random.hex(64),
    verdict: {
      state: 'verified',
      assurance: ASSURANCES[signing],
      keyId: `SHA256:${random.word(43)}`,
      ...(signing === 'timed' ? { timestampAt: wholeSecond(signedAt + 1999) } : {}),
      trust: life.issuer.length.toString(16).padStart(64, '0'),
    },
    facts,
  };
}

function makeFacts(life: Life, run: Run, plan: RecordPlan): DraftRecord['facts'] {
  const { random } = life;
  const { site, pipeline, step } = run;
  const { phase, action, target, signing, signedAt, recordId = random.uuid() } = plan;
  const production = target === 'production';
  const named = production && signing !== 'static' && random.chance(0.8);
  const old = signedAt < life.halfTime - DAY && random.chance(0.5);
  return {
    ...{ recordId, phase, action, teamId: life.scope.teamId, projectId: site.projectId, projectName: site.projectName },
    ...(plan.outcome === undefined ? {} : { outcome: plan.outcome }),
    ...(plan.intentDigest === undefined ? {} : { intentDigest: plan.intentDigest }),
    target,
    ...(plan.deployment === undefined ? {} : { deployment: plan.deployment }),
    ...(plan.actsOn === undefined ? {} : { actsOn: plan.actsOn }),
    ...(plan.removed === undefined ? {} : { removed: [...plan.removed] }),
    ...{ issuer: life.issuer, workspaceUuid: life.workspaceUuid, repositoryUuid: site.repositoryUuid },
    ...{ pipelineUuid: pipeline.uuid, stepUuid: step.uuid },
    ...(production ? { environment: 'production' } : {}),
    ...tokenLife(run),
    ...{ repository: site.repository, buildNumber: String(pipeline.buildNumber), stepRunNumber: run.stepRunNumber },
    commit: pipeline.commit ?? '',
    branch: pipeline.ref ?? 'main',
    runUrl: `https://bitbucket.org/${site.repository}/pipelines/results/${String(pipeline.buildNumber)}`,
    policyDigest: old ? site.oldPolicy : site.policy,
    grant: production ? 'web-production' : 'web-preview',
    ...(named ? { vercelPolicyId: site.vercelPolicyId } : {}),
    hop: signing === 'static' ? 'static' : 'vercel',
    ...{ signerMode: MODES[signing], pipeVersion: random.pick(['0.1.0', '0.1.0', '0.0.9']), startedAt: run.startedAt },
    ...(plan.deployedAt === undefined ? {} : { deployedAt: plan.deployedAt }),
    signedAt,
  };
}

/** As the pipe names them, in a folder for each month. */
function nameFile({ recordId, phase, target }: RecordLine, { site, startedAt }: Run): string {
  const time = new Date(startedAt).toISOString();
  return `${time.slice(0, 7)}/${compact(time)}-${site.projectName}-${target}-${recordId}.${phase}.sigstore.json`;
}

/** What `meta` names a record by. */
export function nameRecord({ recordId, startedAt }: RecordLine): string {
  return `${compact(new Date(startedAt).toISOString())}-${recordId}`;
}

function compact(time: string): string {
  return time.replace(/\.\d{3}|[-:]/g, '');
}

/** It is bound to a token of another hour. */
export function shiftToken(facts: DraftRecord['facts'] | undefined, issuedAt: number): void {
  if (!facts) return;
  facts.tokenIssuedAt = wholeSecond(issuedAt);
  facts.tokenExpiresAt = facts.tokenIssuedAt + HOUR;
}

/** Its signature or its content does not hold. */
export function refuse(record: DraftRecord): void {
  record.verdict = { state: 'refused', code: 'RECORD_INVALID', reason: 'The signature does not hold.' };
}

/** There was nothing to check it with. */
export function leaveUnchecked(record: DraftRecord): void {
  record.facts.signerMode = 'keyless';
  record.verdict = { state: 'unchecked', code: 'RECORD_UNCHECKED', reason: 'No key of the issuer was given.' };
}
