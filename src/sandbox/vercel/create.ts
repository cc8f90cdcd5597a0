import { readJsonObject } from '../body.ts';
import { apiRefusal, json, rateLimited, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { logActivity } from './activity.ts';
import { findParts, unpack, type Unpacked } from './archive.ts';
import { authorize, findProject, requireTeam } from './auth.ts';
import { findOutputFault } from './build-output.ts';
import { readCreateBody, readTarget, type CreateBody } from './create-body.ts';
import { addDeployment } from './deployments.ts';
import { readFileEntries, type SentFile } from './file-entries.ts';
import { stateNameOf } from './lifecycle.ts';
import { payloadOf } from './payloads.ts';
import type { State } from './state.ts';
import type { FileEntry, SandboxDeployment } from './deployment-types.ts';
import type { SandboxProject } from './types.ts';
import { viewDeployment } from './view.ts';

const LOCKOUT_SECONDS = 24 * 3600;
const FAILED = ['ERROR', 'CANCELED', 'BLOCKED', 'DELETED'];

/** `POST /v13/deployments`: refused, missing files, or made. */
export async function createDeployment(state: State, call: Call): Promise<Reply> {
  const token = authorize(state, call);
  requireTeam(token, call);
  const sent = await readJsonObject(call.request, call.body);
  const body = readCreateBody(sent);
  const prebuilt = readFlag(call.query, 'prebuilt');
  if (!readFlag(call.query, 'skipAutoDetectionConfirmation')) {
    const message = 'The project settings need to be confirmed: send skipAutoDetectionConfirmation=1';
    throw apiRefusal(400, 'missing_project_settings', message);
  }
  const project = findProject(state, token, body.project ?? body.name);
  const target = readTarget(body, project);
  const files = readFileEntries(body.files);
  refuseMissing(state, files);
  // Before anything is looked up: what waits here must not come between a look and what it decides.
  const archive = await openArchive(state, files);
  const fresh = readFlag(call.query, 'forceNew');
  const older = state.options.deduplicate && !fresh ? findTwin(state, project, target, files) : undefined;
  if (older) return json(200, viewDeployment(state, older));
  const limit = state.options.limits?.deployments;
  if (limit !== undefined && state.deployments.filter((one) => one.body).length >= limit) {
    return rateLimited(LOCKOUT_SECONDS, 'api-deployments-free-per-day', limit, state.now());
  }
  const deployment = addDeployment(state, {
    project,
    ...(isFirst(state, project) ? { target: 'production' as const, customEnvironment: undefined } : target),
    name: body.name,
    files: files.map(toEntry),
    unpacked: archive?.files.map(toEntry),
    meta: body.meta,
    body: sent,
    query: Object.fromEntries(call.query),
    creator: { type: token.kind === 'app' ? 'app' : 'user', uid: token.principalId },
    source: undefined,
    prebuilt,
    autoAssignCustomDomains: body.autoAssignCustomDomains,
    plan: choosePlan(state, body, archive?.fault ?? (prebuilt ? findFault(state, files, archive) : undefined)),
  });
  logActivity(state, { call, token }, 'deployment', payloadOf(state, 'deployment', deployment));
  return json(200, viewDeployment(state, deployment));
}

function readFlag(query: URLSearchParams, name: string): boolean {
  const value = query.get(name);
  if (value !== null && value !== '0' && value !== '1') {
    throw apiRefusal(400, 'bad_request', `Query parameter ${name} should be 0 or 1, got "${value}"`);
  }
  return value === '1';
}

/** What an archive holds; undefined where none was sent, or where the test wants none unpacked. */
async function openArchive(state: State, files: readonly SentFile[]): Promise<Unpacked | undefined> {
  const parts = findParts(files);
  return parts && state.options.unpackArchives !== false ? unpack(state, parts) : undefined;
}

function findFault(state: State, files: readonly SentFile[], archive: Unpacked | undefined): string | undefined {
  if (archive) return findOutputFault(state, archive.files);
  return findParts(files) ? undefined : findOutputFault(state, files);
}

function toEntry({ file, kind, mode, sha, size }: SentFile): FileEntry {
  return { file, kind, mode, sha, size };
}

/** What Vercel does not have yet, each content once; and sizes that differ from what was uploaded. */
function refuseMissing(state: State, files: readonly SentFile[]): void {
  const missing = new Set<string>();
  for (const { file, sha, size, inline } of files) {
    if (sha === undefined || inline) continue;
    const stored = state.files.get(sha);
    if (!stored) missing.add(sha);
    else if (stored.size !== size) {
      const message = `Invalid request: the size of ${file} is ${String(stored.size)}, not ${String(size)}.`;
      throw apiRefusal(400, 'bad_request', message);
    }
  }
  if (missing.size === 0) return;
  throw apiRefusal(400, 'missing_files', 'Missing files', { missing: [...missing] });
}

/** Vercel makes the first deployment of a project production, whatever was asked. */
function isFirst(state: State, project: SandboxProject): boolean {
  return !state.deployments.some(
    (one) => one.projectId === project.id && one.target === 'production' && !FAILED.includes(stateNameOf(one)),
  );
}

/** A build output that the server cannot read fails the build; an author who is no member blocks it. */
function choosePlan(
  state: State,
  { commitAuthorEmail }: CreateBody,
  fault: string | undefined,
): SandboxDeployment['plan'] {
  if (commitAuthorEmail !== undefined && !state.members.includes(commitAuthorEmail)) {
    const errorMessage = `Git author ${commitAuthorEmail} must have access to the team ${state.team.name} on Vercel to create deployments.`;
    return { ...state.plan, outcome: 'BLOCKED', errorCode: 'TEAM_ACCESS_REQUIRED', errorMessage };
  }
  return fault === undefined
    ? state.plan
    : { ...state.plan, outcome: 'ERROR', errorCode: 'BUILD_FAILED', errorMessage: fault };
}

function findTwin(
  state: State,
  project: SandboxProject,
  { target, customEnvironment }: Pick<SandboxDeployment, 'target' | 'customEnvironment'>,
  files: readonly SentFile[],
): SandboxDeployment | undefined {
  const key = (entries: readonly Pick<SentFile, 'file' | 'sha' | 'mode'>[]): string =>
    entries.map(({ file, sha, mode }) => `${file}\0${sha ?? ''}\0${String(mode)}`).join('\n');
  const environment = customEnvironment?.id;
  const isTwin = (one: SandboxDeployment): boolean =>
    one.projectId === project.id && one.target === target && one.customEnvironment?.id === environment;
  return state.deployments.find((one) => one.body && isTwin(one) && key(one.files) === key(files));
}
