import type { ApiDoor } from '../exchange/types.ts';
import type { HttpClient, HttpReply, HttpRequest } from '../http/index.ts';
import type { SendBody } from '../platform/types.ts';
import type { Secret } from '../secret.ts';
import { contextCalls, type ContextApi } from './context-api.ts';
import { productionCalls, type ProductionApi } from './production-api.ts';

/** Gives the bearer for the next request: renewed where the one before was about to expire. */
export type BearerSource = (signal: AbortSignal) => Promise<Secret>;

const SERVICE = 'Vercel';

/** What a deployment is created from; the shape of Vercel's request body. */
export interface CreateBody {
  readonly name: string;
  readonly project: string;
  readonly target?: 'production';
  readonly customEnvironmentSlugOrId?: string;
  /** False stages a production deployment: built, but no domain moves to it. */
  readonly autoAssignCustomDomains?: false;
  readonly regions?: readonly string[];
  readonly gitMetadata?: Readonly<Record<string, string | boolean>>;
  readonly meta: Readonly<Record<string, string>>;
  readonly files: readonly FileItem[];
  readonly version: 2;
}

/** How a deployment is created; the parts of Vercel's query that vary. */
export interface CreateQuery {
  readonly prebuilt: boolean;
  /** Past Vercel's own de-duplication. */
  readonly forceNew: boolean;
}

/** One of `files[]`; a folder has neither `sha` nor `size`. */
export interface FileItem {
  readonly file: string;
  readonly mode: number;
  readonly sha?: string;
  readonly size?: number;
}

/** One content, named by its SHA-1 (hex). */
export interface UploadItem {
  readonly sha1: string;
  /** Bytes. */
  readonly size: number;
  readonly body: SendBody;
}

/** The calls of a deployment, as Vercel's REST API has them: any status is an answer. */
export interface VercelApi {
  /** Asked once: a repeat could make a second deployment, so the caller looks before it asks again. */
  create(body: CreateBody, query: CreateQuery, signal: AbortSignal): Promise<HttpReply>;
  /** Asked once: the upload engine has its own rule for repeating. */
  upload(item: UploadItem, signal: AbortSignal): Promise<HttpReply>;
  read(id: string, signal: AbortSignal): Promise<HttpReply>;
  cancel(id: string, signal: AbortSignal): Promise<HttpReply>;
  /** Deployments of the project whose `meta` has this value, the newest first. The list may lag behind. */
  findByMeta(projectId: string, key: string, value: string, signal: AbortSignal): Promise<HttpReply>;
  readProject(projectId: string, signal: AbortSignal): Promise<HttpReply>;
  readRollingRelease(projectId: string, signal: AbortSignal): Promise<HttpReply>;
  assignAlias(id: string, alias: string, signal: AbortSignal): Promise<HttpReply>;
  /** What a record wants to know besides. */
  readonly context: ContextApi;
  /** What moves production. */
  readonly production: ProductionApi;
  /**
   * The build log as lines of JSON, until the deployment has ended.
   * @param since milliseconds since 1970: the date of the last line that was seen.
   */
  events(id: string, since: number | undefined, signal: AbortSignal): AsyncIterable<string>;
}

/** More than one run can have made: what is found beyond is a reason for doubt, not a longer list to read. */
const FOUND_AT_MOST = '20';

export function createWire(http: HttpClient, door: ApiDoor, teamId: string, bearerOf: BearerSource): Wire {
  const { authorization } = door;
  return {
    address: (path, query = {}) => `${door.url}${path}?${new URLSearchParams({ ...query, teamId }).toString()}`,
    ask: async (request, signal) =>
      http.request({ ...request, service: SERVICE, authorization, bearer: await bearerOf(signal), signal }),
  };
}

export function createVercelApi(http: HttpClient, door: ApiDoor, teamId: string, bearerOf: BearerSource): VercelApi {
  const { authorization } = door;
  const wire = createWire(http, door, teamId, bearerOf);
  const uploads = wire.address('/v2/files');
  return {
    ...readingCalls(wire),
    ...changingCalls(wire),
    context: contextCalls(wire),
    production: productionCalls(wire),
    upload: async ({ sha1, size, body }, signal) => {
      const headers = {
        'content-type': 'application/octet-stream',
        'content-length': String(size),
        'x-vercel-digest': sha1,
        'x-now-size': String(size),
      };
      const bearer = await bearerOf(signal);
      return http.upload({ service: SERVICE, url: uploads, authorization, bearer, headers, body, signal });
    },
    events: async function* (id, since, signal) {
      const query = {
        ...{ direction: 'forward', follow: '1', limit: '-1', format: 'lines' },
        ...(since === undefined ? {} : { since: String(since) }),
      };
      const url = wire.address(`/v3/deployments/${encodeURIComponent(id)}/events`, query);
      yield* http.lines({ service: SERVICE, url, authorization, bearer: await bearerOf(signal), signal });
    },
  };
}

/** How a call goes out: its address, and the question with the credential of the moment. */
export interface Wire {
  readonly address: (path: string, query?: Readonly<Record<string, string>>) => string;
  readonly ask: (
    request: Omit<HttpRequest, 'service' | 'bearer' | 'authorization' | 'signal'>,
    signal: AbortSignal,
  ) => Promise<HttpReply>;
}

function readingCalls({
  address,
  ask,
}: Wire): Pick<VercelApi, 'read' | 'findByMeta' | 'readProject' | 'readRollingRelease'> {
  const project = (id: string): string => encodeURIComponent(id);
  return {
    read: (id, signal) => ask({ method: 'GET', url: address(`/v13/deployments/${encodeURIComponent(id)}`) }, signal),
    findByMeta: (projectId, key, value, signal) => {
      const query = { projectId, [`meta-${key}`]: value, limit: FOUND_AT_MOST };
      return ask({ method: 'GET', url: address('/v7/deployments', query) }, signal);
    },
    readProject: (id, signal) => ask({ method: 'GET', url: address(`/v9/projects/${project(id)}`) }, signal),
    readRollingRelease: (id, signal) =>
      ask({ method: 'GET', url: address(`/v1/projects/${project(id)}/rolling-release`) }, signal),
  };
}

function changingCalls({ address, ask }: Wire): Pick<VercelApi, 'create' | 'cancel' | 'assignAlias'> {
  return {
    create: (body, { prebuilt, forceNew }, signal) => {
      const url = address('/v13/deployments', {
        // Without it Vercel asks back to confirm the project's settings.
        skipAutoDetectionConfirmation: '1',
        ...(prebuilt ? { prebuilt: '1' } : {}),
        ...(forceNew ? { forceNew: '1' } : {}),
      });
      return ask({ method: 'POST', url, json: body, repeatable: false }, signal);
    },
    cancel: (id, signal) =>
      ask({ method: 'PATCH', url: address(`/v12/deployments/${encodeURIComponent(id)}/cancel`) }, signal),
    assignAlias: (id, alias, signal) => {
      const url = address(`/v2/deployments/${encodeURIComponent(id)}/aliases`);
      return ask({ method: 'POST', url, json: { alias } }, signal);
    },
  };
}
