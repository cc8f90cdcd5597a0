import { describe, expect, it } from '@jest/globals';
import type { Answer } from '../http/support/fake-network.ts';
import { answer, run, shown } from './support/azure.ts';

const forbidden = (code?: string): Answer =>
  answer(403, { error: { code: 'Forbidden', message: 'no', ...(code === undefined ? {} : { innererror: { code } }) } });

describe('a refusal of Azure Key Vault', () => {
  const challenge =
    'Bearer authorization="https://login.microsoftonline.com/tenant-1", resource="https://vault.azure.net"';

  it.each<{ name: string; answer: Answer; code: string; fix: RegExp }>([
    {
      name: 'of the token',
      answer: answer(401, { error: { code: 'Unauthorized', message: 'AKV10032' } }, { 'www-authenticate': challenge }),
      code: 'CREDENTIAL_INVALID',
      fix: /^Give the last hop of the chain through-entra the scope https:\/\/vault\.azure\.net\/\.default, and the tenant of the vault \(https:\/\/login\.microsoftonline\.com\/tenant-1\)/,
    },
    {
      name: 'by role',
      answer: forbidden('ForbiddenByRbac'),
      code: 'DENIED_BY_PROVIDER',
      fix: /^Assign the role "Key Vault Crypto User" on acme\.vault\.azure\.net, or on its key deploy-records, to the application of the chain through-entra/,
    },
    { name: 'without a reason', answer: forbidden(), code: 'DENIED_BY_PROVIDER', fix: /Key Vault Crypto User/ },
    {
      name: 'by access policy',
      answer: forbidden('AccessDenied'),
      code: 'DENIED_BY_PROVIDER',
      fix: /key permissions Get and Sign/,
    },
    {
      name: 'by firewall',
      answer: forbidden('ForbiddenByFirewall'),
      code: 'DENIED_BY_PROVIDER',
      fix: /^The firewall of acme\.vault\.azure\.net/,
    },
    {
      name: 'of a disabled key',
      answer: forbidden('KeyDisabled'),
      code: 'CREDENTIAL_INVALID',
      fix: /set-attributes --enabled true/,
    },
    {
      name: 'of the operation',
      answer: forbidden('KeyOperationForbidden'),
      code: 'EXCHANGE_NOT_ENABLED',
      fix: /--ops sign verify/,
    },
    {
      name: 'of what is not there',
      answer: answer(404, { error: { code: 'KeyNotFound', message: 'no' } }),
      code: 'EXCHANGE_NOT_ENABLED',
      fix: /^Make the key in acme.*\naz keyvault key create --vault-name acme --name deploy-records --kty EC --curve P-256/,
    },
    {
      name: 'of a parameter',
      answer: answer(400, { error: { code: 'BadParameter', message: 'no' } }),
      code: 'EXCHANGE_NOT_ENABLED',
      fix: /^Check `vault`, `key` and `version` of the signer/,
    },
  ])('$name says what to change, at either step', async ({ answer: no, code, fix }) => {
    for (const answers of [[no], [shown(), no]]) {
      const { outcome } = await run(answers);
      expect(outcome).toMatchObject({ code, fix: expect.stringMatching(fix), wanted: 'status 200' });
      expect(outcome.message).toMatch(/^Azure Key Vault did not (?:give the public key of|sign with) deploy-records/);
    }
  });
});
