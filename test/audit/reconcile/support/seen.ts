import type {
  RecordLine,
  RecordVerdict,
  SeenDeployment,
  SeenEvent,
  SeenPipeline,
  SeenRecord,
} from '../../../../src/audit/types.ts';

/** One production deployment of one build, at noon: everything of it agrees. */
export const NOON = Date.UTC(2026, 10, 10, 12);
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const DPL = 'dpl_one';
export const TEAM = 'team_a';
export const PROJECT = 'prj_a';
export const REPO = '11111111-0000-4000-8000-000000000001';
export const PIPELINE = '22222222-0000-4000-8000-000000000001';
export const STEP = '33333333-0000-4000-8000-000000000001';
export const COMMIT = 'c0ffee'.padEnd(40, '0');
export const INTENT = 'a'.repeat(64);
export const POLICY = 'b'.repeat(64);
export const KEYLESS: RecordVerdict = verdict('held-token');
export const STORED: RecordVerdict = verdict('static-key');
export const MANAGED: RecordVerdict = verdict('managed-key');
export const REFUSED: RecordVerdict = { state: 'refused', code: 'SIGNATURE_INVALID', reason: 'No key fits it' };
export const UNCHECKED: RecordVerdict = { state: 'unchecked', code: 'TRUST_MATERIAL_MISSING', reason: 'No keys.' };

export function recordId(number: number): string {
  return `44444444-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

function verdict(assurance: 'held-token' | 'static-key' | 'managed-key'): RecordVerdict {
  return { state: 'verified', assurance, keyId: 'SHA256:key', trust: 'f'.repeat(64) };
}

/** The same with some of its members not there. */
export function without<T extends object, K extends keyof T>(whole: T, ...keys: readonly K[]): Omit<T, K> {
  const kept = Object.entries(whole).filter(([key]) => !keys.includes(key as K));
  return Object.fromEntries(kept) as Omit<T, K>;
}

export function metaOf(number = 1, intent = INTENT): Record<string, string> {
  return {
    oidcDeployRecord: `20261110T115930Z-${recordId(number)}`,
    oidcDeployIntent: intent,
    oidcDeployPipeline: `{${PIPELINE}}`,
    oidcDeployStep: `{${STEP}}`,
    oidcDeployBuild: '42/1/',
  };
}

export function deployment(over: Partial<SeenDeployment> = {}): SeenDeployment {
  return {
    ...{ id: DPL, url: 'site-1.vercel.app', projectId: PROJECT, createdAt: NOON, readyAt: NOON + 20 * SECOND },
    ...{ readyState: 'READY', readySubstate: 'PROMOTED', target: 'production', source: 'cli' },
    ...{ creatorType: 'app', creatorId: 'app_1', creatorName: 'pipe', meta: metaOf() },
    ...over,
  };
}

export function event(over: Partial<SeenEvent> = {}): SeenEvent {
  return {
    ...{ id: 'uev_made', type: 'deployment', at: NOON + 200, deploymentId: DPL, projectId: PROJECT },
    ...{ principalId: 'app_1', principalType: 'app', principalName: 'pipe', tokenId: 'tok_1', requestId: 'req_1' },
    ...over,
  };
}

export type Facts = Omit<Partial<RecordLine>, 'deployment'> & { deployment?: Partial<RecordLine['deployment']> };

/** The result of the deploy. `deployment` in `over` changes single members of it. */
export function record(over: Facts = {}, outer: Partial<SeenRecord> = {}): SeenRecord {
  const { deployment: made, ...rest } = over;
  const facts: RecordLine = {
    ...{ recordId: recordId(1), phase: 'result', action: 'deploy', outcome: 'deployed', intentDigest: INTENT },
    ...{ teamId: TEAM, projectId: PROJECT, projectName: 'site', target: 'production' },
    deployment: {
      ...{ id: DPL, url: 'https://site-1.vercel.app', target: 'production', readySubstate: 'PROMOTED' },
      ...{ aliases: ['www.example.com'], createdAt: NOON, readyAt: NOON + 20 * SECOND, origin: 'created' },
      ...made,
    },
    ...{ issuer: 'https://issuer.example', workspaceUuid: '55555555-0000-4000-8000-000000000001' },
    ...{ repositoryUuid: REPO, pipelineUuid: PIPELINE, stepUuid: STEP },
    ...{ tokenIssuedAt: NOON - MINUTE, tokenExpiresAt: NOON + HOUR },
    ...{ repository: 'acme/site', buildNumber: '42', stepRunNumber: '1', commit: COMMIT, branch: 'main' },
    ...{ policyDigest: POLICY, grant: 'web-production', vercelPolicyId: 'pol_1', hop: 'vercel' },
    ...{ signerMode: 'keyless', pipeVersion: '1.2.0' },
    ...{ startedAt: NOON - 30 * SECOND, deployedAt: NOON + 21 * SECOND, signedAt: NOON + 25 * SECOND },
    ...rest,
  };
  return { file: 'one.result', digest: 'd1', payloadDigest: 'p1', verdict: KEYLESS, facts, ...outer };
}

/** The intent of that deploy. */
export function intent(over: Partial<RecordLine> = {}, outer: Partial<SeenRecord> = {}): SeenRecord {
  const { facts, ...rest } = record();
  const line = without(facts, 'deployment', 'outcome', 'intentDigest', 'deployedAt');
  return {
    ...rest,
    ...{ file: 'one.intent', digest: 'di', payloadDigest: INTENT },
    facts: { ...line, phase: 'intent', signedAt: NOON - 10 * SECOND, ...over },
    ...outer,
  };
}

/** A record of another act of ten minutes later. */
export function act(action: string, over: Partial<RecordLine> = {}, outer: Partial<SeenRecord> = {}): SeenRecord {
  const { facts } = record();
  const line = { ...without(facts, 'deployment'), action, outcome: 'done', recordId: recordId(7) };
  const at = { startedAt: NOON + 9 * MINUTE, deployedAt: NOON + 10 * MINUTE, signedAt: NOON + 11 * MINUTE };
  return {
    ...{ file: `${action}.result`, digest: `d-${action}`, payloadDigest: `p-${action}`, verdict: KEYLESS },
    facts: { ...line, ...at, ...over },
    ...outer,
  };
}

export function pipeline(over: Partial<SeenPipeline> = {}): SeenPipeline {
  return {
    ...{ uuid: PIPELINE, repositoryUuid: REPO, buildNumber: 42, commit: COMMIT, refKind: 'branch', ref: 'main' },
    ...{ trigger: 'push', creatorId: 'user-1', creatorName: 'Ada Lovelace' },
    ...{ createdAt: NOON - 5 * MINUTE, completedAt: NOON + 5 * MINUTE },
    ...over,
  };
}
