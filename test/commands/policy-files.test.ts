import { generateKeyPairSync } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { compactVerify, importSPKI } from 'jose';
import { renderPolicy } from '../../src/boundary/index.ts';
import { SAMPLE, policyOf } from '../boundary/support/policies.ts';
import { makePolicyFolder, type PolicyFolder } from './support/policy-folder.ts';

let folder: PolicyFolder;

beforeEach(async () => {
  folder = await makePolicyFolder();
});

afterEach(() => folder.remove());

describe('policy render', () => {
  it("prints Vercel's API JSON where nothing else is asked for, and writes nothing", async () => {
    const { status, printed } = await folder.policy(['render']);
    expect({ status, printed }).toEqual({ status: 0, printed: renderPolicy(policyOf(SAMPLE), 'vercel-api') });
    expect(await readdir(folder.path)).toEqual(['deploy-policy.yml']);
  });

  it.each([
    { args: ['--form', 'terraform'], text: renderPolicy(policyOf(SAMPLE), 'terraform') },
    {
      args: ['--form', 'aws', '--grant', 'web-preview', '--account', '123456789012'],
      text: renderPolicy(policyOf(SAMPLE), 'aws', { grant: 'web-preview', account: '123456789012' }),
    },
    { args: ['--form', 'vault', '--mount', 'ci'], text: renderPolicy(policyOf(SAMPLE), 'vault', { mount: 'ci' }) },
    {
      args: ['--form', 'entra', '--hop-issuer', 'https://v', '--hop-subject', 's', '--grant', 'web-preview'],
      text: renderPolicy(policyOf(SAMPLE), 'entra', { hopIssuer: 'https://v', hopSubject: 's', grant: 'web-preview' }),
    },
  ])('takes $args', async ({ args, text }) => {
    expect((await folder.policy(['render', ...args])).printed).toBe(text);
  });

  it('writes with --out alone, over what was there', async () => {
    await folder.write('policy.tf', 'old');
    const { printed, log } = await folder.policy([
      'render',
      'deploy-policy.yml',
      '--form',
      'terraform',
      '--out',
      'policy.tf',
    ]);
    expect(printed).toBe('');
    expect(log).toContain(`Written: ${folder.path}/policy.tf`);
    expect(await folder.read('policy.tf')).toBe(renderPolicy(policyOf(SAMPLE), 'terraform'));
  });

  it.each([
    { args: ['render', '--form', 'hcl'], code: 'USAGE', got: '--form "hcl"' },
    { args: ['render', 'none.yml'], code: 'USAGE', got: 'none.yml' },
    { args: ['render', '.'], code: 'USAGE', got: 'EISDIR for' },
    { args: ['render', '--out', '.'], code: 'OUTPUT_INVALID', got: 'EBUSY for' },
  ])('is refused: $got', async ({ args, code, got }) => {
    await expect(folder.policy(args)).rejects.toMatchObject({ code, exitStatus: 2, got: expect.stringContaining(got) });
  });

  it.each([
    { args: ['--grant', 'web-preview'], message: 'The form vercel-api does not take --grant.' },
    { args: ['--form', 'vault', '--account', '1', '--mount', 'x'], message: 'The form vault does not take --account.' },
    { args: ['--form', 'gcp', '--hop-issuer', 'x'], message: 'The form gcp does not take --hop-issuer.' },
  ])('refuses what a form would not use: $message', async ({ args, message }) => {
    await expect(folder.policy(['render', ...args])).rejects.toMatchObject({ code: 'USAGE', message });
  });
});

