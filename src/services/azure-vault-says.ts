import type { ErrorCode } from '../errors.ts';
import { cleanText, readServerError, type HttpReply } from '../http/index.ts';

/** What an answer means, and what to change. */
interface Judgement {
  readonly code: ErrorCode;
  readonly fix: string;
}

/** In Azure's words. */
export function azureSays(reply: HttpReply): string {
  const { code, message } = readServerError(reply);
  return [code, azureReason(reply), message].filter((word) => word !== '').join(' ');
}

/** What `innererror` names: the reason behind a plain `Forbidden`. */
export function azureReason({ body }: HttpReply): string {
  const { error } = (body ?? {}) as { error?: { innererror?: { code?: unknown } | null } | null };
  return typeof error === 'object' && error !== null ? cleanText(error.innererror?.code) : '';
}

/**
 * A 401: the vault itself says whose tokens it takes, and for which resource.
 * @param giver who got the token for it, as the policy's owner knows it
 */
export function judgeAzureToken({ headers }: HttpReply, host: string, giver: string): Judgement {
  const challenge = headers['www-authenticate'] ?? '';
  const resource = readParameter(challenge, 'resource') ?? `https://${host.split('.').slice(1).join('.')}`;
  const authority = readParameter(challenge, 'authorization');
  const fix = [
    `Give ${giver} the scope ${resource}/.default`,
    authority === undefined ? '' : `, and the tenant of the vault (${authority})`,
    ': the vault takes no token for another resource, of another tenant, or past its life. Then run the step again with a fresh token.',
  ].join('');
  return { code: 'CREDENTIAL_INVALID', fix };
}

function readParameter(challenge: string, name: string): string | undefined {
  const found = new RegExp(`\\b${name}="?(https://[A-Za-z0-9./-]{1,200})`).exec(challenge)?.[1];
  return found === undefined ? undefined : cleanText(found);
}

/** A 403 of the vault's network; undefined where something else is behind it. */
export function judgeAzureNetwork(reason: string, host: string): Judgement | undefined {
  if (reason !== 'ForbiddenByFirewall' && reason !== 'ForbiddenByConnection') return undefined;
  return {
    code: 'DENIED_BY_PROVIDER',
    fix: `The firewall of ${host} does not let this step in: allow the addresses of Bitbucket Pipelines under Networking, or run the step on a runner of your own inside the network.`,
  };
}

/** Whether a vault that knows no roles refused. */
export function isAzureAccessPolicy(reason: string): boolean {
  return reason === 'AccessDenied' || reason === 'ForbiddenByPolicy';
}
