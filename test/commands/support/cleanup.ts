import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import {
  createSandbox,
  STORE_URLS,
  type Sandbox,
  type SandboxDeployment,
  type SandboxOptions,
} from '../../../src/sandbox/index.ts';
import { makeStep, predicateOf, runStep, type Step, type StepRun } from '../../support/step.ts';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** A deployment of an earlier run, as Vercel and the store have it. */
export interface Earlier {
  /** Milliseconds. Default: 20 days. */
  readonly age?: number;
  readonly state?: 'READY' | 'BUILDING' | 'ERROR';
  readonly target?: 'production' | null;
  readonly pullRequest?: number;
  /** Of the pipeline, as Bitbucket has it. Default: ended, and of the pull request. `none`: of another repository. */
  readonly pipeline?: 'ended' | 'running' | 'none' | { readonly pullRequest: number | undefined };
  /** In the store. Default: both. */
  readonly records?: readonly ('intent' | 'result')[];
  readonly meta?: Readonly<Record<string, string>>;
}

export interface World {
  readonly sandbox: Sandbox;
  readonly step: Step;
  readonly plant: (earlier: Earlier) => SandboxDeployment;
  readonly run: (environment?: Readonly<Record<string, string | undefined>>) => Promise<StepRun>;
  /** The same with DRY_RUN false. */
  readonly act: World['run'];
  readonly stateOf: (deployment: SandboxDeployment) => string;
  /** Deletions and cancels, as `METHOD id`. */
  readonly acts: () => string[];
  /** `cleanup` of the one result. */
  readonly recorded: () => unknown;
  /** Names in the store. */
  readonly stored: () => string[];
}

/** A repository with a preview project, a store, and an access token; the built-in rule allows previews. */
export async function makeWorld(
  changes: Readonly<Record<string, string>> = {},
  options: SandboxOptions = {},
): Promise<World> {
  const sandbox = await createSandbox({ stores: STORE_URLS, ...options });
  const files = sandbox.stores?.files;
  if (!files) throw new Error('a world without a store');
  const step = await makeStep(sandbox, {
    COMMAND: 'cleanup',
    TARGET: 'preview',
    BITBUCKET_ACCESS_TOKEN: sandbox.bitbucket.accessToken,
    RECORD_STORE: `${STORE_URLS.files}/records/`,
    RECORD_STORE_TOKEN: files.token,
    ...changes,
  });
  if (changes['TARGET'] === undefined) rmSync(`${step.clone.directory}/deploy-policy.yml`);
  const store = files.files as { path: string; bytes: Uint8Array }[];
  const run: World['run'] = (environment = {}) => runStep(sandbox, step, { environment });
  return {
    sandbox,
    step,
    plant: (earlier) => plant(sandbox, store, earlier),
    run,
    act: (environment) => run({ DRY_RUN: 'false', ...environment }),
    stateOf: (deployment) => sandbox.vercel.readyStateOf(deployment),
    acts: () =>
      sandbox.journal.flatMap(({ method, path }) => {
        const id = /\/(dpl_\w+)(?:\/cancel)?$/.exec(path)?.[1];
        return id !== undefined && method !== 'GET' ? [`${method} ${id}`] : [];
      }),
    recorded: () => (predicateOf(step.readOne('.result.sigstore.json'))['vercel'] as { cleanup?: unknown }).cleanup,
    stored: () => store.map(({ path }) => path.replace('/records/', '')),
  };
}

function plant(sandbox: Sandbox, store: { path: string; bytes: Uint8Array }[], earlier: Earlier): SandboxDeployment {
  const { age = 20 * DAY, state = 'READY', target = null, pullRequest, pipeline = 'ended', records, meta } = earlier;
  const [recordId, uuid] = [randomUUID(), `{${randomUUID()}}`];
  if (pipeline !== 'none') {
    const of = typeof pipeline === 'object' ? pipeline.pullRequest : pullRequest;
    const more = of === undefined ? {} : { pullRequest: of };
    sandbox.bitbucket.plantPipeline({ uuid, running: pipeline === 'running', ...more });
  }
  const base = `20261101T000000Z-prj_web-${target ?? 'preview'}-${recordId}`;
  for (const phase of records ?? ['intent', 'result']) {
    store.push({ path: `/records/${base}.${phase}.sigstore.json`, bytes: Buffer.from('{}') });
  }
  return sandbox.vercel.plantDeployment({
    projectId: 'prj_web',
    target,
    createdAt: Date.now() - age,
    underWay: state === 'BUILDING',
    plan: state === 'BUILDING' ? { outcome: 'STUCK' } : { outcome: state },
    meta: {
      oidcDeployRecord: `20261101T000000Z-${recordId}`,
      oidcDeployIntent: 'a'.repeat(64),
      oidcDeployPipeline: uuid,
      ...(pullRequest === undefined ? {} : { oidcDeployPr: String(pullRequest) }),
      ...meta,
    },
  });
}
