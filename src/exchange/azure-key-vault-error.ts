import type { HttpReply } from '../http/index.ts';
import {
  azureReason,
  azureSays,
  isAzureAccessPolicy,
  judgeAzureNetwork,
  judgeAzureToken,
} from '../services/azure-vault-says.ts';
import type { HopConfigs } from './config.ts';
import { hopRefused, judgeOutage, type Judgement } from './hop-error.ts';
import type { PipeError } from '../errors.ts';

const SERVICE = 'Azure Key Vault';
type Settings = HopConfigs['azure-key-vault'];

/** Why the vault gave no secret, and what to change, in Azure's words. */
export function vaultRefused(reply: HttpReply, settings: Settings): PipeError {
  const judgement = judgeOutage(reply, SERVICE) ?? judge(reply, settings);
  return hopRefused({
    ...{ hop: 'azure-key-vault', service: SERVICE, reply, said: azureSays(reply), judgement },
    asked: `give the secret ${settings.secret}`,
  });
}

function judge(reply: HttpReply, { vault, secret }: Settings): Judgement {
  const { host } = new URL(vault);
  if (reply.status === 401) return judgeAzureToken(reply, host, 'the hop before it');
  if (reply.status === 403) return judgeForbidden(azureReason(reply), host, secret);
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

function judgeForbidden(reason: string, host: string, secret: string): Judgement {
  if (reason === 'SecretDisabled') {
    return {
      code: 'CREDENTIAL_INVALID',
      fix: `Enable the secret (az keyvault secret set-attributes --enabled true), or store a new version of ${secret}.`,
    };
  }
  const network = judgeAzureNetwork(reason, host);
  if (network) return network;
  if (isAzureAccessPolicy(reason)) {
    return {
      code: 'DENIED_BY_PROVIDER',
      fix: `${host} uses access policies: give the application of the hop before it the secret permission Get (az keyvault set-policy --secret-permissions get).`,
    };
  }
  return {
    code: 'DENIED_BY_PROVIDER',
    fix: `Assign the role "Key Vault Secrets User" on ${host}, or on its secret ${secret}, to the application of the hop before it. A new assignment takes some minutes to count.`,
  };
}
