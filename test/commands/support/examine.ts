import { readFileSync, writeFileSync } from 'node:fs';
import type { Sandbox } from '../../../src/sandbox/index.ts';
import { runStep, type RunOptions, type Step, type StepRun } from '../../support/step.ts';

/** `COMMAND: doctor` as a new user tries it: without a signing key. */
export function examineStep(
  sandbox: Sandbox,
  step: Step,
  environment: NonNullable<RunOptions['environment']> = {},
  options: RunOptions = {},
): Promise<StepRun> {
  const asked = { COMMAND: 'doctor', SIGNING_KEY: undefined, ...environment };
  return runStep(sandbox, step, { ...options, environment: asked });
}

/** Vercel's tokens that were issued and not given back. */
export function countLiving(sandbox: Sandbox): number {
  return sandbox.vercel.tokens.filter(({ kind, revokedAt }) => kind === 'app' && revokedAt === undefined).length;
}

export function editPolicy({ clone }: Step, edit: (text: string) => string): void {
  const path = `${clone.directory}/deploy-policy.yml`;
  writeFileSync(path, edit(readFileSync(path, 'utf8')));
}
