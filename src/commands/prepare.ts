import { buildManifest, planOutput, planSource, type OutputPlan } from '../deploy/index.ts';
import type { DeployedFunction, Manifest } from '../deploy/types.ts';
import { PipeError } from '../errors.ts';
import type { PinnedKeys } from '../identity/types.ts';
import type { Files } from '../platform/types.ts';
import type { SignerName } from '../policy/types.ts';
import { createKeySigner } from '../signing/index.ts';
import type { Signer } from '../signing/types.ts';
import { nameTarget } from '../variables/index.ts';
import { expectIdentity, type ExpectedIdentity } from './expect.ts';
import { readDeployFacts, type DeployFacts } from './facts.ts';
import { readPinnedKeys } from './pinned-keys.ts';
import { findInside, readPolicy, type PolicyInForce } from './read-policy.ts';
import type { Run } from './run.ts';
import { findSigners } from './signers.ts';

const GZIP_LEVEL = 6;

/** Who the step must be, by which policy, and what it can sign with. */
export interface Who extends PolicyInForce {
  /** Of SIGNING_KEY, where there is one. */
  readonly keySigner: Signer | undefined;
  readonly expected: ExpectedIdentity;
  readonly keys: readonly PinnedKeys[];
}

/** Everything that the step brings, checked before a byte is sent. */
export interface Inputs extends DeployFacts, Who {
  readonly functions: readonly DeployedFunction[];
  /** How many, links counted, folders not. */
  readonly files: number;
  readonly warnings: readonly string[];
  /** Hashing goes on beside identity and exchange. */
  readonly manifest: Promise<Manifest>;
}

/**
 * Reads policy, signing key and build output.
 * @throws {PipeError} with every fault of all of them at once, mostly of status 2.
 */
export async function prepareInputs(run: Run, work: AbortSignal): Promise<Inputs> {
  const { policy, keys, keySigner, signers, output, facts, expected } = await gatherInputs(run, work);
  const failures = [policy, keys, keySigner, signers, output, facts, expected].flatMap(({ failure }) => failure ?? []);
  if (failures.length > 0) throw combine(failures);
  if (!policy.value || !keys.value || !output.value || !facts.value || !expected.value) {
    throw new Error('an input is neither there nor wrong');
  }
  const { plan, manifest } = output.value;
  return {
    ...facts.value,
    ...policy.value,
    ...{ keySigner: keySigner.value, expected: expected.value, keys: keys.value },
    manifest,
    functions: plan.functions,
    files: plan.entries.filter(({ kind }) => kind !== 'directory').length,
    warnings: [...plan.warnings, ...facts.value.warnings],
  };
}

/**
 * The same without files, for what deploys none.
 * @throws {PipeError} with every fault at once, mostly of status 2.
 */
export async function prepareWho(run: Run): Promise<Who> {
  const { policy, keys, keySigner, signers, expected } = await gatherWho(run);
  const failures = [policy, keys, keySigner, signers, expected].flatMap(({ failure }) => failure ?? []);
  if (failures.length > 0) throw combine(failures);
  if (!policy.value || !keys.value || !expected.value) throw new Error('an input is neither there nor wrong');
  return { ...policy.value, keySigner: keySigner.value, expected: expected.value, keys: keys.value };
}

/** Each input by itself: what it is, or what is wrong with it. What needs a policy that failed is left out. */
export interface Gathered extends GatheredWho {
  readonly output: Settled<{ readonly plan: OutputPlan; readonly manifest: Promise<Manifest> }>;
  readonly facts: Settled<DeployFacts>;
}

interface GatheredWho {
  readonly policy: Settled<PolicyInForce>;
  readonly keys: Settled<readonly PinnedKeys[]>;
  readonly expected: Settled<ExpectedIdentity>;
  /** No value without SIGNING_KEY. */
  readonly keySigner: Settled<Signer | undefined>;
  /** What the step can sign with, best first. */
  readonly signers: Settled<readonly SignerName[]>;
}

/** @param work ends the hashing when nobody needs it any more. */
export async function gatherInputs(run: Run, work: AbortSignal): Promise<Gathered> {
  const [who, output, facts] = await Promise.all([
    gatherWho(run),
    settle(() => readOutput(run, work)),
    settle(() => readDeployFacts(run)),
  ]);
  return { ...who, output, facts };
}

async function gatherWho(run: Run): Promise<GatheredWho> {
  const { config } = run;
  const [policy, keySigner] = await Promise.all([
    settle(() => readPolicy(run)),
    settle(() => (config.signingKey ? createKeySigner(config.signingKey) : undefined)),
  ]);
  const inForce = policy.value;
  const keys = inForce ? await settle(() => readPinnedKeys(run, inForce)) : {};
  const expected = inForce ? await settle(() => expectIdentity(config, inForce.policy)) : {};
  const signers = inForce ? await settle(() => findSigners(config, inForce.policy)) : {};
  return { policy, keys, expected, keySigner, signers };
}

/** Hashing begins at once, while a policy may still be on its way. */
async function readOutput(run: Run, work: AbortSignal): Promise<NonNullable<Gathered['output']['value']>> {
  const plan = await readPlan(run);
  const manifest = buildManifest(plan, run.platform.files, AbortSignal.any([run.signal, work]));
  // Awaited later; until then a rejection must not end the process.
  manifest.catch(() => undefined);
  return { plan, manifest };
}

async function readPlan(run: Run): Promise<OutputPlan> {
  const { config, platform } = run;
  const directory = await findInside(run, 'DIRECTORY', config.directory);
  switch (config.deploy.mode) {
    case 'prebuilt':
      return planOutput(platform.files, directory, nameTarget(config.target), {
        gzipSize: (bytes) => measureGzip(platform.files, bytes),
      });
    case 'source':
      return planSource(platform.files, directory, relativeTo(config.directory, config.recordDir));
  }
}

/** As Vercel measures Edge Functions: at gzip's own default level. */
async function measureGzip(files: Files, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  let size = 0;
  for await (const chunk of files.gzip(bytes, GZIP_LEVEL)) size += chunk.byteLength;
  return size;
}

/** Undefined where it is not below the folder. */
function relativeTo(folder: string, path: string): string | undefined {
  return path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
}

export interface Settled<T> {
  readonly value?: T;
  readonly failure?: PipeError;
}

export async function settle<T>(work: () => T | Promise<T>): Promise<Settled<T>> {
  try {
    return { value: await work() };
  } catch (error) {
    if (error instanceof PipeError) return { failure: error };
    throw error;
  }
}

function combine(failures: readonly PipeError[]): PipeError {
  const [first, ...others] = failures;
  if (first && others.length === 0) return first;
  return new PipeError({
    code: first?.code ?? 'INTERNAL',
    message: 'Several inputs are not as the pipe needs them. Nothing was sent.',
    faults: failures.map((failure) => failure.describe().replaceAll('\n', '\n    ')),
  });
}
