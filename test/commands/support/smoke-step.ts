import { SMOKE_AUDIENCE } from '../../../src/smoke/index.ts';
import type { SandboxDeployment } from '../../../src/sandbox/index.ts';
import { runStep, type RunOptions, type StepRun } from '../../support/step.ts';
import { smokePaths, smokeScene, type SmokeScene } from './smoke.ts';

/** A preview that a deploy step made, and the artifacts that it shares with the step that tests. */
export interface SharedScene extends SmokeScene {
  readonly made: SandboxDeployment;
  /** Of the result, relative to the clone. */
  readonly record: string;
}

/** @param keyless without SIGNING_KEY, as the default is */
export async function sharedScene(keyless = true, network?: RunOptions['network']): Promise<SharedScene> {
  const scene = await smokeScene();
  const { sandbox, step } = scene;
  const environment = { TARGET: 'preview', ...(keyless ? { SIGNING_KEY: undefined } : {}) };
  const { status, log } = await runStep(sandbox, step, { environment, ...(network ? { network } : {}) });
  const made = sandbox.vercel.deployments.at(-1);
  const name = step.files().find((file) => file.endsWith('.result.sigstore.json'));
  if (status !== 0 || !made || name === undefined) throw new Error(log);
  return { ...scene, made, record: `deploy-records/${name}` };
}

/** Lets tokens of this repository in that name the audience of smoke tests. */
export function protect({ sandbox }: SharedScene): void {
  const claims = { aud: [SMOKE_AUDIENCE], repositoryUuid: [sandbox.issuer.step.repositoryUuid] };
  sandbox.vercel.planSite('prj_web', {
    protection: { oidcProviders: { [sandbox.issuer.url]: [{ to: ['preview'], claims }] } },
  });
}

export interface SmokeStepRun extends StepRun {
  readonly token: string;
  /** `METHOD path` of what was asked of Bitbucket and Vercel; a visit is none. */
  readonly asked: readonly string[];
  /** Hosts that were visited, `+ token` where it was shown. */
  readonly visits: readonly string[];
  /** The unsigned file; undefined without one. */
  readonly results: Readonly<Record<string, unknown>> | undefined;
}

/** The second step: `COMMAND: smoke`, with a token of its own and without any key. */
export async function runSmokeStep(
  scene: SharedScene,
  deployment: string,
  {
    audiences = [SMOKE_AUDIENCE],
    claims = {},
    environment = {},
    network,
  }: {
    readonly network?: RunOptions['network'];
    /** Undefined for a step without `oidc`. */
    readonly audiences?: readonly string[] | 'none';
    readonly claims?: Readonly<Record<string, unknown>>;
    readonly environment?: Readonly<Record<string, string | undefined>>;
  } = {},
): Promise<SmokeStepRun> {
  const { sandbox, step } = scene;
  const { issuer, vercel, journal } = sandbox;
  const aud = [issuer.defaultAudience, ...(audiences === 'none' ? [] : audiences)];
  const stepUuid = '{5e5e5e5e-0000-4000-8000-00000000000a}';
  const token = await issuer.mintToken({ claims: { aud, stepUuid, ...claims } });
  const [asked, visits, files] = [journal.length, vercel.visits.length, step.files()];
  const run = await runStep(sandbox, step, {
    ...(network ? { network } : {}),
    environment: {
      ...(audiences === 'none' ? { BITBUCKET_STEP_OIDC_TOKEN: undefined } : issuer.bitbucketEnvironment(token)),
      BITBUCKET_CLONE_DIR: step.clone.directory,
      ...{ COMMAND: 'smoke', TARGET: 'preview', DEPLOYMENT: deployment, SIGNING_KEY: undefined },
      ...smokePaths('/ 200 Hello from web'),
      ...environment,
    },
  });
  const written = step.files().find((name) => name.endsWith('.smoke.json') && !files.includes(name));
  return {
    ...run,
    token,
    asked: journal.slice(asked).flatMap(({ method, path }) => (path === '/' ? [] : [`${method} ${path}`])),
    visits: vercel.visits.slice(visits).map(({ host, tokenShown }) => `${host}${tokenShown ? ' + token' : ''}`),
    results: written === undefined ? undefined : (JSON.parse(step.read(written)) as Record<string, unknown>),
  };
}
