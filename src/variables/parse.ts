import type { ErrorObject } from 'ajv';
import { validateVariables } from '../../build/validators.js';
import { PipeError } from '../errors.ts';
import { Secret } from '../secret.ts';
import { readBuildFacts } from './build-facts.ts';
import { decodeVariables, quote, type Environment } from './decode.ts';
import { resolveInside } from './paths.ts';
import { findConflicts, toSettings, type SettingValues } from './settings.ts';
import { findNearMisses } from './suggest.ts';
import { VARIABLES, type Variable } from './table.ts';
import type { Config, Target } from './types.ts';

/** The variables after validation: every default is filled in. */
interface Values extends SettingValues {
  readonly VERCEL_TEAM_ID: string;
  readonly VERCEL_PROJECT_ID: string;
  readonly TARGET: string;
  readonly DIRECTORY: string;
  readonly META?: readonly string[];
  readonly POLICY?: string;
  readonly OIDC_AUDIENCE?: string;
  readonly VERCEL_POLICY_ID?: string;
  readonly EXCHANGE?: string;
  readonly VERCEL_TOKEN?: string;
  readonly TIMEOUT: string;
  readonly SIGNING_KEY: string;
  readonly RECORD_DIR: string;
  readonly OIDC_ISSUER?: string;
  readonly VERCEL_API_URL: string;
}

/** Not in the schema: only a path that somebody asked for must be there. */
const DEFAULT_POLICY = 'deploy-policy.yml';
const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
const MAX_TIMEOUT_MS = 6 * 3_600_000;

/**
 * The step's environment as a Config. `workingDir` is where the pipe was started; Bitbucket starts it where the step
 * stands.
 * @throws {PipeError} `VARIABLES_INVALID` with every fault at once.
 */
export function parseVariables(environment: Environment, workingDir: string): Config {
  const decoded = decodeVariables(environment);
  const values: Record<string, unknown> = { ...decoded.values };
  const valid = validateVariables(values);
  const known = new Set(decoded.faults.map((fault) => fault.split(':', 1)[0]));
  const schemaFaults = valid ? [] : describeErrors(validateVariables.errors ?? [], values, known);
  const faults = [...decoded.faults, ...schemaFaults, ...findNearMisses(environment)];
  const cloneDir = isSet(environment['BITBUCKET_CLONE_DIR']) ? environment['BITBUCKET_CLONE_DIR'] : workingDir;
  const paths = resolvePaths(values, cloneDir, workingDir, faults);
  const timeoutMs = readTimeout(values['TIMEOUT'], faults);
  if (faults.length > 0) throw invalid(faults);
  const config = toConfig(values as unknown as Values, environment, { cloneDir, timeoutMs, ...paths });
  const conflicts = findConflicts(config.target, config.deploy);
  if (conflicts.length > 0) throw invalid(conflicts);
  return config;
}

function toConfig(
  values: Values,
  environment: Environment,
  known: Pick<Config, 'cloneDir' | 'timeoutMs' | 'directory' | 'recordDir'> & { policyPath: string },
): Config {
  const { policyPath, ...rest } = known;
  const apiUrl = values.VERCEL_API_URL.replace(/\/$/, '');
  return {
    ...rest,
    teamId: values.VERCEL_TEAM_ID,
    projectId: values.VERCEL_PROJECT_ID,
    target: toTarget(values.TARGET),
    meta: toMeta(values.META ?? []),
    deploy: toSettings(values),
    tempDirs: [environment['TMPDIR'] || '/tmp', environment['BITBUCKET_PIPE_STORAGE_DIR'], rest.recordDir].filter(
      isAbsolute,
    ),
    policy: { path: policyPath, explicit: values.POLICY !== undefined },
    audience: values.OIDC_AUDIENCE,
    vercelPolicyId: values.VERCEL_POLICY_ID,
    exchange: values.EXCHANGE,
    vercelToken: toSecret(values.VERCEL_TOKEN),
    stepToken: toSecret(environment['BITBUCKET_STEP_OIDC_TOKEN']),
    signingKey: new Secret(values.SIGNING_KEY),
    issuer: values.OIDC_ISSUER,
    apiUrl,
    sandbox: [apiUrl, values.OIDC_ISSUER].some((url) => url?.startsWith('http://') === true),
    build: readBuildFacts(environment),
  };
}

