import { createHash } from 'node:crypto';
import type { Sandbox } from '../../../src/sandbox/index.ts';

export const TEAM = 'team_acme';
export const CREATE_PATH = `/v13/deployments?teamId=${TEAM}&prebuilt=1&skipAutoDetectionConfirmation=1`;
const EXCHANGE_FORM = {
  grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
  client_id: 'cl_HYyOPBNtFMfHhaUn9L4QPfTZz6TP47bp',
  subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
  requested_token_type: 'urn:ietf:params:oauth:token-type:access_token',
  team_id_or_slug: TEAM,
};

/** A reply, read loosely: a wrong shape fails the expectation. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  readonly body: any;
}

export async function ask(sandbox: Sandbox, path: string, init: RequestInit = {}): Promise<Answer> {
  const url = path.startsWith('https:') ? path : `${sandbox.vercelUrl}${path}`;
  const response = await sandbox.handle(new Request(url, init));
  const text = await response.text();
  const isJson = /^application\/json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

export async function api(
  sandbox: Sandbox,
  method: string,
  path: string,
  options: { readonly token?: string; readonly json?: unknown } = {},
): Promise<Answer> {
  const { token = sandbox.vercel.classicToken, json } = options;
  return ask(sandbox, path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
}

export function postForm(sandbox: Sandbox, path: string, fields: Readonly<Record<string, string>>): Promise<Answer> {
  return ask(sandbox, path, { method: 'POST', body: new URLSearchParams(fields) });
}

/** The exchange with the step's token; an override that is undefined takes the field away. */
export async function exchange(
  sandbox: Sandbox,
  overrides: Readonly<Record<string, string | undefined>> = {},
): Promise<Answer> {
  const fields: Record<string, string | undefined> = {
    ...EXCHANGE_FORM,
    subject_token: await sandbox.issuer.mintToken(),
    ...overrides,
  };
  const sent = Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined);
  return postForm(sandbox, '/login/oauth/token', Object.fromEntries(sent));
}

export function sha1(data: Uint8Array | string): string {
  return createHash('sha1').update(data).digest('hex');
}

export function upload(
  sandbox: Sandbox,
  data: string | Buffer,
  headers: Readonly<Record<string, string | undefined>> = {},
): Promise<Answer> {
  const all: Record<string, string | undefined> = {
    authorization: `Bearer ${sandbox.vercel.classicToken}`,
    'content-length': String(Buffer.byteLength(data)),
    'x-vercel-digest': sha1(data),
    ...headers,
  };
  const sent = Object.entries(all).filter((header): header is [string, string] => header[1] !== undefined);
  const body = typeof data === 'string' ? data : new Uint8Array(data);
  return ask(sandbox, `/v2/files?teamId=${TEAM}`, { method: 'POST', headers: Object.fromEntries(sent), body });
}

export const CONFIG = JSON.stringify({ version: 3 });

/** Inline entries of a small, right Build Output, with what the test adds. */
export function inlineFiles(files: Readonly<Record<string, string>> = {}): object[] {
  return Object.entries({ '.vercel/output/config.json': CONFIG, ...files }).map(([file, data]) => ({
    file,
    data,
    mode: 0o100644,
  }));
}

export function createBody(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { name: 'web', project: 'prj_web', files: inlineFiles(), ...more };
}

export function create(
  sandbox: Sandbox,
  more: Readonly<Record<string, unknown>> = {},
  token?: string,
): Promise<Answer> {
  return api(sandbox, 'POST', CREATE_PATH, { json: createBody(more), ...(token === undefined ? {} : { token }) });
}
