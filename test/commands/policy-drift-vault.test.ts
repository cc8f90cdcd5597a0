import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PROVIDER_URLS } from '../../src/sandbox/index.ts';
import { SAMPLE } from '../boundary/support/policies.ts';
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

describe('policy drift of Vault', () => {
  it('is told together with that of Vercel', async () => {
    await folder.writeVault(BOTH);
    await folder.writeVercel(BOTH);
    expect(
      await folder.policy(['drift'], { VAULT_TOKEN: folder.vaultToken, VERCEL_TOKEN: folder.vercelToken }),
    ).toMatchObject({
      status: 0,
      printed: NO_DRIFT_AT_VERCEL + NO_DRIFT_AT_VAULT,
    });
    await folder.writeVault(BOTH, { [ROLE]: { token_ttl: '1h' } });
    expect(
      await folder.policy(['drift'], { VAULT_TOKEN: folder.vaultToken, VERCEL_TOKEN: folder.vercelToken }),
    ).toMatchObject({
      status: 1,
      printed: [
        `${NO_DRIFT_AT_VERCEL}Drift in ${ADDRESS}:`,
        `${ROLE} (web-production) differs:`,
        ...['  token_ttl', '    live    3600 s', '    wanted  at most 300 s', ''],
      ].join('\n'),
    });
  });

  it('is status 1 where Vercel alone differs', async () => {
    await folder.writeVault(BOTH);
    const { status, printed } = await folder.policy(['drift'], {
      VAULT_TOKEN: folder.vaultToken,
      VERCEL_TOKEN: folder.vercelToken,
    });
    expect(status).toBe(1);
    expect(printed).toMatch(/^Drift in team_abc:\na policy \(web-preview\) is not there:\n/);
    expect(printed.endsWith(NO_DRIFT_AT_VAULT)).toBe(true);
  });

  it('needs no token of Vercel where the file wants nothing there', async () => {
    await folder.writeVault(VAULT_ONLY);
    expect(await folder.policy(['drift'], { VAULT_TOKEN: folder.vaultToken })).toMatchObject({
      status: 0,
      printed: `No drift: the 2 roles of ${ADDRESS} are as the file wants.\n`,
    });
    expect(folder.asked().filter((line) => !line.startsWith('GET /v1/auth/jwt/'))).toEqual([]);
  });

  it('needs none of Vault where the file wants nothing there', async () => {
    const text = SAMPLE.replace(/ policy: pol_\w+ /g, '').replaceAll('team_abc,', 'team_abc ');
    await folder.write('deploy-policy.yml', text);
    await folder.writeVercel(text);
    expect(await folder.policy(['drift'], { VAULT_TOKEN: '', VERCEL_TOKEN: folder.vercelToken })).toMatchObject({
      status: 0,
    });
  });

  it('is of a remote key, too', async () => {
    const signer = `signer: { vault: { address: '${ADDRESS}', role: web-production, key: okta-client } }`;
    const okta = `{ okta: { url: '${PROVIDER_URLS.okta}/oauth2/default', client: c, scope: s, ${signer} } }`;
    const hoop = '{ hoop: { address: https://hoop.example.com, connection: vercel } }';
    await folder.writeVault(VAULT_ONLY.replace(hop('web-production'), `${okta}, ${hoop}`), {
      [ROLE]: { bound_audiences: ['x'] },
    });
    const { status, printed } = await folder.policy(['drift'], { VAULT_TOKEN: folder.vaultToken });
    expect(status).toBe(1);
    expect(printed).toContain(`${ROLE} (web-production) differs:\n  bound_audiences\n    live    "x"\n`);
  });

  it('is by server and namespace', async () => {
    const apart = VAULT_ONLY.replace(hop('web-preview'), hop('web-preview', 'namespace: team, '));
    await folder.writeVault(apart);
    // The fake is of the root alone.
    await expect(folder.policy(['drift'], { VAULT_TOKEN: folder.vaultToken })).rejects.toMatchObject({
      code: 'DENIED_BY_PROVIDER',
    });
    await folder.writeVault(apart, { [ROLE]: { role_type: 'oidc' } });
    folder.sandbox.misbehave({
      match: { path: /role\/web-preview|config/ },
      ...{ times: 9, action: { kind: 'status', status: 404, body: { errors: [] } } },
    });
    const { printed } = await folder.policy(['drift'], { VAULT_TOKEN: folder.vaultToken });
    expect(printed.split('\n').filter((line) => line.startsWith('Drift'))).toEqual([
      `Drift in ${ADDRESS}:`,
      `Drift in ${ADDRESS} (namespace team):`,
    ]);
  });
});
