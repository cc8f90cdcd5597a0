import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import type { MisbehaveRule } from '../../src/sandbox/index.ts';
import {
  ADDRESS,
  BOTH,
  hop,
  makeVaultFolder,
  NO_DRIFT_AT_VAULT,
  NO_DRIFT_AT_VERCEL,
  ROLE,
  VAULT_ONLY,
  type VaultFolder,
} from './support/vault-folder.ts';

let folder: VaultFolder;

beforeEach(async () => {
  folder = await makeVaultFolder();
});

afterEach(() => folder.remove());

describe('a token for Vault', () => {
  it.each([
    { name: 'missing', token: undefined, words: ['drift'] },
    { name: 'empty', token: '', words: ['drift'] },
    { name: 'missing beside a saved list', token: undefined, words: ['drift', '--live', 'live.json'] },
  ])('that is $name is named before anything is asked', async ({ token, words }) => {
    await folder.write('deploy-policy.yml', BOTH);
    await folder.write('live.json', '{"policies":[]}');
    const environment = { VERCEL_TOKEN: folder.vercelToken, ...(token === undefined ? {} : { VAULT_TOKEN: token }) };
    await expect(folder.policy(words, environment)).rejects.toMatchObject({
      ...{ code: 'USAGE', exitStatus: 2, got: 'VAULT_TOKEN is not set' },
      fix: expect.stringContaining('path "auth/jwt/role/*" { capabilities = ["read", "list"] }'),
    });
    expect(folder.asked()).toEqual([]);
  });

  it('does not stand for one of Vercel', async () => {
    await folder.write('deploy-policy.yml', BOTH);
    await expect(folder.policy(['drift'], { VAULT_TOKEN: folder.vaultToken })).rejects.toMatchObject({
      code: 'USAGE',
      got: 'VERCEL_TOKEN is not set',
    });
    expect(folder.asked()).toEqual([]);
  });

  it('is all that is asked for beside a saved list', async () => {
    await folder.writeVault(BOTH);
    await folder.writeVercel(BOTH);
    await folder.write('live.json', await folder.listVercel());
    expect(await folder.policy(['drift', '--live', 'live.json'], { VAULT_TOKEN: folder.vaultToken })).toMatchObject({
      status: 0,
      printed: NO_DRIFT_AT_VERCEL + NO_DRIFT_AT_VAULT,
    });
  });

  it('has nothing to do with a list of Vercel that nothing is compared with', async () => {
    await folder.writeVault(VAULT_ONLY);
    await folder.write('live.json', '{"policies":[]}');
    await expect(
      folder.policy(['drift', '--live', 'live.json'], { VAULT_TOKEN: folder.vaultToken }),
    ).rejects.toMatchObject({
      ...{ code: 'USAGE', got: '--live' },
      message: expect.stringContaining("nothing to compare with a list of Vercel's"),
    });
  });

  it.each<{ name: string; environment: Record<string, string>; text: string; wanted: string }>([
    {
      name: 'another than VAULT_ADDR',
      environment: { VAULT_ADDR: 'https://vault.acme.example' },
      text: VAULT_ONLY,
      wanted: 'VAULT_ADDR alone: "https://vault.acme.example"',
    },
    {
      name: 'any where VAULT_ADDR is no address',
      environment: { VAULT_ADDR: 'vault' },
      text: VAULT_ONLY,
      wanted: 'VAULT_ADDR alone: "vault"',
    },
    {
      name: 'one beside VAULT_ADDR',
      environment: { VAULT_ADDR: ADDRESS },
      text: VAULT_ONLY.replace(hop('web-preview'), hop('web-preview').replace('vault.', 'evil.')),
      wanted: `VAULT_ADDR alone: "${ADDRESS}"`,
    },
    {
      name: 'two',
      environment: {},
      text: VAULT_ONLY.replace(hop('web-preview'), hop('web-preview').replace('vault.', 'evil.')),
      wanted: 'one server: VAULT_TOKEN is of one',
    },
  ])('goes to no server that is $name', async ({ environment, text, wanted }) => {
    await folder.write('deploy-policy.yml', text);
    await expect(folder.policy(['drift'], { VAULT_TOKEN: folder.vaultToken, ...environment })).rejects.toMatchObject({
      ...{ code: 'USAGE', exitStatus: 2, wanted },
      got: expect.stringContaining('in the policy'),
    });
    expect(folder.asked()).toEqual([]);
  });

  it.each(['', `${ADDRESS}/`, 'https://VAULT.example.com:443'])('goes to VAULT_ADDR, %j', async (address) => {
    await folder.writeVault(VAULT_ONLY);
    const environment = { VAULT_TOKEN: folder.vaultToken, VAULT_ADDR: address };
    expect(await folder.policy(['drift'], environment)).toMatchObject({ status: 0 });
  });

  it.each<{ name: string; token?: string; rule?: MisbehaveRule['action']; code: string; exitStatus: number }>([
    { name: 'it is wrong', token: 'hvs.wrong-token', code: 'DENIED_BY_PROVIDER', exitStatus: 5 },
    {
      name: 'Vault limits requests',
      rule: { kind: 'status', status: 429, body: { errors: ['slow down'] } },
      ...{ code: 'RATE_LIMITED', exitStatus: 3 },
    },
    {
      name: 'Vault is sealed',
      rule: { kind: 'status', status: 503, body: { errors: ['Vault is sealed'] } },
      ...{ code: 'SERVICE_FAILED', exitStatus: 3 },
    },
    { name: 'the connection breaks', rule: { kind: 'reset' }, code: 'NETWORK', exitStatus: 3 },
    {
      name: 'the answer is no role',
      rule: { kind: 'status', status: 200, body: { data: null } },
      ...{ code: 'SERVICE_FAILED', exitStatus: 3 },
    },
  ])('that reads nothing because $name is an error, never no drift', async ({ token, rule, code, exitStatus }) => {
    await folder.writeVault(VAULT_ONLY);
    if (rule) folder.sandbox.misbehave({ match: { path: /role\/web-preview$/ }, times: 9, action: rule });
    const environment = token === undefined ? { VAULT_TOKEN: folder.vaultToken } : { VAULT_TOKEN: token };
    await expect(folder.policy(['drift'], environment)).rejects.toMatchObject({ code, exitStatus });
  });

  it('is in no output, not even where the server echoes it', async () => {
    await folder.writeVault(VAULT_ONLY, { [ROLE]: { token_ttl: '1h' } });
    folder.sandbox.misbehave({ match: { path: /config$/ }, action: { kind: 'status', status: 500 } });
    const { printed, log } = await folder.policy(['drift'], { VAULT_TOKEN: folder.vaultToken });
    expect(printed).toContain('3600 s');
    expect(log).toContain('vault.example.com');
    expect(printed + log).not.toContain(folder.vaultToken);
    folder.sandbox.misbehave({
      match: { path: /config$/ },
      action: { kind: 'status', status: 403, body: { errors: [`no such token: ${folder.vaultToken}`] } },
    });
    const error = await folder.policy(['drift'], { VAULT_TOKEN: folder.vaultToken }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PipeError);
    expect((error as PipeError).describe()).toContain('no such token: [redacted]');
  });
});