describe('policy sign', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const environment = { SIGNING_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  const open = async (jws: string): Promise<{ text: string; serial: unknown }> => {
    const key = await importSPKI(publicKey.export({ type: 'spki', format: 'pem' }).toString(), 'ES256');
    const { payload, protectedHeader } = await compactVerify(jws.trim(), key);
    return { text: new TextDecoder().decode(payload), serial: protectedHeader['serial'] };
  };

  it('prints the signed policy and nothing else', async () => {
    const { status, printed } = await folder.policy(['sign', '--serial', '41'], environment);
    expect(status).toBe(0);
    expect(printed).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    expect(await open(printed)).toEqual({ text: SAMPLE, serial: 41 });
  });

  it('counts on from the one before, and writes with --out', async () => {
    await folder.write('old.jws', (await folder.policy(['sign', '--serial', '41'], environment)).printed);
    const { log } = await folder.policy(['sign', '--after', 'old.jws', '--out', 'new.jws'], environment);
    expect(log).toMatch(/Signed with serial 42 by SHA256:/);
    expect(await open(await folder.read('new.jws'))).toEqual({ text: SAMPLE, serial: 42 });
    await expect(folder.policy(['sign', '--after', 'old.jws', '--serial', '41'], environment)).rejects.toMatchObject({
      code: 'USAGE',
    });
  });

  it('is refused without a key, and for a policy that is not good', async () => {
    await expect(folder.policy(['sign'])).rejects.toMatchObject({
      code: 'USAGE',
      got: 'no SIGNING_KEY',
      fix: expect.stringContaining('away from pipelines'),
    });
    await folder.write('deploy-policy.yml', 'version: 1\n');
    await expect(folder.policy(['sign'], environment)).rejects.toMatchObject({ code: 'POLICY_INVALID' });
  });
});

describe('policy renew', () => {
  const dated = /^issued: (\d{4}-\d{2}-\d{2})\nexpires: (\d{4}-\d{2}-\d{2})$/m;

  it('prints the file with new dates, and leaves it as it is', async () => {
    const { status, printed, log } = await folder.policy(['renew', '--days', '10']);
    const [, issued = '', expires = ''] = dated.exec(printed) ?? [];
    expect({ status, days: (Date.parse(expires) - Date.parse(issued)) / 86_400_000 }).toEqual({ status: 0, days: 10 });
    expect(printed.replace(dated, '')).toBe(SAMPLE.replace(dated, ''));
    expect(log).toContain(`info issued: 2026-11-01 -> ${issued}\ninfo expires: 2026-11-30 -> ${expires}`);
    expect(log).toContain('Nothing was written: --write changes the file itself.');
    expect(await folder.read('deploy-policy.yml')).toBe(SAMPLE);
  });

  it('changes the file with --write', async () => {
    const { printed, log } = await folder.policy(['renew', '--write']);
    const text = await folder.read('deploy-policy.yml');
    expect({ printed, same: text === SAMPLE, rest: text.replace(dated, '') }).toEqual({
      printed: '',
      same: false,
      rest: SAMPLE.replace(dated, ''),
    });
    expect(log).not.toContain('Nothing was written');
  });

  it('is refused for no days', async () => {
    await expect(folder.policy(['renew', '--days', '0', '--write'])).rejects.toMatchObject({
      code: 'USAGE',
      got: '--days 0',
    });
    expect(await folder.read('deploy-policy.yml')).toBe(SAMPLE);
  });
});

describe('policy test', () => {
  const tests = (grant: string): string => `version: 1
tokens:
  main:
    workspaceUuid: '{11111111-1111-4111-8111-111111111111}'
    repositoryUuid: '{22222222-2222-4222-8222-222222222222}'
tests:
  - name: a preview
    token: main
    request: { action: deploy, project: prj_abc, target: preview }
    expect: { grant: ${grant} }
`;

  it('finds the tests beside the policy, and prints a line for each', async () => {
    await folder.write('deploy-policy.tests.yml', tests('web-preview'));
    const { status, printed, log } = await folder.policy(['test']);
    expect({ status, printed }).toEqual({
      status: 0,
      printed: 'ok      a preview: grant web-preview\n1 passed, 0 failed\n',
    });
    expect(log).toContain('warn No test is allowed by the grant web-production');
  });

  it('ends with status 1 where one fails, with 2 where a file is missing', async () => {
    await folder.write('other.yml', tests('web-production'));
    const { status, printed } = await folder.policy(['test', 'deploy-policy.yml', 'other.yml']);
    expect(status).toBe(1);
    expect(printed).toMatch(
      /^FAILED {2}a preview: wanted the grant web-production, got the grant web-preview\n[^]*0 passed, 1 failed\n$/,
    );
    await expect(folder.policy(['test'])).rejects.toMatchObject({
      exitStatus: 2,
      got: expect.stringContaining('deploy-policy.tests.yml'),
      fix: expect.stringContaining('docs/policy.md#tests-of-a-policy'),
    });
  });
});
