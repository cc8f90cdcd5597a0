import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createSandbox, type Sandbox, type SandboxOptions } from '../../../src/sandbox/index.ts';
import { makeStep, runStep, type RunOptions, type Step, type StepRun } from '../../support/step.ts';

/** Two deployments by the pipe, keyless unless asked otherwise, in the sandbox; and a grant that lets the same step audit them. */
export interface AuditScene {
  readonly sandbox: Sandbox;
  readonly step: Step;
  /** From then on nothing but the pipe has deployed. */
  readonly since: string;
}

export interface AuditRun extends StepRun {
  /** Names in the folder that it wrote, sorted; empty where it wrote none. */
  readonly files: readonly string[];
  /** `audit.json`; undefined where there is none. */
  readonly summary: AuditSummary | undefined;
}

export interface AuditSummary {
  readonly status: number;
  readonly counts: Readonly<Record<string, { seen: number; classes: Readonly<Record<string, number>> }>>;
  readonly populations: readonly {
    name: string;
    seen: number;
    missing: readonly string[];
    notes?: readonly string[];
  }[];
  readonly checkpoint?: Readonly<Record<string, unknown>>;
}

export const KEYS = 'issuer-keys.json';

export interface SceneOptions extends SandboxOptions {
  /** Of the deploys alone. */
  readonly environment?: Readonly<Record<string, string>>;
}

export async function auditScene({ environment = {}, ...options }: SceneOptions = {}): Promise<AuditScene> {
  const sandbox = await createSandbox(options);
  const step = await makeStep(sandbox);
  delete step.environment['SIGNING_KEY'];
  step.environment['BITBUCKET_ACCESS_TOKEN'] = sandbox.bitbucket.accessToken;
  allowAudit(step);
  writeFileSync(`${step.clone.directory}/${KEYS}`, JSON.stringify({ [sandbox.issuer.url]: sandbox.issuer.keys() }));
  await new Promise((resolve) => setTimeout(resolve, 3));
  const since = new Date().toISOString();
  for (const FORCE of ['false', 'true']) {
    const { status, log } = await runStep(sandbox, step, { environment: { ...environment, FORCE } });
    if (status !== 0) throw new Error(log);
  }
  return { sandbox, step, since };
}

/** @param words behind `audit --since …`; the folder of records and the keys are added. */
export async function runAudit(
  { sandbox, step, since }: AuditScene,
  words = '',
  { out = 'audit', ...options }: RunOptions & { readonly out?: string } = {},
): Promise<AuditRun> {
  const command = `audit --since ${since} --issuer-keys ${KEYS} --out ${out} ${words} deploy-records`;
  const args = command.split(' ').filter((word) => word !== '');
  const run = await runStep(sandbox, step, { ...options, args });
  const folder = `${step.clone.directory}/${out}`;
  const files = existsSync(folder) ? readdirSync(folder).sort() : [];
  const text = files.includes('audit.json') ? readFileSync(`${folder}/audit.json`, 'utf8') : undefined;
  return {
    ...run,
    files,
    summary: text === undefined ? undefined : (JSON.parse(text) as { summary: AuditSummary }).summary,
  };
}

function allowAudit({ clone }: Step): void {
  const path = `${clone.directory}/deploy-policy.yml`;
  const [head = '', grant = ''] = readFileSync(path, 'utf8').split('grants:\n');
  const audit = grant.replace('id: web-production', 'id: audits').replace('actions: [deploy]', 'actions: [audit]');
  writeFileSync(path, `${head}grants:\n${grant}${audit}`);
}