function toTarget(text: string): Target {
  if (text === 'preview' || text === 'production') return { kind: text };
  return { kind: 'custom', slug: text };
}

function toMeta(items: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    items.map((item) => {
      const split = item.indexOf('=');
      return [item.slice(0, split), item.slice(split + 1)];
    }),
  );
}

function toSecret(text: string | undefined): Secret | undefined {
  return isSet(text) ? new Secret(text) : undefined;
}

function isAbsolute(path: string | undefined): path is string {
  return path?.startsWith('/') === true;
}

function isSet(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

/** The container is root beside other people's files, so every path of a user stays in the clone. */
function resolvePaths(
  values: Readonly<Record<string, unknown>>,
  cloneDir: string,
  workingDir: string,
  faults: string[],
): { directory: string; recordDir: string; policyPath: string } {
  const resolve = (name: string, base: string, fallback?: string): string => {
    const given = values[name] ?? fallback;
    if (typeof given !== 'string') return cloneDir;
    const path = resolveInside(cloneDir, base, given);
    if (path === undefined) faults.push(`${name}: got ${quote(given)}; wanted a path inside the clone (${cloneDir}).`);
    return path ?? cloneDir;
  };
  return {
    directory: resolve('DIRECTORY', workingDir),
    recordDir: resolve('RECORD_DIR', cloneDir),
    policyPath: resolve('POLICY', cloneDir, DEFAULT_POLICY),
  };
}

function readTimeout(text: unknown, faults: string[]): number {
  const match = typeof text === 'string' ? /^([0-9]+)([smh])$/.exec(text) : null;
  const ms = Number(match?.[1]) * (UNIT_MS[match?.[2] ?? ''] ?? 0);
  if (match && ms > MAX_TIMEOUT_MS) faults.push(`TIMEOUT: got ${quote(match[0])}; wanted at most 6h.`);
  return ms;
}

function describeErrors(
  errors: readonly ErrorObject[],
  values: Readonly<Record<string, unknown>>,
  known: ReadonlySet<string | undefined>,
): string[] {
  const byName = new Map<string, string>();
  for (const error of errors) {
    const name =
      error.keyword === 'required' ? String(error.params['missingProperty']) : error.instancePath.split('/')[1];
    const variable = VARIABLES.get(name ?? '');
    if (variable && !known.has(variable.name))
      byName.set(variable.name, describeFault(variable, values[variable.name]));
  }
  return [...byName.values()];
}

function describeFault(variable: Variable, value: unknown): string {
  const { name, wanted, example, secret, planned } = variable;
  if (planned) return `${name}: not yet supported in this version; remove it.`;
  const got = value === undefined ? 'missing' : `got ${secret ? 'a value that cannot be used' : quoteAny(value)}`;
  const hint = example === undefined ? '' : ` Example: ${name}: ${example}`;
  return `${name}: ${got}; wanted ${wanted ?? 'a shorter text'}.${hint}`;
}

function quoteAny(value: unknown): string {
  return typeof value === 'string' ? quote(value) : quote(JSON.stringify(value));
}

function invalid(faults: readonly string[]): PipeError {
  return new PipeError({
    code: 'VARIABLES_INVALID',
    message: `${faults.length === 1 ? 'A variable is not as the pipe needs it' : `${String(faults.length)} variables are not as the pipe needs them`}. Nothing was sent.`,
    faults,
    fix: 'Change the lines under `variables:` of this pipe in bitbucket-pipelines.yml.',
  });
}
