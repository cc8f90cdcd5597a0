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

/** Beyond it a date cannot be written (ECMAScript). */
const LAST_INSTANT_MS = 8.64e15;
const OLDER_STATES = ['ANALYZING', 'DEPLOYING'];
const PENDING = ['pending', 'registered', 'queued', 'running'];

/** One reply of Vercel about a deployment, and what of it decides whether it is live. */
export interface Report {
  readonly deployment: Deployment;
  /** Of `customEnvironment`; undefined where the reply has none. */
  readonly customEnvironment: { readonly id: string; readonly slug: string } | undefined;
  /** Why the domains could not be assigned. */
  readonly aliasError: string | undefined;
  readonly checksFailed: boolean;
  /** Checks that hold the domains back until they have ended. */
  readonly checksRunning: boolean;
  /** Which seat a blocked deployment lacks: Vercel's own word. */
  readonly blockCode: string | undefined;
  /** Vercel's word for a state that is not known here; `readyState` is then our guess. */
  readonly unknownState: string | undefined;
  /** Why it is blocked, or what else Vercel says of its state. */
  readonly reason: string | undefined;
  /** What was stored with it; empty where the reply leaves it out. Anyone who may deploy can write the same. */
  readonly meta: Readonly<Record<string, string>>;
  /** Id of the user or app that made it. */
  readonly creatorId: string | undefined;
}

/**
 * Reads a reply leniently: Vercel answers in a long and in a short form, which leaves out what `previous` still knows.
 * Undefined where it is no deployment, or another one than `previous`: both forms have id and state, and what has neither
 * (`{}`, a proxy's `{"status":"ok"}`) would else pass for news of it.
 */
export function readReport(body: unknown, previous?: Deployment): Report | undefined {
  if (!isJson(body)) return undefined;
  const id = text(body['id']) ?? text(body['uid']);
  const readyState = readState(body);
  if (id === undefined || readyState === undefined || id !== (previous?.id ?? id)) return undefined;
  const aliases = Array.isArray(body['alias'])
    ? body['alias'].flatMap((alias) => text(alias) ?? [])
    : (previous?.aliases ?? []);
  const environment = asJson(body['customEnvironment']);
  return {
    deployment: {
      id,
      url: readUrl(body, previous, aliases),
      inspectorUrl: text(body['inspectorUrl']) ?? previous?.inspectorUrl,
      projectId: text(body['projectId']) ?? previous?.projectId,
      teamId: text(body['ownerId']) ?? text(asJson(body['team'])['id']) ?? previous?.teamId,
      target: readTarget(body, previous) ?? 'preview',
      readyState,
      aliases,
      readySubstate: text(body['readySubstate']) ?? previous?.readySubstate,
      // A time or `true`.
      aliasAssigned: Boolean(body['aliasAssigned'] ?? previous?.aliasAssigned),
      createdAt: instant(body['createdAt']) ?? previous?.createdAt,
      readyAt: instant(body['ready']) ?? previous?.readyAt,
      creatorType: text(asJson(body['creator'])['type']) ?? previous?.creatorType,
      errorCode: text(body['errorCode']) ?? previous?.errorCode,
      errorMessage: text(body['errorMessage']) ?? previous?.errorMessage,
    },
    customEnvironment: isJson(body['customEnvironment'])
      ? { id: text(environment['id']) ?? '', slug: text(environment['slug']) ?? '' }
      : undefined,
    aliasError: readAliasError(body['aliasError']),
    ...readChecks(body),
    blockCode: text(asJson(body['seatBlock'])['blockCode']),
    unknownState: readUnknownState(body),
    reason: readReason(body),
    meta: readMeta(body['meta']),
    creatorId: text(asJson(body['creator'])['uid']),
  };
}

/** Its own address; of a short form that has none, a name that points at it, or nothing: it exists all the same. */
function readUrl(body: Json, previous: Deployment | undefined, aliases: readonly string[]): string {
  const known = previous?.url === '' ? undefined : previous?.url;
  const url = text(body['url']) ?? known ?? aliases[0];
  return url === undefined ? '' : `https://${url.replace(/^https:\/\//, '')}`;
}

/** An item of a list may have `state` alone. */
function stateName(body: Json): string | undefined {
  return text(body['readyState']) ?? text(body['status']) ?? text(body['state']);
}

function readState(body: Json): ReadyState | undefined {
  const given = stateName(body);
  if (given === undefined) return undefined;
  const known = STATES.find((state) => state === given);
  if (known) return known;
  // Older names for states on the way; and any new kind of error is one.
  return given.endsWith('_ERROR') ? 'ERROR' : 'BUILDING';
}

function readUnknownState(body: Json): string | undefined {
  const given = stateName(body);
  const known = STATES.some((state) => state === given) || OLDER_STATES.some((state) => state === given);
  return known || given?.endsWith('_ERROR') ? undefined : given;
}

/** Two generations of checks: `checksState` with its conclusion, and one entry for each thing that they hold back. */
function readChecks(body: Json): Pick<Report, 'checksFailed' | 'checksRunning'> {
  const { state, completedAt } = asJson(asJson(body['checks'])['deployment-alias']);
  const first = text(body['checksState']);
  return {
    checksFailed: body['checksConclusion'] === 'failed' || state === 'failed',
    checksRunning:
      first === 'registered' || first === 'running' || (PENDING.some((word) => word === state) && !completedAt),
  };
}

/** Where the reply does not say, what is known: the short form leaves custom environments out, and those have no `target`. */
function readTarget(body: Json, previous: Deployment | undefined): string | undefined {
  const environment = asJson(body['customEnvironment']);
  const custom = text(environment['slug']) ?? text(environment['id']);
  if (custom !== undefined) return custom;
  const known = previous?.target;
  const mayBeCustom = known !== undefined && known !== 'production' && isShort(body);
  return body['target'] === null && !mayBeCustom ? 'preview' : (text(body['target']) ?? known);
}

/** Without a word on the deployment itself, its state apart. */
function isShort(body: Json): boolean {
  return text(body['url']) === undefined && instant(body['createdAt']) === undefined;
}

/** Vercel's `aliasError`, of a reply or of a line of the log: code and message. */
export function readAliasError(value: unknown): string | undefined {
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

function readMeta(value: unknown): Record<string, string> {
  const entries = Object.entries(asJson(value));
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

function asJson(value: unknown): Json {
  return isJson(value) ? value : {};
}

/** A server's text made harmless; undefined where it is none. */
function text(value: unknown): string | undefined {
  const clean = cleanText(value);
  return clean === '' ? undefined : clean;
}

/** An instant, in milliseconds since 1970; undefined for what no calendar has. */
function instant(value: unknown): number | undefined {
  return typeof value === 'number' && Math.abs(value) <= LAST_INSTANT_MS ? value : undefined;
}
