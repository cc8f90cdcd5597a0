import { loosely } from '../../fields.ts';
import type { SeenDeployment } from '../types.ts';
import { asFields, firstId, firstText, toInstant, type Fields } from './fields.ts';

const MAX_URL = 500;
const MAX_NAME = 200;
const MAX_META = 200;
/** What the pipe writes, and a word of Vercel's own on how it came about. Anybody may write the same. */
const META_KEYS = /^(?:oidcDeploy[A-Za-z0-9]{1,24}|action)$/;
const MAX_META_KEYS = 24;

/** An item of `GET /v7/deployments`, or the answer of `GET /v13/deployments/{id}`; undefined without an id and a time. */
export function toDeployment(item: unknown, projectId?: string): SeenDeployment | undefined {
  const fields = asFields(item);
  const creator = asFields(fields['creator']);
  const id = firstId(fields['uid'], fields['id']);
  const createdAt = toInstant(fields['createdAt']) ?? toInstant(fields['created']);
  if (id === undefined || createdAt === undefined) return undefined;
  const hasCreator = Object.keys(creator).length > 0;
  return loosely<SeenDeployment>({
    id,
    url: firstText(MAX_URL, fields['url']),
    inspectorUrl: firstText(MAX_URL, fields['inspectorUrl']),
    projectId: firstId(fields['projectId'], projectId) ?? '',
    createdAt,
    readyAt: toInstant(fields['ready']),
    readyState: firstText(40, fields['readyState'], fields['state'], fields['status']) ?? 'UNKNOWN',
    readySubstate: firstText(40, fields['readySubstate']),
    target: toTarget(fields),
    source: firstText(60, fields['source']),
    // Deployments of the time before there were others have none: a user's.
    creatorType: hasCreator ? (firstText(40, creator['type']) ?? 'user') : undefined,
    creatorId: firstId(creator['uid']),
    creatorName: firstText(
      MAX_NAME,
      creator['username'],
      creator['githubLogin'],
      creator['gitlabLogin'],
      creator['email'],
    ),
    errorCode: firstText(100, fields['errorCode']),
    deleted: toDeleted(fields),
    meta: toMeta(fields['meta']),
  });
}

export function toTarget(fields: Fields): string {
  const environment = asFields(fields['customEnvironment']);
  return firstText(100, environment['slug'], environment['id'], fields['target']) ?? 'preview';
}

export function toMeta(value: unknown): Readonly<Record<string, string>> {
  const meta: Record<string, string> = {};
  let count = 0;
  for (const [key, text] of Object.entries(asFields(value))) {
    if (!META_KEYS.test(key)) continue;
    count += 1;
    if (count > MAX_META_KEYS) break;
    const clean = firstText(MAX_META, text);
    if (clean !== undefined) meta[key] = clean;
  }
  return meta;
}

/** `deleted` and `undeleted` are times; the later counts. */
function toDeleted(fields: Fields): SeenDeployment['deleted'] {
  if (fields['softDeletedByRetention'] === true) return 'retention';
  const deleted = toInstant(fields['deleted']) ?? (fields['deleted'] === true ? Infinity : undefined);
  if (deleted === undefined) return fields['readyState'] === 'DELETED' ? 'deleted' : undefined;
  return deleted > (toInstant(fields['undeleted']) ?? 0) ? 'deleted' : undefined;
}
