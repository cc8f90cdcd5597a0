import { apiRefusal } from '../reply.ts';
import type { SandboxProject } from './types.ts';

type Check = (value: unknown) => boolean;

const isString: Check = (value) => typeof value === 'string';
const isBoolean: Check = (value) => typeof value === 'boolean';
const isObject: Check = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const isArray: Check = Array.isArray;
const isTextTable: Check = (value) => isObject(value) && Object.values(value as object).every(isString);
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

/** Where functions can run. */
const REGIONS =
  'arn1 bom1 cdg1 cle1 cpt1 dub1 dxb1 fra1 gru1 hkg1 hnd1 iad1 icn1 kix1 lhr1 pdx1 sfo1 sin1 syd1 yul1'.split(' ');

/** Documented by Vercel's SDK. */
const DOCUMENTED: Readonly<Record<string, Check>> = {
  name: (value) => isString(value) && value !== '',
  project: isString,
  target: isString,
  customEnvironmentSlugOrId: isString,
  files: isArray,
  gitMetadata: isObject,
  meta: isTextTable,
  projectSettings: isObject,
  monorepoManager: orNull(isString),
  buildMachine: (value) => value === 'turbo',
};
/** Sent by the CLI beside them: its own, and the keys of `vercel.json`. */
const SENT_BY_CLI: Readonly<Record<string, Check>> = {
  version: (value) => value === 2,
  source: (value) => value === 'cli',
  env: isTextTable,
  build: (value) =>
    isObject(value) && Object.entries(value as object).every(([key, env]) => key === 'env' && isTextTable(env)),
  actor: isString,
  autoAssignCustomDomains: isBoolean,
  regions: (value) => isArray(value) && (value as unknown[]).every((one) => REGIONS.includes(one as string)),
  routes: isArray,
  rewrites: isArray,
  redirects: isArray,
  headers: isArray,
  builds: isArray,
  crons: isArray,
  functions: isObject,
  images: isObject,
  git: isObject,
  cleanUrls: isBoolean,
  trailingSlash: isBoolean,
};
/** Known to Vercel; this fake has nothing that could carry them out. */
const NOT_PLAYED = ['gitSource', 'deploymentId', 'withLatestCommit', 'gitAccessToken'];

const GIT_METADATA: Readonly<Record<string, Check>> = {
  remoteUrl: isString,
  commitAuthorName: isString,
  commitAuthorEmail: isString,
  commitMessage: isString,
  commitRef: isString,
  commitSha: isString,
  dirty: isBoolean,
  ci: isBoolean,
  ciType: isString,
  ciGitProviderUsername: isString,
  ciGitRepoVisibility: isString,
  rootDirectory: isString,
};
const PROJECT_SETTINGS: Readonly<Record<string, Check>> = {
  buildCommand: orNull(isString),
  commandForIgnoringBuildStep: orNull(isString),
  devCommand: orNull(isString),
  framework: orNull(isString),
  installCommand: orNull(isString),
  nodeVersion: isString,
  outputDirectory: orNull(isString),
  rootDirectory: orNull(isString),
  serverlessFunctionRegion: orNull(isString),
  sourceFilesOutsideRootDirectory: isBoolean,
};

/** The parts of a create request that the fake acts on. */
export interface CreateBody {
  readonly name: string;
  readonly project: string | undefined;
  readonly target: string | undefined;
  readonly customEnvironment: string | undefined;
  readonly meta: Readonly<Record<string, string>>;
  readonly autoAssignCustomDomains: boolean;
  readonly commitAuthorEmail: string | undefined;
  readonly files: unknown;
}

export function readCreateBody(body: Readonly<Record<string, unknown>>): CreateBody {
  const unplayed = NOT_PLAYED.find((key) => key in body);
  if (unplayed !== undefined) {
    throw apiRefusal(501, 'sandbox_unsupported', `The sandbox does not play \`${unplayed}\` of a deployment.`);
  }
  if (body['name'] === undefined) throw bad('missing required property `name`');
  checkTable('', body, { ...DOCUMENTED, ...SENT_BY_CLI });
  if (isObject(body['gitMetadata'])) checkTable('gitMetadata.', body['gitMetadata'] as object, GIT_METADATA);
  if (isObject(body['projectSettings'])) {
    checkTable('projectSettings.', body['projectSettings'] as object, PROJECT_SETTINGS);
  }
  const git = body['gitMetadata'] as Record<string, string> | undefined;
  return {
    name: body['name'] as string,
    project: body['project'] as string | undefined,
    target: body['target'] as string | undefined,
    customEnvironment: body['customEnvironmentSlugOrId'] as string | undefined,
    meta: (body['meta'] ?? {}) as Record<string, string>,
    autoAssignCustomDomains: body['autoAssignCustomDomains'] !== false,
    commitAuthorEmail: git?.['commitAuthorEmail'],
    files: body['files'],
  };
}

/** What the deployment is for: Vercel knows the first three by name, and a project's own environments by slug or id. */
export function readTarget(
  { target, customEnvironment, autoAssignCustomDomains }: CreateBody,
  { customEnvironments, name }: SandboxProject,
): {
  readonly target: 'production' | 'staging' | null;
  readonly customEnvironment: SandboxProject['customEnvironments'][number] | undefined;
} {
  if (!autoAssignCustomDomains && target !== 'production') {
    throw bad('`autoAssignCustomDomains: false` needs `target: production`');
  }
  if (target !== undefined && customEnvironment !== undefined) {
    throw bad('`target` and `customEnvironmentSlugOrId` exclude each other');
  }
  if (target === 'production' || target === 'staging') return { target, customEnvironment: undefined };
  const byId = target === undefined ? undefined : customEnvironments.find(({ id }) => id === target);
  if (target !== undefined && !byId) {
    throw bad(`\`target\` should be production, staging or the id of a custom environment, got "${target}"`);
  }
  if (customEnvironment === undefined) return { target: null, customEnvironment: byId };
  const named = customEnvironments.find(({ id, slug }) => id === customEnvironment || slug === customEnvironment);
  if (!named) throw apiRefusal(404, 'not_found', `Project ${name} has no custom environment "${customEnvironment}"`);
  return { target: null, customEnvironment: named };
}

function checkTable(at: string, table: object, checks: Readonly<Record<string, Check>>): void {
  for (const [key, value] of Object.entries(table)) {
    const check = Object.hasOwn(checks, key) ? checks[key] : undefined;
    if (!check) throw bad(`should NOT have additional property \`${at}${key}\``);
    if (!check(value)) throw bad(`\`${at}${key}\` is of the wrong type: ${JSON.stringify(value).slice(0, 80)}`);
  }
}

function bad(message: string): Error {
  return apiRefusal(400, 'bad_request', `Invalid request: ${message}.`);
}
