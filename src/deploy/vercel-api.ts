import type { HttpClient, HttpReply } from '../http/index.ts';
import type { SendBody } from '../platform/types.ts';
import type { Secret } from '../secret.ts';

const SERVICE = 'Vercel';

/** What a deployment is created from; the shape of Vercel's request body. */
export interface CreateBody {
  readonly name: string;
  readonly project: string;
  readonly target?: 'production';
  readonly customEnvironmentSlugOrId?: string;
  readonly meta: Readonly<Record<string, string>>;
  readonly files: readonly FileItem[];
  readonly version: 2;
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

/** The five calls of a deployment, as Vercel's REST API has them: any status is an answer. */
export interface VercelApi {
  create(body: CreateBody, signal: AbortSignal): Promise<HttpReply>;
  upload(item: UploadItem, signal: AbortSignal): Promise<HttpReply>;
  read(id: string, signal: AbortSignal): Promise<HttpReply>;
  cancel(id: string, signal: AbortSignal): Promise<HttpReply>;
  /** The build log as lines of JSON, until the deployment has ended. */
  events(id: string, signal: AbortSignal): AsyncIterable<string>;
}

export function createVercelApi(http: HttpClient, apiUrl: string, teamId: string, bearer: Secret): VercelApi {
  const address = (path: string, query: Readonly<Record<string, string>> = {}): string =>
    `${apiUrl}${path}?${new URLSearchParams({ ...query, teamId }).toString()}`;
  const deployment = (id: string): string => `/v13/deployments/${encodeURIComponent(id)}`;
  return {
    create: (body, signal) => {
      // Without it Vercel asks back to confirm the project's settings.
      const url = address('/v13/deployments', { skipAutoDetectionConfirmation: '1', prebuilt: '1' });
      return http.request({ service: SERVICE, method: 'POST', url, bearer, json: body, signal, repeatable: false });
    },
    upload: ({ sha1, size, body }, signal) => {
      const headers = {
        'content-type': 'application/octet-stream',
        'content-length': String(size),
        'x-vercel-digest': sha1,
        'x-now-size': String(size),
      };
      return http.upload({ service: SERVICE, url: address('/v2/files'), bearer, headers, body, signal });
    },
    read: (id, signal) =>
      http.request({ service: SERVICE, method: 'GET', url: address(deployment(id)), bearer, signal }),
    cancel: (id, signal) => {
      const url = address(`/v12/deployments/${encodeURIComponent(id)}/cancel`);
      return http.request({ service: SERVICE, method: 'PATCH', url, bearer, signal });
    },
    events: (id, signal) => {
      const query = { direction: 'forward', follow: '1', limit: '-1', format: 'lines' };
      const url = address(`/v3/deployments/${encodeURIComponent(id)}/events`, query);
      return http.lines({ service: SERVICE, url, bearer, signal });
    },
  };
}
