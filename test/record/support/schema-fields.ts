import type {
  ActsOn,
  CleanupItem,
  Predicate,
  PreviousRecord,
  Pulled,
  RecordedBuild,
  RecordedCheck,
  RecordedEnvironment,
  RecordedExchange,
  RecordedPath,
  RecordedPipeline,
  RecordedProof,
  RecordedSmoke,
  RecordedVariable,
} from '../../../src/record/types.ts';

/** Every field of a type with whether it must be there. A field that a type gains, loses or frees fails the compiler here. */
export type Fields<T> = { [K in keyof T]-?: object extends Pick<T, K> ? 'optional' : 'required' };
export type Present<T> = Exclude<T, undefined>;

export const OIDC: Fields<Predicate['oidc']> = {
  issuer: 'required',
  issuerPinned: 'required',
  audience: 'required',
  jwksKid: 'required',
  alg: 'required',
  keySource: 'required',
  claims: 'required',
  tokenDigest: 'required',
  tokenIssuedAt: 'required',
  tokenExpiresAt: 'required',
  verifiedAt: 'required',
  warnings: 'required',
  proof: 'optional',
};
export const ASSERTED: Fields<RecordedBuild> = {
  workspace: 'optional',
  workspaceUuid: 'optional',
  repositorySlug: 'optional',
  repositoryFullName: 'optional',
  repositoryUuid: 'optional',
  pipelineUuid: 'optional',
  stepUuid: 'optional',
  stepRunNumber: 'optional',
  buildNumber: 'optional',
  commit: 'optional',
  branch: 'optional',
  tag: 'optional',
  prId: 'optional',
  deploymentEnvironment: 'optional',
  deploymentEnvironmentUuid: 'optional',
  stepTriggererUuid: 'optional',
  runUrl: 'optional',
};
export const BITBUCKET: Fields<Predicate['bitbucket']> = { asserted: 'required', pipeline: 'optional' };
export const PROOF: Fields<RecordedProof> = { type: 'required', pkToken: 'required' };
export const ENVIRONMENT: Fields<RecordedEnvironment> = {
  version: 'required',
  target: 'required',
  customEnvironmentId: 'optional',
  settings: 'optional',
  variables: 'optional',
  refusal: 'optional',
  digest: 'required',
  changes: 'optional',
};
export const VARIABLE: Fields<RecordedVariable> = {
  name: 'required',
  id: 'required',
  type: 'required',
  gitBranch: 'optional',
  createdAt: 'optional',
  updatedAt: 'optional',
};
export const CHANGES: Fields<Present<RecordedEnvironment['changes']>> = {
  recordId: 'required',
  since: 'required',
  sameDigest: 'optional',
  variables: 'required',
};
export const ACTS_ON: Fields<ActsOn> = { deploymentId: 'required', recordId: 'optional', digest: 'optional' };
export const CLEANUP_ITEM: Fields<CleanupItem> = {
  deploymentId: 'required',
  recordId: 'required',
  digest: 'required',
  act: 'required',
  because: 'required',
  pullRequest: 'optional',
  readyState: 'required',
  createdAt: 'optional',
  outcome: 'optional',
};
export const PULLED: Fields<Pulled> = { files: 'required', branch: 'optional', variables: 'optional' };
export const SMOKE: Fields<RecordedSmoke> = { checks: 'required', rollback: 'optional' };
export const ROLLBACK: Fields<Present<RecordedSmoke['rollback']>> = { outcome: 'required', deploymentId: 'optional' };
export const SMOKE_CHECK: Fields<RecordedCheck> = {
  subject: 'required',
  host: 'required',
  passed: 'required',
  startedAt: 'required',
  paths: 'required',
};
export const SMOKE_PATH: Fields<RecordedPath> = {
  path: 'required',
  wantedStatus: 'required',
  wantedText: 'optional',
  ok: 'required',
  status: 'optional',
  textFound: 'optional',
  fault: 'optional',
  protected: 'optional',
  tokenShown: 'optional',
  attempts: 'required',
  ms: 'required',
};
export const EXCHANGE: Fields<RecordedExchange> = {
  hop: 'required',
  service: 'optional',
  issuer: 'optional',
  subjectSha256: 'optional',
  policyId: 'optional',
  tokenSha256: 'required',
  expiresAt: 'optional',
  requestId: 'optional',
};
export const PREVIOUS: Fields<PreviousRecord> = { recordId: 'required', deploymentId: 'required', digest: 'required' };
export const PIPELINE: Fields<RecordedPipeline> = {
  actor: 'required',
  refusal: 'optional',
  uuid: 'optional',
  buildNumber: 'optional',
  commit: 'optional',
  ref: 'optional',
  trigger: 'optional',
  creator: 'optional',
};
export const REF: Fields<Present<RecordedPipeline['ref']>> = { kind: 'required', name: 'required' };
export const CREATOR: Fields<Present<RecordedPipeline['creator']>> = { kind: 'required', uuid: 'optional' };
export const POLICY: Fields<Predicate['policy']> = {
  digest: 'optional',
  source: 'optional',
  grant: 'optional',
  expiredPolicy: 'optional',
  denial: 'optional',
};
export const SOURCE: Fields<Present<Predicate['policy']['source']>> = {
  kind: 'required',
  where: 'required',
  serial: 'optional',
  signedBy: 'optional',
};
export const VERCEL: Fields<Predicate['vercel']> = {
  teamId: 'required',
  projectId: 'required',
  projectName: 'optional',
  target: 'required',
  credential: 'optional',
  exchanges: 'optional',
  actsOn: 'optional',
  cleanup: 'optional',
  pulled: 'optional',
  deployment: 'optional',
  upload: 'optional',
};
export const CREDENTIAL: Fields<Present<Predicate['vercel']['credential']>> = {
  hop: 'required',
  expiresAt: 'optional',
  clientId: 'optional',
};
export const UPLOAD: Fields<Present<Predicate['vercel']['upload']>> = {
  form: 'required',
  files: 'required',
  bytes: 'required',
  parts: 'required',
};
export const PART: Fields<Present<Predicate['vercel']['upload']>['parts'][number]> = {
  path: 'required',
  size: 'required',
  sha1: 'required',
  sha256: 'required',
};
