import type { HttpClient, HttpReply } from '../http/index.ts';
import type { Clock, Log } from '../platform/types.ts';
import { awsRefused, readAwsError, type AwsAsked } from './aws-error.ts';
import { mayPass } from './aws-judge.ts';
import { awsHost } from './aws-region.ts';
import { signAwsPost, type AwsKeys } from './aws-sign.ts';

/** A body this long holds nothing of ours: a secret of Secrets Manager has at most 65,536 bytes, and JSON around it. */
const MAX_REPLY_BYTES = 96 * 1024;
const ATTEMPTS = 3;
const MAX_WAIT_MS = 60_000;
const FIRST_PAUSE_MS = 1000;
const JSON_1_1 = 'application/x-amz-json-1.1';
const FORM = 'application/x-www-form-urlencoded';

export interface AwsDeps {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a request has of its own; the rest is the same for every service. */
export type AwsSend = Pick<Parameters<HttpClient['request']>[0], 'form' | 'json' | 'headers'>;

/** A role that was assumed, and with whose permissions the next requests are made. */
export interface AwsSession {
  readonly asker: string;
  readonly region: string;
  readonly role: string;
  readonly keys: AwsKeys;
  /** Milliseconds since 1970. Nothing ends the keys before it. */
  readonly expiresAt: number;
}

/** Services by their host's first label, as their target names them. */
const TARGETS = {
  secretsmanager: { service: 'AWS Secrets Manager', target: 'secretsmanager' },
  kms: { service: 'AWS KMS', target: 'TrentService' },
} as const;

interface Wanted {
  /** `GetSecretValue`. */
  readonly operation: string;
  readonly asked: string;
  readonly target: string;
}

export interface AwsAnswer {
  readonly reply: HttpReply;
  readonly about: AwsAsked;
  readonly url: string;
}

/** A request of the JSON protocol, signed. */
export async function callAws(
  session: AwsSession,
  name: keyof typeof TARGETS,
  { operation, asked, target }: Wanted,
  json: Readonly<Record<string, string>>,
  deps: AwsDeps,
  signal: AbortSignal,
): Promise<AwsAnswer> {
  const { region, role, asker } = session;
  const { service, target: prefix } = TARGETS[name];
  const about = { asker, service, region, asked, action: `${name}:${operation}`, target, role };
  const headers = { 'content-type': JSON_1_1, 'x-amz-target': `${prefix}.${operation}` };
  const body = JSON.stringify(json);
  return await askAws(about, name, () => ({ json, headers: sign(session, name, headers, body, deps) }), deps, signal);
}

/** A request of the query protocol, signed. */
export async function callSts(
  session: AwsSession,
  { operation, asked, target }: Wanted,
  fields: Readonly<Record<string, string>>,
  deps: AwsDeps,
  signal: AbortSignal,
): Promise<AwsAnswer> {
  const { region, role, asker } = session;
  const about = { asker, service: 'AWS STS', region, asked, action: `sts:${operation}`, target, role };
  const form = stsForm(operation, fields);
  const body = new URLSearchParams(form).toString();
  const headers = { 'content-type': FORM };
  return await askAws(about, 'sts', () => ({ form, headers: sign(session, 'sts', headers, body, deps) }), deps, signal);
}

export function stsForm<Fields extends object>(operation: string, fields: Fields): Fields & Record<string, string> {
  return { Action: operation, Version: '2011-06-15', ...fields };
}

function sign(
  { keys, region }: AwsSession,
  service: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  { clock }: AwsDeps,
): Record<string, string> {
  return signAwsPost({ host: awsHost(service, region), service, region, headers, body, now: clock.now() }, keys);
}

/**
 * Sends it, and again where AWS says in a status 400 that it was busy: its older protocols know no other.
 * @throws {PipeError} for any status but 200.
 */
export async function askAws(
  about: AwsAsked,
  name: string,
  write: () => AwsSend,
  deps: AwsDeps,
  signal: AbortSignal,
): Promise<AwsAnswer> {
  const url = `https://${awsHost(name, about.region)}/`;
  for (let attempt = 1; ; attempt += 1) {
    const reply = await deps.http.request({
      service: about.service,
      method: 'POST',
      url,
      ...write(),
      maxBytes: MAX_REPLY_BYTES,
      attempts: ATTEMPTS,
      maxWaitMs: MAX_WAIT_MS,
      signal,
    });
    if (reply.status === 200) return { reply, about, url };
    const error = readAwsError(reply);
    if (!mayPass(reply.status, error.code) || attempt === ATTEMPTS) throw awsRefused(about, reply, error);
    await deps.clock.sleep(FIRST_PAUSE_MS * 2 ** (attempt - 1), signal);
  }
}
