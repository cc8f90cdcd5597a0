import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { generateKeyPairSync } from 'node:crypto';
import { createRandom } from '../histories/random.ts';
import type { RunPlan, TokenKind } from './types.ts';
import { STRICT_POLICY, type World } from './world.ts';

/** A step of a pipeline: what Bitbucket knows of it, and how often it has run. */
export interface SoakStep {
  readonly pipelineUuid: string;
  readonly stepUuid: string;
  readonly buildNumber: number;
  readonly startedAt: number;
  runs: number;
}

const HOUR_S = 3600;

/** A new step in a pipeline of its own, under way. */
export function startStep(world: World, { index }: RunPlan): SoakStep {
  const random = createRandom(world.season.seed * 1000 + index + 500);
  const startedAt = nowOf(world) - 1000;
  const step: SoakStep = {
    pipelineUuid: `{${random.uuid()}}`,
    stepUuid: `{${random.uuid()}}`,
    buildNumber: 100 + index,
    startedAt,
    runs: 0,
  };
  tellBitbucket(world, step, true);
  return step;
}

/** Bitbucket shows it as running, or as ended now. */
export function tellBitbucket({ served, ...world }: World, step: SoakStep, running: boolean): void {
  const { pipelineUuid: uuid, stepUuid, buildNumber, startedAt } = step;
  const { bitbucket } = served.sandbox;
  const completedAt = running ? {} : { completedAt: nowOf(world) + 1000 };
  bitbucket.plantPipeline({ uuid, buildNumber, createdAt: startedAt - 5000, running, ...completedAt });
  bitbucket.plantStep({ pipeline: uuid, uuid: stepUuid, startedAt, ...completedAt });
}

export function nowOf({ season, clock }: Pick<World, 'season' | 'clock'>): number {
  return season.kind === 'process' ? Date.now() : clock.now();
}

/** What Bitbucket puts into the step's container, and what its author wrote. */
export async function environmentOf(
  world: World,
  plan: RunPlan,
  step: SoakStep,
  deployment: string | undefined,
): Promise<Record<string, string>> {
  const { sandbox, url, proxyUrl } = world.served;
  const { issuer, vercel, bitbucket } = sandbox;
  const token = await mintToken(world, plan.token, step);
  const own = { BITBUCKET_STEP_UUID: step.stepUuid, BITBUCKET_PIPELINE_UUID: step.pipelineUuid };
  return {
    ...issuer.bitbucketEnvironment(token, own),
    BITBUCKET_CLONE_DIR: world.clone.directory,
    BITBUCKET_BUILD_NUMBER: String(step.buildNumber),
    BITBUCKET_STEP_RUN_NUMBER: String(step.runs),
    BITBUCKET_API_URL: new URL(issuer.url).origin,
    ...(token === undefined ? { OIDC_ISSUER: issuer.url } : {}),
    SANDBOX_BITBUCKET_PROXY: proxyUrl,
    TMPDIR: `${world.root}/tmp`,
    VERCEL_API_URL: url,
    VERCEL_TEAM_ID: vercel.team.id,
    VERCEL_PROJECT_ID: plan.project,
    COMMAND: plan.command,
    TARGET: plan.target,
    ...(deployment === undefined ? {} : { DEPLOYMENT: deployment }),
    ...(plan.strict ? { POLICY: STRICT_POLICY } : {}),
    ...(plan.keyless ? {} : { SIGNING_KEY: world.clone.signingKey }),
    ...(plan.accessToken || plan.store === 'bitbucket-downloads'
      ? { BITBUCKET_ACCESS_TOKEN: bitbucket.accessToken }
      : {}),
    ...(plan.timestamp ? { TIMESTAMP_URL: sandbox.providers?.tsa.url ?? '' } : {}),
    ...storeOf(world, plan.store),
    ...plan.variables,
  };
}

function storeOf({ served }: World, store: RunPlan['store']): Record<string, string> {
  const { stores } = served.sandbox;
  if (store === 'none' || !stores) return {};
  if (store === 'files') return { RECORD_STORE: stores.files.url, RECORD_STORE_TOKEN: stores.files.token };
  if (store === 'bitbucket-downloads') return { RECORD_STORE: store };
  return {
    RECORD_STORE: `s3://${stores.bucket}/soak?region=eu-central-1&endpoint=${encodeURIComponent(stores.s3Url)}`,
    RECORD_STORE_ACCESS_KEY_ID: stores.user.accessKeyId,
    RECORD_STORE_SECRET_ACCESS_KEY: stores.user.secretAccessKey,
  };
}

const { privateKey: STRANGE_KEY } = generateKeyPairSync('rsa', { modulusLength: 2048 });

async function mintToken(world: World, kind: TokenKind, step: SoakStep): Promise<string | undefined> {
  const { issuer } = world.served.sandbox;
  const { pipelineUuid, stepUuid } = step;
  const { repositoryUuid, environment } = issuer.step;
  const claims = { pipelineUuid, stepUuid, sub: [repositoryUuid, environment?.uuid ?? '', stepUuid].join(':') };
  const now = Math.floor(nowOf(world) / 1000);
  switch (kind) {
    case 'good':
      return issuer.mintToken({ claims });
    case 'denied':
      return issuer.mintToken({ claims: { ...claims, branchName: 'feature/soak' } });
    case 'expired':
      return issuer.mintToken({ claims: { ...claims, iat: now - 2 * HOUR_S, exp: now - HOUR_S } });
    case 'audience':
      return issuer.mintToken({ claims: { ...claims, aud: 'https://elsewhere.example.com' } });
    case 'signature':
      return issuer.mintToken({ claims, key: STRANGE_KEY });
    case 'unsigned':
      return issuer.mintToken({ claims, header: { alg: 'none' } });
    case 'repository':
      return issuer.mintToken({ claims: { ...claims, stepUuid: '{5e5e5e5e-0000-4000-8000-00000000000b}' } });
    case 'missing':
      return undefined;
  }
}

/** The build's output of this run: files that no other run has. */
export function writeSite({ clone }: World, { index, files }: RunPlan, seed: number): void {
  if (files.length === 0) return;
  const folder = `${clone.directory}/.vercel/output/static/soak`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const random = createRandom(seed * 1000 + index + 250);
  for (const [at, size] of files.entries()) {
    const head = `${String(index)} ${random.hex(32)}\n`;
    writeFileSync(`${folder}/${String(at)}.txt`, head.padEnd(size, random.hex(61)));
  }
}
