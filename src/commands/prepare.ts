import { buildManifest, planOutput, planSource, resolveInRoot, type OutputPlan } from '../deploy/index.ts';
import type { DeployedFunction, Manifest } from '../deploy/types.ts';
import { PipeError } from '../errors.ts';
import { parsePolicy } from '../policy/index.ts';
import type { Policy } from '../policy/types.ts';
import type { Files } from '../platform/types.ts';
import { createKeySigner } from '../signing/index.ts';
import type { Signer } from '../signing/types.ts';
import { nameTarget } from '../variables/index.ts';
import { VERSION } from '../version.ts';
import { expectIdentity, type ExpectedIdentity } from './expect.ts';
import { readDeployFacts, type DeployFacts } from './facts.ts';
import type { Run } from './run.ts';

const MAX_POLICY_BYTES = 256 * 1024;
const GZIP_LEVEL = 6;

/** Everything that the step brings, checked before a byte is sent. */
export interface Inputs extends DeployFacts {
  readonly policy: Policy | undefined;
  readonly signer: Signer;
  readonly functions: readonly DeployedFunction[];
  readonly warnings: readonly string[];
  /** Hashing goes on beside identity and exchange. */
  readonly manifest: Promise<Manifest>;
  readonly expected: ExpectedIdentity;
}

/**
 * Reads policy, signing key and build output.
 * @throws {PipeError} with status 2 and every fault of all of them at once.
 */
export async function prepareInputs(run: Run): Promise<Inputs> {
  const { config, platform } = run;
  const [policy, signer, plan, facts] = await Promise.all([
    settle(() => readPolicy(run)),
    settle(() => createKeySigner(config.signingKey)),
    settle(() => readPlan(run)),
    settle(() => readDeployFacts(run)),
  ]);
  const expected = await settle(() => expectIdentity(config, policy.value));
  const failures = [policy, signer, plan, facts, expected].flatMap(({ failure }) => failure ?? []);
  if (!signer.value || !plan.value || !facts.value || !expected.value || failures.length > 0) throw combine(failures);

  const manifest = buildManifest(plan.value, platform.files, run.signal);
  // Awaited later; until then a rejection must not end the process.
  manifest.catch(() => undefined);
  return {
    ...facts.value,
    ...{ policy: policy.value, signer: signer.value, expected: expected.value },
    manifest,
    functions: plan.value.functions,
    warnings: [...plan.value.warnings, ...facts.value.warnings],
  };
}

async function readPlan(run: Run): Promise<OutputPlan> {
  const { config, platform } = run;
  await requireInside(run, 'DIRECTORY', config.directory);
  switch (config.deploy.mode) {
    case 'prebuilt':
      return planOutput(platform.files, config.directory, nameTarget(config.target), {
        gzipSize: (bytes) => measureGzip(platform.files, bytes),
      });
    case 'source':
      return planSource(platform.files, config.directory, relativeTo(config.directory, config.recordDir));
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

async function readPolicy(run: Run): Promise<Policy | undefined> {
  const { config, platform } = run;
  await requireInside(run, 'POLICY', config.policy.path);
  const bytes = await platform.files.read(config.policy.path, MAX_POLICY_BYTES);
  if (bytes) return parsePolicy(bytes, VERSION);
  if (!config.policy.explicit) return undefined;
  throw new PipeError({
    code: 'POLICY_INVALID',
    message: 'The policy file is missing.',
    got: `nothing at ${config.policy.path}`,
    wanted: 'the file that POLICY names',
    fix: 'Correct POLICY (it is relative to the clone), or commit the file.',
  });
}

/** The container is root beside other people's files: no link in the clone may lead its reading elsewhere. */
async function requireInside({ config, platform }: Run, name: string, path: string): Promise<void> {
  const { cloneDir } = config;
  const { kind } = await resolveInRoot(platform.files, cloneDir, path.slice(cloneDir.length));
  if (kind !== 'outside' && kind !== 'loop') return;
  throw new PipeError({
    code: 'VARIABLES_INVALID',
    message: `${name} leads out of the clone through a link.`,
    got: path,
    wanted: `a path inside the clone (${cloneDir})`,
    fix: 'Replace the link with what it points at, or name another path.',
  });
}

interface Settled<T> {
  readonly value?: T;
  readonly failure?: PipeError;
}

async function settle<T>(work: () => T | Promise<T>): Promise<Settled<T>> {
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
