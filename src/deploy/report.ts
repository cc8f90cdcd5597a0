import { cleanText } from '../http/index.ts';
import { isJson, type Json } from './json.ts';
import type { Deployment, ReadyState } from './types.ts';

const STATES: readonly ReadyState[] = [
  'QUEUED',
  'INITIALIZING',
  'BUILDING',
  'READY',
  'ERROR',
  'CANCELED',
  'BLOCKED',
  'DELETED',
];

/** One reply of Vercel about a deployment, and what of it decides whether it is live. */
export interface Report {
  readonly deployment: Deployment;
  /** Of `customEnvironment`; undefined where the reply has none. */
  readonly customEnvironment: { readonly id: string; readonly slug: string } | undefined;
  /** Why the domains could not be assigned. */
  readonly aliasError: string | undefined;
  readonly checksFailed: boolean;
  /** Why it is blocked, or what else Vercel says of its state. */
  readonly reason: string | undefined;
}

/**
 * Reads a reply leniently: Vercel answers in a long and in a short form, which leaves out what `previous` still knows.
 * Undefined where it is no deployment.
 */
export function readReport(body: unknown, previous?: Deployment): Report | undefined {
  if (!isJson(body)) return undefined;
  const id = text(body['id']) ?? text(body['uid']) ?? previous?.id;
  const readyState = readState(body) ?? previous?.readyState;
  const url = text(body['url']) ?? previous?.url.replace(/^https:\/\//, '');
  if (id === undefined || readyState === undefined || url === undefined) return undefined;
  const environment = asJson(body['customEnvironment']);
  return {
    deployment: {
      id,
      url: `https://${url}`,
      inspectorUrl: text(body['inspectorUrl']) ?? previous?.inspectorUrl,
      projectId: text(body['projectId']) ?? previous?.projectId,
      teamId: text(body['ownerId']) ?? text(asJson(body['team'])['id']) ?? previous?.teamId,
      target: readTarget(body) ?? previous?.target ?? 'preview',
      readyState,
      aliases: Array.isArray(body['alias'])
        ? body['alias'].flatMap((alias) => text(alias) ?? [])
        : (previous?.aliases ?? []),
      // A time or `true`.
      aliasAssigned: Boolean(body['aliasAssigned'] ?? previous?.aliasAssigned),
      createdAt: number(body['createdAt']) ?? previous?.createdAt,
      readyAt: number(body['ready']) ?? previous?.readyAt,
      creatorType: text(asJson(body['creator'])['type']) ?? previous?.creatorType,
      errorCode: text(body['errorCode']) ?? previous?.errorCode,
      errorMessage: text(body['errorMessage']) ?? previous?.errorMessage,
    },
    customEnvironment: isJson(body['customEnvironment'])
      ? { id: text(environment['id']) ?? '', slug: text(environment['slug']) ?? '' }
      : undefined,
    aliasError: readAliasError(body['aliasError']),
    checksFailed:
      body['checksConclusion'] === 'failed' || asJson(asJson(body['checks'])['deployment-alias'])['state'] === 'failed',
    reason: readReason(body),
  };
}

function readState(body: Json): ReadyState | undefined {
  const given = text(body['readyState']) ?? text(body['status']);
  if (given === undefined) return undefined;
  const known = STATES.find((state) => state === given);
  if (known) return known;
  // Older names for states on the way; and any new kind of error is one.
  return given.endsWith('_ERROR') ? 'ERROR' : 'BUILDING';
}

/** Undefined where the reply does not say: the short form may leave it out. */
function readTarget(body: Json): string | undefined {
  const environment = asJson(body['customEnvironment']);
  const custom = text(environment['slug']) ?? text(environment['id']);
  if (custom !== undefined) return custom;
  return body['target'] === null ? 'preview' : text(body['target']);
}

function readAliasError(value: unknown): string | undefined {
  if (!isJson(value)) return undefined;
  return (
    [text(value['code']), text(value['message'])].filter((part) => part !== undefined).join(' ') || 'no reason given'
  );
}

function readReason(body: Json): string | undefined {
  const block = asJson(body['seatBlock']);
  const parts = [text(block['blockCode']), text(body['readyStateReason'])].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(' ');
}

function asJson(value: unknown): Json {
  return isJson(value) ? value : {};
}

/** A server's text made harmless; undefined where it is none. */
function text(value: unknown): string | undefined {
  const clean = cleanText(value);
  return clean === '' ? undefined : clean;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
