import { readFileSync, writeFileSync } from 'node:fs';
import { createSandbox, STORE_URLS, type Sandbox, type SandboxDeployment } from '../../../src/sandbox/index.ts';
import {
  makeStep,
  predicateOf,
  runStep,
  writesOf,
  type RunOptions,
  type Step,
  type StepRun,
} from '../../support/step.ts';

/** A project whose production was made by this pipe, and a later deployment of it that is staged. */
export interface Scene {
  readonly sandbox: Sandbox;
  readonly step: Step;
  /** Of somebody else: production before the pipe came. */
  readonly foreign: SandboxDeployment;
  /** Build 1 of the pipe: production. */
  readonly live: SandboxDeployment;
  /** Build 2: staged. */
  readonly staged: SandboxDeployment;
}

export interface Setup {
  /** Of the grant. Default: deploy, promote, rollback. */
  readonly actions?: string;
  /** The grant's `require`. */
  readonly require?: string;
  /** Without SIGNING_KEY. */
  readonly keyless?: boolean;
  /** With RECORD_STORE. */
  readonly stored?: boolean;
}

const FOLDER = `${STORE_URLS.files}/records/`;
export const STAGE = { AUTO_ASSIGN_DOMAINS: 'false', BITBUCKET_BUILD_NUMBER: '2' };

/** Runs two deploys of the whole pipe; what they were asked is not in the journal's later part. */
export async function productionScene(setup: Setup = {}): Promise<Scene> {
  const sandbox = await createSandbox({ stores: STORE_URLS });
  const foreign = sandbox.vercel.deployments[0];
  const store = { RECORD_STORE: FOLDER, RECORD_STORE_TOKEN: sandbox.stores?.files.token ?? '' };
  const step = await makeStep(sandbox, setup.stored ? store : {});
  if (setup.keyless) delete step.environment['SIGNING_KEY'];
  setGrant(step, setup);
  const deploy = async (environment: Record<string, string>): Promise<SandboxDeployment> => {
    const { status, log } = await runStep(sandbox, step, { environment: { FORCE: 'true', ...environment } });
    const made = sandbox.vercel.deployments.at(-1);
    if (status !== 0 || !made) throw new Error(log);
    return made;
  };
  const live = await deploy({ BITBUCKET_BUILD_NUMBER: '1' });
  const staged = await deploy(STAGE);
  if (!foreign) throw new Error('a project without production');
  return { sandbox, step, foreign, live, staged };
}

export function setGrant({ clone }: Step, { actions = 'deploy, promote, rollback', require }: Setup): void {
  const path = `${clone.directory}/deploy-policy.yml`;
  const text = readFileSync(path, 'utf8')
    .replace(/actions: \[.*?\]/, `actions: [${actions}]`)
    .replace(/\n {4}require: .*/, '');
  writeFileSync(path, require === undefined ? text : `${text.trimEnd()}\n    require: { ${require} }\n`);
}

/** The file of the deploy's record that this deployment names. */
export function recordOf({ step }: Scene, { meta }: SandboxDeployment, phase: 'intent' | 'result' = 'result'): string {
  const recordId = meta['oidcDeployRecord']?.slice(-36) ?? 'none';
  const name = step.files().find((file) => file.includes(recordId) && file.endsWith(`.${phase}.sigstore.json`));
  if (name === undefined) throw new Error(`no ${phase} of ${recordId}`);
  return name;
}

export interface MoveRun extends StepRun {
  /** What it made or changed on Vercel: `METHOD path`. */
  readonly writes: readonly string[];
  /** The record's files that it left, without the folder. */
  readonly files: readonly string[];
  /** What its result says; empty where it left none. */
  readonly result: Readonly<Record<string, unknown>>;
}

/** One more run of the step: a promote or a rollback to what `deployment` names. */
export async function move(
  { sandbox, step }: Scene,
  command: 'promote' | 'rollback',
  deployment: string,
  { environment, ...options }: RunOptions = {},
): Promise<MoveRun> {
  const [before, filesBefore] = [writesOf(sandbox).length, step.files()];
  const asked = { COMMAND: command, DEPLOYMENT: deployment, BITBUCKET_BUILD_NUMBER: '9', ...environment };
  const run = await runStep(sandbox, step, { ...options, environment: asked });
  const files = step.files().filter((name) => !filesBefore.includes(name));
  const writes = writesOf(sandbox)
    .slice(before)
    .filter((write) => / \/v\d+\//.test(write));
  const written = files.find((name) => name.endsWith('.result.sigstore.json'));
  return { ...run, writes, files, result: written === undefined ? {} : predicateOf(step.read(written)) };
}

/** What production serves, as the sandbox knows it. */
export async function productionOf({ sandbox }: Pick<Scene, 'sandbox'>): Promise<string> {
  const request = new Request(`${sandbox.vercelUrl}/v9/projects/prj_web?teamId=${sandbox.vercel.team.id}`, {
    headers: { authorization: `Bearer ${sandbox.vercel.classicToken}` },
  });
  const { targets } = (await (await sandbox.handle(request)).json()) as {
    readonly targets: { readonly production: { readonly id: string } };
  };
  return targets.production.id;
}
