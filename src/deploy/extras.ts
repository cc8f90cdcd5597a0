import { showPath, type Findings } from './findings.ts';
import { isJson, readJson } from './json.ts';
import { joinInRoot, parentOf, resolveInRoot, standIn } from './paths.ts';
import type { Reader } from './reader.ts';
import { planPath, walk, type PlannedEntry } from './tree.ts';

const ROUTES = '.vercel/routes.json';
const MICROFRONTENDS = ['microfrontends.json', 'microfrontends.jsonc'];
const PROJECT_CONFIG = 'vercel.json';
/** What `vercel pull` notes of the project's settings. */
const PROJECT = '.vercel/project.json';

/** Files beside the output that the Vercel CLI sends with it, where the project has them. */
export async function planExtras(files: Reader, root: string, findings: Findings): Promise<PlannedEntry[]> {
  const project = await readRootDirectory(files, root);
  const routes = await planFile(files, root, ROUTES, findings);
  const microfrontends: PlannedEntry[][] = [];
  for (const name of MICROFRONTENDS) {
    microfrontends.push(await planFile(files, root, joinInRoot(project, name), findings));
  }
  const redirects = await planRedirects(files, root, project, findings);
  return [...routes, ...(microfrontends.find((found) => found.length > 0) ?? []), ...redirects];
}

/** Where in a monorepo the project stands, seen from the folder that is deployed; empty for that folder itself. */
async function readRootDirectory(files: Reader, root: string): Promise<string> {
  const project = await readJson(files, root, PROJECT);
  const settings = isJson(project) ? project['settings'] : undefined;
  const given = isJson(settings) ? settings['rootDirectory'] : undefined;
  return (typeof given === 'string' ? joinInRoot('', given) : undefined) ?? '';
}

/** A file, or a link to one; nothing where the way to it leads out of the root. */
async function planFile(
  files: Reader,
  root: string,
  path: string | undefined,
  findings: Findings,
): Promise<PlannedEntry[]> {
  if (path === undefined) return [];
  const folder = await resolveInRoot(files, root, parentOf(path));
  if (folder.kind !== 'directory') return [];
  const { kind } = await resolveInRoot(files, root, path);
  if (kind === 'missing' || kind === 'directory') return [];
  return planPath(files, root, path, findings, standIn(folder.path, path));
}

/** `bulkRedirectsPath` of `vercel.json`: a file, or a folder with all that is in it. */
async function planRedirects(
  files: Reader,
  root: string,
  project: string,
  findings: Findings,
): Promise<PlannedEntry[]> {
  const given = await readRedirectsPath(files, root, project);
  if (given === undefined) return [];
  const path = joinInRoot(project, given.replace(/^\/+/, ''));
  const found = path === undefined ? undefined : await resolveInRoot(files, root, path);
  if (path !== undefined && found?.kind === 'file') return planFile(files, root, path, findings);
  if (path !== undefined && path !== '' && found?.kind === 'directory') {
    return walk(files, root, path, findings, found.path);
  }
  findings.warnings.push(
    `${PROJECT_CONFIG}: bulkRedirectsPath ${showPath(given)} is no file in the deployed folder. Correct it, or remove it.`,
  );
  return [];
}

/** The project's own configuration counts, where it has one. */
async function readRedirectsPath(files: Reader, root: string, project: string): Promise<string | undefined> {
  const own = await readJson(files, root, joinInRoot(project, PROJECT_CONFIG) ?? PROJECT_CONFIG);
  const config = own ?? (await readJson(files, root, PROJECT_CONFIG));
  const given = isJson(config) ? config['bulkRedirectsPath'] : undefined;
  return typeof given === 'string' && given !== '' ? given : undefined;
}
