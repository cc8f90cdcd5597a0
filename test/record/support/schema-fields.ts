import type { Predicate, RecordedPipeline } from '../../../src/record/types.ts';
import type { AssertedBuild } from '../../../src/variables/types.ts';

/** Every field of a type with whether it must be there. A field that a type gains, loses or frees fails the compiler here. */
export type Fields<T> = { [K in keyof T]-?: object extends Pick<T, K> ? 'optional' : 'required' };
export type Present<T> = Exclude<T, undefined>;

export const VERIFIED: Fields<Predicate['verified']> = {
  issuer: 'required',
  issuerPinned: 'required',
  audience: 'required',
  keyId: 'required',
  keySource: 'optional',
  claims: 'required',
  tokenDigest: 'required',
  tokenIssuedAt: 'required',
  tokenExpiresAt: 'required',
  verifiedAt: 'required',
  warnings: 'required',
};
export const ASSERTED: Fields<AssertedBuild> = {
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
  pullRequestId: 'optional',
  deploymentEnvironment: 'optional',
  deploymentEnvironmentUuid: 'optional',
  stepTriggererUuid: 'optional',
};
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
