import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { runCommand } from '../../src/commands/index.ts';
import type { ExitStatus } from '../../src/errors.ts';
import type { Clock, Files, Machine, Network } from '../../src/platform/types.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { makeClone, type DemoClone } from '../../tools/demo-clone.ts';
import { sandboxNetwork } from './sandbox-network.ts';
import { testPlatform, type TestPlatform } from './test-platform.ts';

/** A deploy step of the sandbox's pipeline: clone, environment, and what it leaves. */
export interface Step {
  readonly clone: DemoClone;
  readonly environment: Record<string, string>;
  /** Names in the folder of records, sorted. */
  files(): string[];
  read(name: string): string;
  /** The text of the one file whose name ends so. */
  readOne(ending: string): string;
  remove(): void;
}

export async function makeStep(sandbox: Sandbox, changes: Readonly<Record<string, string>> = {}): Promise<Step> {
  const { issuer, vercel } = sandbox;
  const clone = await makeClone(mkdtempSync(`${tmpdir()}/step-test-`), issuer);
  const records = `${clone.directory}/deploy-records`;
  const files = (): string[] => {
    try {
      return readdirSync(records).sort();
    } catch {
      return [];
    }
  };
  const read = (name: string): string => readFileSync(`${records}/${name}`, 'utf8');
  return {
    clone,
    environment: {
      ...issuer.bitbucketEnvironment(await issuer.mintToken()),
      BITBUCKET_CLONE_DIR: clone.directory,
      VERCEL_TEAM_ID: vercel.team.id,
      VERCEL_PROJECT_ID: 'prj_web',
      TARGET: 'production',
      SIGNING_KEY: clone.signingKey,
      ...changes,
    },
    files,
    read,
    readOne(ending) {
      const names = files().filter((name) => name.endsWith(ending));
      if (names.length !== 1) throw new Error(`${String(names.length)} files end with ${ending}`);
      return read(names[0] ?? '');
    },
    remove: () => rmSync(clone.directory, { recursive: true, force: true }),
  };
}

export interface StepRun {
  readonly status: ExitStatus;
  readonly platform: TestPlatform;
  readonly log: string;
  /** What went to the standard output beside the log. */
  readonly printed: string;
}

export interface RunOptions {
  /** The words after the program's name. Default: none. */
  readonly args?: readonly string[];
  /** The folder of an organisation's image. Default: one that is not there. */
  readonly organisationFolder?: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly stop?: AbortSignal;
  readonly network?: (network: Network) => Network;
  /** What of the clock is another's. */
  readonly clock?: (clock: Clock) => Partial<Clock>;
  /** What of the disk is another's. */
  readonly files?: (files: Files) => Partial<Files>;
  /** Whether Bitbucket's proxy stands beside the step. Default false. */
  readonly proxy?: boolean;
  /** Where the program runs. Default: nothing is told of it. */
  readonly machine?: Machine;
}

/** The whole pipe in this process, against the sandbox. */
export async function runStep(sandbox: Sandbox, step: Step, options: RunOptions = {}): Promise<StepRun> {
  const network = sandboxNetwork(sandbox, { proxy: options.proxy === true });
  const plain = testPlatform(options.network?.(network) ?? network);
  const platform = {
    ...plain,
    clock: { ...plain.clock, ...options.clock?.(plain.clock) },
    files: { ...plain.files, ...options.files?.(plain.files) },
    ...(options.machine ? { machine: options.machine } : {}),
  };
  const printed: string[] = [];
  const status = await runCommand({
    args: options.args ?? [],
    organisationFolder: options.organisationFolder ?? `${step.clone.directory}/../no-organisation`,
    environment: { ...step.environment, ...options.environment },
    workingDir: step.clone.directory,
    platform,
    stop: options.stop ?? new AbortController().signal,
    print: (text) => void printed.push(text),
  });
  return { status, platform, log: platform.log.text(), printed: printed.join('') };
}

/** The predicate of a record's text. */
export function predicateOf(bundleText: string): Record<string, unknown> {
  const bundle = JSON.parse(bundleText) as { dsseEnvelope: { payload: string } };
  const statement = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString()) as {
    predicate: Record<string, unknown>;
  };
  return statement.predicate;
}

/** Requests that made or changed something on Vercel, as `METHOD path`. */
export function writesOf(sandbox: Sandbox): string[] {
  const ofVercel = sandbox.journal.filter(({ method, path }) => method !== 'GET' && !path.startsWith('/2.0/'));
  return ofVercel.map(({ method, path }) => `${method} ${path}`);
}
