import type { Files } from '../platform/types.ts';
import type { Findings } from './findings.ts';
import { isJson, readJson } from './json.ts';
import { judgePath } from './secrets.ts';
import { OUTPUT, type PlannedEntry } from './tree.ts';

const CONFIG = `${OUTPUT}/config.json`;
const BUILDS = `${OUTPUT}/builds.json`;
const AGAIN = 'Build again with `vercel build`.';
/** Vercel's bound on `files[]` of one deployment. */
const MAX_ENTRIES = 15_000;

/** The output's own description, and something to serve. */
export async function checkConfig(
  files: Files,
  root: string,
  entries: readonly PlannedEntry[],
  { faults }: Findings,
): Promise<void> {
  const config = await readJson(files, root, CONFIG);
  if (!isJson(config)) faults.push(`${CONFIG}: ${config ?? 'missing'}. ${AGAIN}`);
  else {
    const { version, deploymentId } = config;
    if (version !== 3) {
      faults.push(`${CONFIG}: version ${JSON.stringify(version)}, and Vercel takes 3 alone. ${AGAIN}`);
    }
    if (deploymentId !== undefined && !(typeof deploymentId === 'string' && /^[\w-]{1,32}$/.test(deploymentId))) {
      const wanted = 'Vercel takes 1 to 32 letters, digits, - and _';
      faults.push(
        `${CONFIG}: deploymentId ${JSON.stringify(deploymentId)}; ${wanted}. Change it where the build sets it.`,
      );
    }
  }
  const served = entries.some(
    ({ path }) => path.startsWith(`${OUTPUT}/static`) || path.startsWith(`${OUTPUT}/functions`),
  );
  if (!served) faults.push(`${OUTPUT}: neither static/ nor functions/ is in it. ${AGAIN}`);
}

/** What `vercel build` noted: that it failed, or that it built for something else. */
export async function checkBuilds(files: Files, root: string, target: string, { faults }: Findings): Promise<void> {
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
    faults.push(`${BUILDS}: built for ${built}, not for TARGET ${target}. Build with \`vercel build${flag}\`.`);
  }
}

/** What would be published for everyone to fetch. */
export function checkStatic(entries: readonly PlannedEntry[], { faults, warnings }: Findings): void {
  for (const { path } of entries) {
    if (!path.startsWith(`${OUTPUT}/static/`)) continue;
    const judgement = judgePath(path.slice(OUTPUT.length + 1));
    if (judgement === 'secret')
      faults.push(`${path}: looks like a secret, and would be public. Remove it before the build.`);
    if (judgement === 'suspect') warnings.push(`${path}: may hold secrets, and will be public.`);
  }
}

export function checkCount(entries: readonly PlannedEntry[], { faults }: Findings): void {
  if (entries.length <= MAX_ENTRIES) return;
  faults.push(
    `${OUTPUT}: ${String(entries.length)} files, and Vercel takes at most ${String(MAX_ENTRIES)} in one deployment. Send fewer.`,
  );
}

function firstError(builds: unknown): unknown {
  if (!Array.isArray(builds)) return undefined;
  return builds.map((build: unknown) => (isJson(build) ? build['error'] : undefined)).find(Boolean);
}

function describeError(error: unknown): string {
  const message = isJson(error) ? error['message'] : error;
  return JSON.stringify(typeof message === 'string' ? message.slice(0, 300) : 'no reason given');
}
