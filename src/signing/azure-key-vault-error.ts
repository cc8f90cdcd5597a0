import { PipeError, type ErrorCode } from '../errors.ts';
import type { AzureKey } from '../exchange/config.ts';
import type { HttpReply } from '../http/index.ts';
import {
  azureReason,
  azureSays,
  isAzureAccessPolicy,
  judgeAzureNetwork,
  judgeAzureToken,
} from '../services/azure-vault-says.ts';

const SERVICE = 'Azure Key Vault';
export const BY = 'signer azure-key-vault';

interface Judgement {
  readonly code: ErrorCode;
  readonly fix: string;
}

/** Why the vault did not do what was asked, and what to change. */
export function azureRefused(reply: HttpReply, asked: string, settings: AzureKey): PipeError {
  return new PipeError({
    ...judge(reply, settings),
    message: `${SERVICE} did not ${asked} (${BY}).`,
    got: `status ${String(reply.status)} ${azureSays(reply)}`.trim(),
    wanted: 'status 200',
  });
}

/** An answer that says yes and brings nothing to use. */
export function azureUnusable(asked: string, got: string, wanted: string): PipeError {
  return new PipeError({
    code: 'CREDENTIAL_INVALID',
    message: `${SERVICE} answered, and did not ${asked} (${BY}).`,
    got,
    wanted,
    fix: 'Check that the address in the policy is the one of that vault, and any proxy on the way.',
  });
}

function judge(reply: HttpReply, settings: AzureKey): Judgement {
  const { status } = reply;
  const { host } = new URL(settings.vault);
  const { key } = settings;
  if (status === 429) {
    return { code: 'RATE_LIMITED', fix: `${host} limits requests: run the step again later.` };
  }
  if (status >= 500) return { code: 'SERVICE_FAILED', fix: 'See status.azure.com, then run the step again.' };
  if (status === 401) return judgeAzureToken(reply, host, `the last hop of the chain ${settings.exchange}`);
  if (status === 403) return judgeForbidden(azureReason(reply), host, settings);
  if (status === 404) {
    return {
      code: 'EXCHANGE_NOT_ENABLED',
      fix: `Make the key in ${host}, or correct \`key\` and \`version\` in the policy; a deleted key can be recovered (az keyvault key recover).\n${makeAzureKey(settings, key)}`,
    };
  }
  return {
    code: 'EXCHANGE_NOT_ENABLED',
    fix: `Check \`vault\`, \`key\` and \`version\` of the signer azure-key-vault in the policy against ${host}.`,
  };
}

function judgeForbidden(reason: string, host: string, { key, exchange }: AzureKey): Judgement {
  // Of a key that may not sign by itself, whoever asks.
  if (reason === 'KeyOperationForbidden') {
    return {
      code: 'EXCHANGE_NOT_ENABLED',
      fix: `Allow the key to sign (az keyvault key set-attributes --ops sign verify), or name another one than ${key}.`,
    };
  }
  if (reason.startsWith('Key')) {
    return {
      code: 'CREDENTIAL_INVALID',
      fix: `Enable the key (az keyvault key set-attributes --enabled true) and look at its dates, or make a new version of ${key}.`,
    };
  }
  const network = judgeAzureNetwork(reason, host);
  if (network) return network;
  const who = `the application of the chain ${exchange}`;
  if (isAzureAccessPolicy(reason)) {
    return {
      code: 'DENIED_BY_PROVIDER',
      fix: `${host} uses access policies: give ${who} the key permissions Get and Sign (az keyvault set-policy --key-permissions get sign).`,
    };
  }
  return {
    code: 'DENIED_BY_PROVIDER',
    fix: `Assign the role "Key Vault Crypto User" on ${host}, or on its key ${key}, to ${who}. A new assignment takes some minutes to count.`,
  };
}

/** The command that makes a key for records. */
export function makeAzureKey({ vault }: AzureKey, name = '<name>'): string {
  const [vaultName = ''] = new URL(vault).host.split('.');
  return `az keyvault key create --vault-name ${vaultName} --name ${name} --kty EC --curve P-256 --ops sign verify`;
}
