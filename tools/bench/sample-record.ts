/** Facts of a run as large as those of an ordinary deployment. */
import { createHash } from 'node:crypto';
import type { DeployContext, EarlierRecord } from '../../src/deploy/types.ts';
import type { IssuerRsaKey } from '../../src/openpubkey/index.ts';
import type { VerifiedIdentity } from '../../src/identity/index.ts';
import type { RecordFacts } from '../../src/record/types.ts';
import type { Signer } from '../../src/signing/types.ts';

const START = Date.UTC(2026, 10, 23, 12);
const AUDIENCES = ['https://vercel.com/api/login/oauth/token', 'ari:cloud:bitbucket::workspace/acme'];

interface SampleIdentity {
  readonly claims: object;
  /** @param token its text. */
  readonly describe: (token: string) => VerifiedIdentity;
}

export function sampleIdentity(issuer: string, issuerKey: IssuerRsaKey, at: number): SampleIdentity {
  const texts = {
    ...{ iss: issuer, sub: `${uuidOf(1)}:${uuidOf(at)}`, workspaceUuid: uuidOf(0), repositoryUuid: uuidOf(1) },
    ...{ stepUuid: uuidOf(at), pipelineUuid: uuidOf(1000 + at), branchName: 'main', accountUuid: uuidOf(3) },
    ...{ deploymentEnvironmentUuid: uuidOf(4) },
  };
  const [issuedAt, expiresAt] = [START - 60_000, START + 3_540_000];
  const describe = (token: string): VerifiedIdentity =>
    ({
      ...{ issuer, issuerPinned: true, keyId: issuerKey.kid, issuerKey, keySource: 'fetched', audience: AUDIENCES },
      ...{ claims: texts, workspaceUuid: texts.workspaceUuid, repositoryUuid: texts.repositoryUuid },
      ...{ stepUuid: texts.stepUuid, pipelineUuid: texts.pipelineUuid, issuedAt, expiresAt, verifiedAt: START },
      ...{ tokenDigest: sha256(token), warnings: [] },
    }) as unknown as VerifiedIdentity;
  return { claims: { ...texts, aud: AUDIENCES, iat: issuedAt / 1000, exp: expiresAt / 1000 }, describe };
}

export function sampleFacts(signer: Signer, identity: VerifiedIdentity, at: number): RecordFacts {
  const commit = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
  return {
    ...{ recordId: uuidOf(5000 + at).slice(1, -1), phase: 'result', action: 'deploy', sandbox: false },
    ...{ intentDigest: sha256(`intent ${String(at)}`), outcome: { status: 'deployed', exitStatus: 0 }, identity },
    build: { workspace: 'acme', repositoryFullName: 'acme/shop', buildNumber: String(at + 1), commit, branch: 'main' },
    pipeline: {
      pipeline: {
        ...{ actor: 'human', uuid: identity.pipelineUuid, buildNumber: at + 1, commit, trigger: 'push' },
        ...{ ref: { kind: 'branch', name: 'main' }, creator: { kind: 'user', uuid: uuidOf(9) } },
      },
    },
    ...{ teamId: 'team_abc', projectId: 'prj_abc', target: 'production', policyDigest: sha256('policy') },
    policySource: { kind: 'clone', where: 'deploy-policy.yml' },
    ...{
      grant: { id: 'web-production', expiredPolicy: false },
      denial: undefined,
      credential: undefined,
      actsOn: undefined,
      cleanup: undefined,
      pulled: undefined,
      smoke: undefined,
    },
    actsOn: undefined,
    exchanges: [{ hop: 'vercel', service: 'api.vercel.com', subjectSha256: sha256('a'), tokenSha256: sha256('b') }],
    manifest: { digest: sha256(`manifest ${String(at)}`), entries: [], functions: [], totalBytes: 7 },
    context: sampleContext(at),
    deployment: {
      ...{ id: `dpl_${String(at)}`, url: `https://shop-${String(at)}.vercel.app`, projectId: 'prj_abc' },
      ...{ inspectorUrl: 'https://vercel.com/acme/shop/1', teamId: 'team_abc', target: 'production' },
      ...{ readyState: 'READY', readySubstate: 'PROMOTED', aliases: ['shop.example.com'], aliasAssigned: true },
      ...{ createdAt: START + 5000, readyAt: START + 20_000, creatorType: 'oidc' },
      ...{ errorCode: undefined, errorMessage: undefined },
    },
    ...{ ending: 'live', origin: { kind: 'created', recordId: undefined, intentDigest: undefined } },
    ...{ upload: { form: 'files', files: 2, bytes: 7, parts: [] }, producerVersion: '0.1.0', signer },
    ...{ startedAt: START, deployedAt: START + 20_500, signedAt: START + 21_007 },
  };
}

/** Twenty variables, and the three records before it. */
function sampleContext(at: number): DeployContext {
  const createdAt = START - 86_400_000;
  const variables = Array.from({ length: 20 }, (_, index) => ({
    ...{ name: `VARIABLE_${String(index)}`, id: `env_${String(index)}`, type: 'encrypted', gitBranch: undefined },
    ...{ createdAt, updatedAt: createdAt },
  }));
  const earlier = (before: number): EarlierRecord => ({
    ...{ recordId: uuidOf(4000 + at - before).slice(1, -1), intentDigest: sha256(String(before)), createdAt },
    ...{ deploymentId: `dpl_${String(at - before)}`, build: '41/1/' },
  });
  return {
    ...{ customEnvironmentId: undefined, settings: { framework: 'nextjs', nodeVersion: '24.x' }, variables },
    ...{ previous: [1, 2, 3].map(earlier), lastOfTarget: undefined, refusals: [] },
  };
}

function uuidOf(number: number): string {
  return `{22222222-2222-4222-8222-${String(number).padStart(12, '0')}}`;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
