import type { Files } from '../platform/types.ts';
import type { Findings } from './findings.ts';
import { isJson, readJson } from './json.ts';
import { joinInRoot, resolveInRoot } from './paths.ts';
import { planPath, walk, type PlannedEntry } from './tree.ts';

const ROUTES = '.vercel/routes.json';
const MICROFRONTENDS = ['microfrontends.json', 'microfrontends.jsonc'];
const PROJECT_CONFIG = 'vercel.json';

/** Files beside the output that the Vercel CLI sends with it, where the project has them. */
export async function planExtras(files: Files, root: string, findings: Findings): Promise<PlannedEntry[]> {
  const routes = await planFile(files, root, ROUTES, findings);
  const microfrontends = await Promise.all(MICROFRONTENDS.map((path) => planFile(files, root, path, findings)));
  const redirects = await planRedirects(files, root, findings);
  return [...routes, ...(microfrontends.find((found) => found.length > 0) ?? []), ...redirects];
}

async function planFile(files: Files, root: string, path: string, findings: Findings): Promise<PlannedEntry[]> {
  const { kind } = await resolveInRoot(files, root, path);
  return kind === 'file' ? planPath(files, root, path, findings) : [];
}

/** `bulkRedirectsPath` of `vercel.json`: a file, or a folder with all that is in it. */
async function planRedirects(files: Files, root: string, findings: Findings): Promise<PlannedEntry[]> {
  const config = await readJson(files, root, PROJECT_CONFIG);
  const given = isJson(config) ? config['bulkRedirectsPath'] : undefined;
  if (typeof given !== 'string' || given === '') return [];
  const path = joinInRoot('', given.replace(/^\/+/, ''));
  const { kind } = path === undefined ? { kind: 'outside' } : await resolveInRoot(files, root, path);
  if (path !== undefined && kind === 'file') return planPath(files, root, path, findings);
  if (path !== undefined && path !== '' && kind === 'directory') return walk(files, root, path, findings);
  findings.warnings.push(
    `${PROJECT_CONFIG}: bulkRedirectsPath ${JSON.stringify(given)} is no file in the deployed folder.`,
  );
  return [];
}
