import type { VerifiedIdentity } from '../../../src/identity/types.ts';
import { buildAttestation, signAttestation } from '../../../src/record/index.ts';
import type { Attestation, SignedAttestation } from '../../../src/record/index.ts';
import type { Signer } from '../../../src/signing/types.ts';
import { CLAIMS, startStep } from './keyless.ts';
import { SIGNER } from './records.ts';

export const TYPE = 'urn:vercel-oidc-deploy:audit-checkpoint:v1';
export const FOREIGN = 'https://in-toto.io/attestation/test-result/v0.1';
export const FOREIGN_MEMBER = 'urn:vercel-oidc-deploy:signed-by:v1';
export const SUBJECT = [{ name: 'audit.json', digest: { sha256: 'ab'.repeat(32) } }];
export const WORKSPACE = '{22222222-2222-4222-8222-222222222222}';
export const ENVIRONMENT = '{55555555-5555-4555-8555-555555555555}';
export const AUDITOR = {
  workspaceUuid: WORKSPACE,
  repositoryUuid: CLAIMS.repositoryUuid.slice(1, -1).toUpperCase(),
  deploymentEnvironmentUuid: ENVIRONMENT,
};
export const STEP = startStep({ ...CLAIMS, workspaceUuid: WORKSPACE, deploymentEnvironmentUuid: ENVIRONMENT });
export const SIGNED_AT = Date.UTC(2026, 10, 23, 12, 30);

export function build(
  signer: Signer,
  identity?: VerifiedIdentity,
  predicateType = TYPE,
  subject = SUBJECT,
): Attestation {
  const predicate = { result: 'PASSED', note: 'grün' };
  return buildAttestation({ subject, predicateType, predicate, signer, identity, signedAt: SIGNED_AT });
}

export const make = (signer: Signer = SIGNER): Promise<SignedAttestation> => signAttestation(build(signer), signer);
export const makeKeyless = (
  type = TYPE,
  step = STEP,
  timestamp?: Parameters<typeof signAttestation>[2],
): Promise<SignedAttestation> => signAttestation(build(step.signer, step.identity, type), step.signer, timestamp);
