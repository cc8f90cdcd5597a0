import { mkdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { renderPolicy } from '../../src/boundary/index.ts';
import { SAMPLE, policyOf } from '../boundary/support/policies.ts';
import { api } from '../sandbox/support/client.ts';
import { makePolicyFolder, type PolicyFolder } from './support/policy-folder.ts';

let folder: PolicyFolder;

beforeEach(async () => {
  folder = await makePolicyFolder();
});

afterEach(() => folder.remove());

describe('policy drift', () => {
  const token = (): Record<string, string> => ({ VERCEL_TOKEN: folder.sandbox.vercel.classicToken });
  /** The sample names ids, which Vercel gives. */
  const makeLive = async (): Promise<void> => {
    let text = SAMPLE;
    for (const { policyId, request } of rendered(SAMPLE)) {
      const { body } = await api(folder.sandbox, 'POST', '/v1/oauth-apps/oidc-federation/policies?teamId=team_abc', {
        json: request,
      });
      text = text.replace(policyId, body.policyId as string);
    }
    await folder.write('deploy-policy.yml', text);
  };

  it('is none after the rendered policies were created, and shows each field that differs', async () => {
    await makeLive();
    expect(await folder.policy(['drift'], token())).toMatchObject({
      status: 0,
      printed: 'No drift: the 2 policies of team_abc are as the file wants.\n',
    });
    await folder.write('narrow.yml', (await folder.read('deploy-policy.yml')).replace("[main, 'release/*']", 'main'));
    const { status, printed } = await folder.policy(['drift', 'narrow.yml'], token());
    expect(status).toBe(1);
    expect(printed).toMatch(
      /^Drift in team_abc:\npol_\w+ \(web-production\) differs:\n {2}claims\.branchName\n {4}live {4}"main" or "release\/\*" \(\* is any text\)\n {4}wanted {2}"main"\n$/,
    );
  });

  it('is known from a list that was saved, without a token', async () => {
    await makeLive();
    const { body } = await api(folder.sandbox, 'GET', '/v1/oauth-apps/oidc-federation/policies?teamId=team_abc');
    await folder.write('live.json', JSON.stringify(body));
    expect((await folder.policy(['drift', '--live', 'live.json'])).status).toBe(0);
    const foreign = { policies: (body.policies as object[]).map((live) => ({ ...live, teamId: 'team_other' })) };
    await folder.write('live.json', JSON.stringify(foreign));
    const { status, printed } = await folder.policy(['drift', '--live', 'live.json']);
    expect(status).toBe(1);
    expect(printed).toContain('(web-production) is not there:');
    await folder.write('live.json', '{}');
    await expect(folder.policy(['drift', '--live', 'live.json'])).rejects.toMatchObject({
      code: 'SERVICE_FAILED',
      exitStatus: 3,
    });
  });

  it('asks for the team where the file does not name it', async () => {
    await makeLive();
    const text = (await folder.read('deploy-policy.yml')).replaceAll('team: team_abc, ', '');
    await folder.write('deploy-policy.yml', text);
    expect((await folder.policy(['drift', '--team', 'team_abc'], token())).status).toBe(0);
    expect((await folder.policy(['drift'], { ...token(), VERCEL_TEAM_ID: 'team_abc' })).status).toBe(0);
    await expect(folder.policy(['drift'], { ...token(), VERCEL_TEAM_ID: '' })).rejects.toMatchObject({
      code: 'USAGE',
      message: 'Nothing says to which Vercel team the policy for web-production belongs.',
    });
  });

  it.each<{ name: string; environment: Record<string, string>; code: string; exitStatus: number }>([
    { name: 'without a token', environment: {}, code: 'USAGE', exitStatus: 2 },
    { name: 'with a wrong one', environment: { VERCEL_TOKEN: 'vcp_wrong' }, code: 'CREDENTIAL_INVALID', exitStatus: 4 },
    {
      name: 'at an address that would see the token in clear',
      environment: { VERCEL_TOKEN: 'vcp_x', VERCEL_API_URL: 'http://api.vercel.com' },
      ...{ code: 'USAGE', exitStatus: 2 },
    },
    {
      name: 'at an address that is none',
      environment: { VERCEL_TOKEN: 'vcp_x', VERCEL_API_URL: 'https://api.vercel.com:abc' },
      ...{ code: 'USAGE', exitStatus: 2 },
    },
  ])('is an error $name, never no drift', async ({ environment, code, exitStatus }) => {
    await expect(folder.policy(['drift'], environment)).rejects.toMatchObject({ code, exitStatus });
    expect(folder.sandbox.journal.length).toBe(code === 'USAGE' ? 0 : 1);
  });

  it.each([
    { args: [], file: 'deploy-policy.yml' },
    { args: ['policy.yml'], file: 'policy.yml' },
    { args: ["of o'web/the policy.yml"], file: String.raw`'of o'\''web/the policy.yml'` },
  ])(
    'says without a token how the file that was named is compared with a saved list: $file',
    async ({ args, file }) => {
      await mkdir(`${folder.path}/of o'web`);
      for (const name of args) await folder.write(name, SAMPLE);
      await expect(folder.policy(['drift', ...args])).rejects.toMatchObject({
        fix: expect.stringContaining(`\n  vercel-oidc-deploy policy drift ${file} --live live.json`),
      });
    },
  );

  it('names a file elsewhere by its whole path', async () => {
    const elsewhere = await makePolicyFolder();
    await expect(folder.policy(['drift', `${elsewhere.path}/deploy-policy.yml`])).rejects.toMatchObject({
      fix: expect.stringContaining(` policy drift ${elsewhere.path}/deploy-policy.yml --live`),
    });
    await elsewhere.remove();
  });

  it('is an error where the file wants nothing of Vercel or Vault', async () => {
    await folder.write('deploy-policy.yml', SAMPLE.replace(/exchange: \w+/g, 'exchange: token'));
    await expect(folder.policy(['drift'], token())).rejects.toMatchObject({
      code: 'USAGE',
      message: expect.stringContaining('wants no'),
    });
  });
});

interface Rendered {
  readonly policies: readonly { readonly policyId: string; readonly request: object }[];
}

function rendered(text: string): Rendered['policies'] {
  return (JSON.parse(renderPolicy(policyOf(text), 'vercel-api')) as Rendered).policies;
}
