import { validateVariables } from '../../build/validators.js';
import { Secret } from '../secret.ts';
import type { Defaults, PolicyChoice } from '../sources/types.ts';
import { findAfterConflicts, toAfter, type AfterValues } from './after.ts';
import { readBuildFacts } from './build-facts.ts';
import { tellConflicts } from './conflicts.ts';
import { decodeVariables, quote, type Environment } from './decode.ts';
import { describeErrors, invalidVariables, namesOf } from './faults.ts';
import { applyDefaults, tellInherited } from './layer.ts';
import { resolveInside } from './paths.ts';
import { DEFAULT_POLICY, readPolicyAddress } from './policy-choice.ts';
import { readProof, type Proof } from './proof.ts';
import { findConflicts, toSettings, type SettingValues } from './settings.ts';
import { findNearMisses, hintAtOrgId } from './suggest.ts';
import type { Config, Target } from './types.ts';

/** The variables after validation: every default is filled in. */
interface Values extends SettingValues, AfterValues {
  readonly VERCEL_TEAM_ID: string;
  readonly VERCEL_PROJECT_ID: string;
  readonly TARGET: string;
  readonly DIRECTORY: string;
  readonly META?: readonly string[];
  readonly POLICY?: string;
  readonly POLICY_KEY?: string;
  readonly OIDC_AUDIENCE?: string;
  readonly VERCEL_POLICY_ID?: string;
  readonly EXCHANGE?: string;
  readonly VERCEL_TOKEN?: string;
  readonly EXCHANGE_CLIENT_SECRET?: string;
  readonly TIMEOUT: string;
  readonly OIDC_ISSUER?: string;
  readonly VERCEL_API_URL: string;
  readonly BITBUCKET_ACCESS_TOKEN?: string;
  readonly BITBUCKET_API_URL: string;
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
const MAX_TIMEOUT_MS = 6 * 3_600_000;

/**
 * The step's environment as a Config. `workingDir` is where the pipe was started; Bitbucket starts it where the step
 * stands. `defaults` are the organisation's, for what the step does not give.
 * @throws {PipeError} `VARIABLES_INVALID` with every fault at once.
 */
export function parseVariables(environment: Environment, workingDir: string, defaults: Defaults = {}): Config {
  const decoded = decodeVariables(environment);
  const merged = applyDefaults(decoded.values, defaults);
  const values: Record<string, unknown> = { ...merged.values };
  const valid = validateVariables(values);
  const known = namesOf([...decoded.faults, ...merged.faults]);
  const schemaFaults = describeErrors(valid ? [] : (validateVariables.errors ?? []), values, known);
  const told = [...decoded.faults, ...merged.faults, ...hintAtOrgId(schemaFaults, environment)];
  const faults = [...told, ...findNearMisses(environment)];
  const cloneDir = isSet(environment['BITBUCKET_CLONE_DIR']) ? environment['BITBUCKET_CLONE_DIR'] : workingDir;
  const paths = resolvePaths(values, cloneDir, workingDir, faults);
  const timeoutMs = readTimeout(values['TIMEOUT'], faults);
  const proof = readProof(values, namesOf(faults), faults);
  const given = values as Partial<Values>;
  const conflicts = [...findConflicts(given), ...findAfterConflicts(given, merged.inherited)];
  faults.push(...tellConflicts(conflicts, namesOf(faults)));
  if (faults.length > 0) throw invalidVariables(tellInherited(faults, merged));
  return toConfig(given as Values, environment, { cloneDir, timeoutMs, ...paths, ...proof });
}

function toConfig(
  values: Values,
  environment: Environment,
  rest: Pick<Config, 'cloneDir' | 'timeoutMs' | 'directory' | 'recordDir' | 'policy' | keyof Proof>,
): Config {
  const apiUrl = values.VERCEL_API_URL.replace(/\/$/, '');
  const bitbucketApiUrl = values.BITBUCKET_API_URL.replace(/\/$/, '');
  const asked = [apiUrl, bitbucketApiUrl, values.OIDC_ISSUER, addressOf(rest.policy), addressOf(rest.store)];
  return {
    ...rest,
    teamId: values.VERCEL_TEAM_ID,
    projectId: values.VERCEL_PROJECT_ID,
    target: toTarget(values.TARGET),
    meta: toMeta(values.META ?? []),
    deploy: toSettings(values),
    after: toAfter(values),
    tempDirs: [environment['TMPDIR'] || '/tmp', environment['BITBUCKET_PIPE_STORAGE_DIR'], rest.recordDir].filter(
      isAbsolute,
    ),
    outputsPath: [environment['BITBUCKET_PIPELINES_VARIABLES_PATH']].find(isAbsolute),
    policyKey: values.POLICY_KEY,
    audience: values.OIDC_AUDIENCE,
    vercelPolicyId: values.VERCEL_POLICY_ID,
    exchange: values.EXCHANGE,
    vercelToken: toSecret(values.VERCEL_TOKEN),
    exchangeClientSecret: toSecret(values.EXCHANGE_CLIENT_SECRET),
    stepToken: toSecret(environment['BITBUCKET_STEP_OIDC_TOKEN']),
    issuer: values.OIDC_ISSUER,
    apiUrl,
    bitbucketToken: toSecret(values.BITBUCKET_ACCESS_TOKEN),
    bitbucketApiUrl,
    sandbox: asked.some((url) => url?.startsWith('http://') === true),
    build: readBuildFacts(environment),
  };
}

/** Not of a timestamp authority, which may stand behind plain http anywhere. */
function addressOf(choice: Config['policy'] | Config['store']): string | undefined {
  if (choice?.kind === 's3') return choice.endpoint;
  return choice?.kind === 'https' ? choice.url : undefined;
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
): Pick<Config, 'directory' | 'recordDir' | 'policy'> {
  const resolve = (name: string, base: string, fallback?: string): string => {
    const given = values[name] ?? fallback;
    if (typeof given !== 'string') return cloneDir;
    const path = resolveInside(cloneDir, base, given);
    if (path === undefined)
      faults.push(`${name}: got ${quote(given)}; wanted a path inside the clone (${tellFolder(cloneDir)}).`);
    return path ?? cloneDir;
  };
  return {
    directory: resolve('DIRECTORY', workingDir),
    recordDir: resolve('RECORD_DIR', cloneDir),
    policy: choosePolicy(values, (name) => resolve('POLICY', cloneDir, name), faults),
  };
}

/** Bitbucket's own, or whoever set the variable's. */
function tellFolder(path: string): string {
  return /^[\w./@-]{1,200}$/.test(path) ? path : quote(path);
}

function choosePolicy(
  { POLICY: given, POLICY_KEY: key }: Readonly<Record<string, unknown>>,
  resolve: (name: string) => string,
  faults: string[],
): PolicyChoice {
  const text = typeof given === 'string' ? given : undefined;
  const known = faults.length;
  const address = readPolicyAddress(text, key !== undefined, faults);
  if (address) return address;
  const name = text ?? DEFAULT_POLICY;
  // An address that cannot be used is told by its own fault.
  const path = faults.length > known ? '' : resolve(name);
  return { kind: 'path', path, name, explicit: text !== undefined };
}

function readTimeout(text: unknown, faults: string[]): number {
  const match = typeof text === 'string' ? /^([0-9]+)([smh])$/.exec(text) : null;
  const ms = Number(match?.[1]) * (UNIT_MS[match?.[2] ?? ''] ?? 0);
  if (match && ms > MAX_TIMEOUT_MS) faults.push(`TIMEOUT: got ${quote(match[0])}; wanted at most 6h.`);
  return ms;
}
