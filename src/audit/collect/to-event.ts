import { loosely, type Loose } from '../../fields.ts';
import type { SeenEvent } from '../types.ts';
import { asFields, firstId, firstText, toInstant, type Fields } from './fields.ts';
import { toMeta } from './to-deployment.ts';

const MAX_NAME = 200;

/** What is read of the event history as a change, or as the birth of a deployment. */
export const CHANGE_TYPES = [
  'deployment',
  'deployment-delete',
  'deployment-undeleted',
  'manual-deployment-promotion-created',
  'instant-rollback-created',
  'alias',
  'aliases-assigned',
];

/**
 * How a token came about. Vercel's models of the first do not say which token was made; those of the second name it
 * (`publicId`) beside the policy.
 */
export const TOKEN_TYPES = ['oidc-policy-used-to-obtain-app-token', 'oauth-app-token-created'];

/**
 * An event of `GET /v3/events`; undefined without id, type and time. What a payload has is told by the models of
 * Vercel's SDK alone, and not by type: so each fact is looked for wherever one of them has it.
 */
export function toEvent(item: unknown): SeenEvent | undefined {
  const fields = asFields(item);
  const payload = asFields(fields['payload']);
  const head = toHead(fields);
  if (!head) return undefined;
  const { type } = head;
  return loosely<SeenEvent>({
    ...head,
    ...toPrincipal(fields),
    tokenId: toTokenId(type, fields, payload),
    requestId: firstId(fields['requestId']),
    deploymentId: toDeploymentId(payload),
    projectId: toProjectId(payload),
    policyId: toPolicyId(payload),
    alias: toAlias(payload),
    fromDeploymentId: firstId(payload['fromDeploymentId']),
    url: firstText(500, payload['url'], payload['deploymentUrl'], asFields(payload['deployment'])['url']),
    ...toBirth(type, payload),
  });
}

/** How a token came about, of as many events as there are deployments: which one, and by which policy. */
export function toTokenEvent(item: unknown): SeenEvent | undefined {
  const fields = asFields(item);
  const payload = asFields(fields['payload']);
  const head = toHead(fields);
  if (!head) return undefined;
  const { id, type, at } = head;
  return loosely<SeenEvent>({
    ...{ id, type, at },
    tokenId: toTokenId(type, fields, payload),
    policyId: toPolicyId(payload),
  });
}

function toHead(fields: Fields): Pick<SeenEvent, 'id' | 'type' | 'at'> | undefined {
  const id = firstId(fields['id']);
  const at = toInstant(fields['createdAt']);
  const type = firstText(100, fields['type']);
  return id === undefined || at === undefined || type === undefined ? undefined : { id, type, at };
}

/** Of a token that was made, not of one that was shown. */
function toTokenId(type: string, fields: Fields, payload: Fields): string | undefined {
  return TOKEN_TYPES.includes(type)
    ? firstId(payload['publicId'], payload['tokenId'], fields['tokenId'])
    : firstId(fields['tokenId'], payload['tokenId']);
}

function toPolicyId(payload: Fields): string | undefined {
  return firstId(payload['policyId'], asFields(payload['policy'])['policyId'], asFields(payload['policy'])['id']);
}

function toPrincipal(fields: Fields): Loose<Pick<SeenEvent, 'principalId' | 'principalType' | 'principalName'>> {
  const principal = asFields(fields['principal']);
  const user = asFields(fields['user']);
  const known = Object.keys(principal).length > 0;
  return {
    principalId: firstId(fields['principalId'], fields['userId']),
    // Only a user's may be left out.
    principalType: known ? (firstText(40, principal['type']) ?? 'user') : undefined,
    principalName: firstText(
      MAX_NAME,
      ...[principal['username'], principal['name'], principal['slug'], principal['email'], user['username']],
    ),
  };
}

function toDeploymentId(payload: Fields): string | undefined {
  const deployment = asFields(payload['deployment']);
  const own = firstId(payload['id']);
  return firstId(
    payload['deploymentId'],
    payload['toDeploymentId'],
    deployment['id'],
    deployment['uid'],
    payload['targetDeploymentId'],
    own?.startsWith('dpl_') === true ? own : undefined,
  );
}

function toProjectId(payload: Fields): string | undefined {
  const { project } = payload;
  const named = firstId(payload['projectId'], asFields(payload['deployment'])['projectId'], asFields(project)['id']);
  return named ?? (typeof project === 'string' && project.startsWith('prj_') ? firstId(project) : undefined);
}

/** One name alone: a list of several says of no name that it was given by this event. */
function toAlias(payload: Fields): string | undefined {
  const { alias } = payload;
  const one: unknown = Array.isArray(alias) && alias.length === 1 ? alias[0] : alias;
  return firstText(300, one, asFields(one)['alias']);
}

function toBirth(type: string, payload: Fields): Partial<Loose<Pick<SeenEvent, 'target' | 'meta'>>> {
  if (type !== 'deployment' && type !== 'deployment-delete') return {};
  const deployment = asFields(payload['deployment']);
  const meta = toMeta(deployment['meta']);
  return {
    target: firstText(100, payload['target'], deployment['target']),
    meta: Object.keys(meta).length > 0 ? meta : undefined,
  };
}
