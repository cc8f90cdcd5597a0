import { redact } from '../secret.ts';
import { show } from '../text.ts';
import { AGAIN, quoteText, type Findings } from './findings.ts';
import { isJson, readJson, type Json } from './json.ts';
import { OUTPUT } from './paths.ts';
import type { Reader } from './reader.ts';
import { MAX_NAMES, type PlannedEntry } from './tree.ts';

export const CONFIG = `${OUTPUT}/config.json`;
const BUILDS = `${OUTPUT}/builds.json`;
const MAX_FRAMEWORK_LENGTH = 50;

/** The output's own description; empty where there is none that can be read, which is then a fault. */
export async function checkConfig(files: Reader, root: string, { faults }: Findings): Promise<Json> {
  const config = await readJson(files, root, CONFIG);
  if (!isJson(config)) {
    faults.push(`${CONFIG}: ${config ?? 'missing'}. ${AGAIN}`);
    return {};
  }
  const { version, deploymentId } = config;
  if (version !== 3) {
    faults.push(`${CONFIG}: version ${show(version)}, and Vercel takes 3 alone. ${AGAIN}`);
  }
  if (deploymentId !== undefined && !(typeof deploymentId === 'string' && /^[\w-]{1,32}$/.test(deploymentId))) {
    const wanted = 'Vercel takes 1 to 32 letters, digits, - and _';
    faults.push(
      `${CONFIG}: deploymentId ${typeof deploymentId === 'string' ? quoteText(deploymentId) : show(deploymentId)}; ${wanted}. Change it where the build sets it.`,
    );
  }
  checkFramework(config['framework'], faults);
  return config;
}

/** Vercel shows it, and refuses one that it cannot. */
function checkFramework(framework: unknown, faults: string[]): void {
  if (!isJson(framework) || typeof framework['slug'] !== 'string') return;
  for (const key of ['slug', 'version']) {
    const value = framework[key];
    if (typeof value === 'string' && value.length <= MAX_FRAMEWORK_LENGTH) continue;
    const got = typeof value === 'string' ? `${String(value.length)} characters` : show(value);
    const wanted = `Vercel takes a text of at most ${String(MAX_FRAMEWORK_LENGTH)}`;
    faults.push(`${CONFIG}: framework.${key} is ${got}; ${wanted}. Change it where the build sets it.`);
  }
}

/** Something to serve. */
export function checkServed(entries: readonly PlannedEntry[], { faults }: Findings): void {
  const served = entries.some(({ path }) => /^\.vercel\/output\/(?:static|functions)(?:\/|$)/.test(path));
  if (!served) faults.push(`${OUTPUT}: neither static/ nor functions/ is in it. ${AGAIN}`);
}

/** What production is called elsewhere, Vercel's own CLI included. */
const PRODUCTION = /^(?:prod|prd|live|main|master)$/;

/** What `vercel build` noted: that it failed, or that it built for something else. */
export async function checkBuilds(files: Reader, root: string, target: string, { faults }: Findings): Promise<void> {
  const builds = await readJson(files, root, BUILDS);
  if (builds === undefined) return;
  if (!isJson(builds)) {
    faults.push(`${BUILDS}: ${builds}. ${AGAIN}`);
    return;
  }
  const error = builds['error'] ?? firstError(builds['builds']);
  if (error !== undefined)
    faults.push(`${BUILDS}: the build failed: ${describeError(error)}. Mend it and build again.`);
  const built = builds['target'];
  if (typeof built === 'string' && built !== target) {
    const flag = target === 'preview' ? '' : target === 'production' ? ' --prod' : ` --target=${target}`;
    const meant = PRODUCTION.test(target) ? 'Did you mean TARGET: production? If not, build' : 'Build';
    faults.push(
      `${BUILDS}: built for ${/^[\w-]{1,64}$/.test(built) ? built : quoteText(built)}, not for TARGET ${target}. ${meant} with \`vercel build${flag}\`.`,
    );
  }
}

/**
 * Not whether Vercel takes so many names one by one: an archive takes any number. Where the walk broke off, the rest is
 * unknown.
 */
export function checkCount(entries: readonly PlannedEntry[], { faults }: Findings): void {
  if (entries.length <= MAX_NAMES) return;
  faults.push(
    `${OUTPUT}: more than ${String(MAX_NAMES)} files, and no deployment needs as many. Look for a folder that the build copied by mistake.`,
  );
}

function firstError(builds: unknown): unknown {
  if (!Array.isArray(builds)) return undefined;
  return builds.map((build: unknown) => (isJson(build) ? build['error'] : undefined)).find(Boolean);
}

function describeError(error: unknown): string {
  const message = isJson(error) ? error['message'] : error;
  return JSON.stringify(typeof message === 'string' ? redact(message).slice(0, 300) : 'no reason given');
}
