import type { DeployContext, ProjectVariable } from '../../../src/deploy/types.ts';
import { buildStatement } from '../../../src/record/build.ts';
import type { RecordFacts, RecordedEnvironment } from '../../../src/record/types.ts';
import { createKeySigner } from '../../../src/signing/key.ts';
import { makeKeyPair } from '../../signing/support/keys.ts';
import { makeFacts, RECORD_ID } from './facts.ts';

const SIGNER = createKeySigner(makeKeyPair().pkcs8);
export const DEPLOYED_AT = Date.UTC(2026, 10, 20);
export const EARLIER = {
  ...{
    recordId: RECORD_ID,
    intentDigest: 'ab'.repeat(32),
    deploymentId: 'dpl_0',
    createdAt: DEPLOYED_AT,
    build: '41/1/',
  },
} as const;

export const variable = (name: string, more: Partial<ProjectVariable> = {}): ProjectVariable => ({
  ...{ name, id: `id-${name}`, type: 'encrypted', gitBranch: undefined },
  ...{ createdAt: DEPLOYED_AT - 1000, updatedAt: DEPLOYED_AT - 1000 },
  ...more,
});

export const CONTEXT: DeployContext = {
  customEnvironmentId: 'env_qa',
  settings: {
    framework: null,
    nodeVersion: '24.x',
    buildCommand: 'say "é\\" 😀 </a>',
    'resourceConfig.fluid': true,
    skewProtectionMaxAge: 43_200,
  },
  variables: [variable('API_URL'), variable('Ünï"\\', { gitBranch: 'feature/<1>' })],
  previous: [EARLIER],
  lastOfTarget: undefined,
  refusals: [],
};

/** A record of a run that deployed. */
export const record = (changes: Partial<RecordFacts> = {}): ReturnType<typeof buildStatement> =>
  buildStatement(makeFacts(SIGNER, changes));

/** What a record says of the environment. */
export function environment(context: Partial<DeployContext> = {}, target = 'qa'): RecordedEnvironment {
  const { environmentMetadata } = record({ context: { ...CONTEXT, ...context }, target }).predicate;
  if (!environmentMetadata) throw new Error('no environment in the record');
  return environmentMetadata;
}
