import { cleanText, readServerError, type HttpReply } from '../http/index.ts';
import type { HopConfigs } from './config.ts';
import { hopRefused, judgeOutage, type Judgement } from './hop-error.ts';
import type { PipeError } from '../errors.ts';

const SERVICE = 'Azure Key Vault';
type Settings = HopConfigs['azure-key-vault'];

/** Why the vault gave no secret, and what to change, in Azure's words. */
export function vaultRefused(reply: HttpReply, settings: Settings): PipeError {
  const { code, message } = readServerError(reply);
  const said = [code, innerCode(reply), message].filter((word) => word !== '').join(' ');
  const judgement = judgeOutage(reply, SERVICE) ?? judge(reply, settings);
  return hopRefused({
    ...{ hop: 'azure-key-vault', service: SERVICE, reply, said, judgement },
    asked: `give the secret ${settings.secret}`,
  });
}

/** What `innererror` names: the reason behind a plain `Forbidden`. */
function innerCode({ body }: HttpReply): string {
  const { error } = (body ?? {}) as { error?: { innererror?: { code?: unknown } } | null };
  return typeof error === 'object' && error !== null ? cleanText(error.innererror?.code) : '';
}

function judge(reply: HttpReply, { vault, secret }: Settings): Judgement {
  const { host } = new URL(vault);
  if (reply.status === 401) return { code: 'CREDENTIAL_INVALID', fix: askForToken(reply, host) };
  if (reply.status === 403) return judgeForbidden(innerCode(reply), host, secret);
  if (reply.status === 404) {
    return {
      code: 'EXCHANGE_NOT_ENABLED',
      fix: `Store the Vercel token as secret ${secret} of ${host}, or correct \`secret\` and \`version\` in the policy; a deleted secret can be recovered (az keyvault secret recover).`,
    };
  }
  return {
    code: 'EXCHANGE_NOT_ENABLED',
    fix: `Check \`vault\`, \`secret\` and \`version\` of the hop azure-key-vault in the policy against ${host}.`,
  };
}

/** The vault itself says whose tokens it takes, and for which resource. */
function askForToken({ headers }: HttpReply, host: string): string {
  const challenge = headers['www-authenticate'] ?? '';
  const resource = readParameter(challenge, 'resource') ?? `https://${host.split('.').slice(1).join('.')}`;
  const authority = readParameter(challenge, 'authorization');
  return [
    `Give the hop before it the scope ${resource}/.default`,
    authority === undefined ? '' : `, and the tenant of the vault (${authority})`,
    ': the vault takes no token for another resource, of another tenant, or past its life. Then run the step again with a fresh token.',
  ].join('');
}

function readParameter(challenge: string, name: string): string | undefined {
  const found = new RegExp(`\\b${name}="?(https://[A-Za-z0-9./-]{1,200})`).exec(challenge)?.[1];
  return found === undefined ? undefined : cleanText(found);
}

function judgeForbidden(reason: string, host: string, secret: string): Judgement {
  switch (reason) {
    case 'SecretDisabled':
      return {
        code: 'CREDENTIAL_INVALID',
        fix: `Enable the secret (az keyvault secret set-attributes --enabled true), or store a new version of ${secret}.`,
      };
    case 'ForbiddenByFirewall':
    case 'ForbiddenByConnection':
      return {
        code: 'DENIED_BY_PROVIDER',
        fix: `The firewall of ${host} does not let this step in: allow the addresses of Bitbucket Pipelines under Networking, or run the step on a runner of your own inside the network.`,
      };
    case 'AccessDenied':
    case 'ForbiddenByPolicy':
      return {
        code: 'DENIED_BY_PROVIDER',
        fix: `${host} uses access policies: give the application of the hop before it the secret permission Get (az keyvault set-policy --secret-permissions get).`,
      };
    default:
      return {
        code: 'DENIED_BY_PROVIDER',
        fix: `Assign the role "Key Vault Secrets User" on ${host}, or on its secret ${secret}, to the application of the hop before it. A new assignment takes some minutes to count.`,
      };
  }
}
