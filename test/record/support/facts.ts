import type { VerifiedIdentity } from '../../../src/identity/types.ts';
import type { RecordFacts } from '../../../src/record/types.ts';
import type { Signer } from '../../../src/signing/types.ts';

export const RECORD_ID = '0f8fad5b-d9cb-469f-a165-70867728950e';
export const COMMIT = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
export const MANIFEST_TEXT = '{"version":1,"entries":[]}\n';
/** `printf '{"version":1,"entries":[]}\n' | sha256sum` */
export const MANIFEST_DIGEST = 'e5a76fe3d134f87e636debc55cc15ac01dbd2bbf0ed1edac80c0f3b35a228eb3';
export const TOKEN_DIGEST = 'ab'.repeat(32);

const IDENTITY = {
  issuer: 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc',
  issuerPinned: true,
  keyId: 'bitbucket-key-1',
  keySource: 'fetched',
  audience: ['https://vercel.com/api/login/oauth/token'],
  claims: { sub: '{repo}:{step}', repositoryUuid: '{11111111-1111-4111-8111-111111111111}', branchName: 'main' },
  workspaceUuid: '{22222222-2222-4222-8222-222222222222}',
  repositoryUuid: '{11111111-1111-4111-8111-111111111111}',
  stepUuid: '{33333333-3333-4333-8333-333333333333}',
  pipelineUuid: '{44444444-4444-4444-8444-444444444444}',
  issuedAt: Date.UTC(2026, 10, 23, 11, 59, 0),
  expiresAt: Date.UTC(2026, 10, 23, 12, 59, 0),
  verifiedAt: Date.UTC(2026, 10, 23, 12, 0, 1, 5),
  tokenDigest: TOKEN_DIGEST,
  warnings: ['branchName and BITBUCKET_BRANCH differ'],
} as const;

/** The facts of a run that deployed; a test says what is otherwise. */
export function makeFacts(signer: Signer, changes: Partial<RecordFacts> = {}): RecordFacts {
  return {
    recordId: RECORD_ID,
    phase: 'result',
    action: 'deploy',
    intentDigest: 'cd'.repeat(32),
    outcome: { status: 'deployed', exitStatus: 0 },
    sandbox: false,
    identity: IDENTITY as unknown as VerifiedIdentity,
    build: { workspace: 'acme', repositoryFullName: 'acme/shop', buildNumber: '42', commit: COMMIT, branch: 'main' },
    teamId: 'team_abc',
    projectId: 'prj_abc',
    target: 'production',
    pipeline: undefined,
    actsOn: undefined,
    cleanup: undefined,
    pulled: undefined,
    smoke: undefined,
    context: undefined,
    deployedAt: Date.UTC(2026, 10, 23, 12, 0, 20, 500),
    policyDigest: 'ef'.repeat(32),
    policySource: { kind: 'clone', where: 'deploy-policy.yml' },
    grant: { id: 'web-production', expiredPolicy: false },
    denial: undefined,
    exchanges: [
      {
        ...{ hop: 'vercel', service: 'api.vercel.com', issuer: 'https://vercel.com', subjectSha256: 'a'.repeat(64) },
        ...{ policyId: 'pol_1', tokenSha256: 'b'.repeat(64), requestId: 'fra1::1' },
        expiresAt: Date.UTC(2026, 10, 23, 12, 30),
      },
    ],
    credential: {
      hop: 'vercel',
      expiresAt: Date.UTC(2026, 10, 23, 12, 30),
      clientId: 'cl_1',
      project: {
        id: 'prj_abc',
        name: 'shop',
        teamId: 'team_abc',
        hasProductionDeployment: true,
        productionDeploymentId: 'dpl_0',
        rolledBack: false,
      },
    },
    manifest: {
      digest: MANIFEST_DIGEST,
      entries: [
        { kind: 'directory', path: 'empty', mode: 0o40755 },
        file('a.js', 3),
        { kind: 'symlink', path: 'b', size: 4, mode: 0o120777, sha1: '', sha256: '', linkTarget: 'a.js' },
      ],
      functions: [{ name: 'api/hello', runtime: 'edge', edge: true, size: 3 }],
      totalBytes: 7,
    },
    deployment: {
      id: 'dpl_1',
      url: 'https://shop-1.vercel.app',
      inspectorUrl: 'https://vercel.com/acme/shop/1',
      projectId: 'prj_abc',
      teamId: 'team_abc',
      target: 'production',
      readyState: 'READY',
      readySubstate: 'PROMOTED',
      aliases: ['shop.example.com'],
      aliasAssigned: true,
      createdAt: Date.UTC(2026, 10, 23, 12, 0, 5),
      readyAt: Date.UTC(2026, 10, 23, 12, 0, 20),
      creatorType: 'oidc',
      errorCode: undefined,
      errorMessage: undefined,
    },
    ending: 'live',
    origin: { kind: 'created', recordId: undefined, intentDigest: undefined },
    upload: { form: 'files', files: 2, bytes: 7, parts: [] },
    producerVersion: '0.1.0',
    signer,
    startedAt: Date.UTC(2026, 10, 23, 12),
    signedAt: Date.UTC(2026, 10, 23, 12, 0, 21, 7),
    ...changes,
  };
}

/** What differs in an intent. */
export const INTENT = {
  phase: 'intent',
  deployedAt: undefined,
  intentDigest: undefined,
  outcome: undefined,
  deployment: undefined,
  ending: undefined,
  origin: undefined,
  upload: undefined,
} as const;

/** What differs where the policy said no. */
export const DENIED = {
  deployedAt: undefined,
  intentDigest: undefined,
  outcome: { status: 'denied', exitStatus: 5, code: 'DENIED_BY_POLICY', message: 'No grant covers this.' },
  grant: undefined,
  denial: { reason: 'No grant covers this.' },
  credential: undefined,
  exchanges: [],
  manifest: undefined,
  deployment: undefined,
  ending: undefined,
  origin: undefined,
  upload: undefined,
} as const;

function file(path: string, size: number): NonNullable<RecordFacts['manifest']>['entries'][number] {
  return { kind: 'file', path, size, mode: 0o100644, sha1: '', sha256: '', source: `/clone/${path}` };
}
