import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { renewFile } from '../src/boundary/index.ts';
import { RENDER_FORMS } from '../src/boundary/types.ts';
import { readPolicyOptions } from '../src/commands/policy-options.ts';
import { parsePolicy } from '../src/policy/index.ts';
import { createSandbox, type StepFacts } from '../src/sandbox/index.ts';
import { makePolicyFolder, type PolicyFolder } from './commands/support/policy-folder.ts';
import { PIPE, parse } from './policy/support/policy.ts';
import { blockAt, isShown, listBlocks, listRows, page } from './support/policy-page.ts';
import { makeStep, runStep, type StepRun } from './support/step.ts';

const policyText = blockAt('yaml', '# deploy-policy.yml', 1);
/** It must not expire under the tests. */
const undated = policyText.replace(/^issued: .*\nexpires: .*\n/m, '');

it('the grant that takes only what was recorded is one', () => {
  const lines = blockAt('yaml', '# in a grant that').trimEnd().replaceAll(/^/gm, '    ');
  const policy = parse(policyText.replace('    require: { noStatic: true }', lines));
  expect(policy.grants[0]).toMatchObject({ require: { recordedOnly: true } });
});

describe('the commands of the page on policies', () => {
  let folder: PolicyFolder;

  beforeEach(async () => {
    folder = await makePolicyFolder();
    await folder.write('deploy-policy.yml', policyText);
    await folder.write('deploy-policy.tests.yml', blockAt('yaml', '# deploy-policy.tests.yml'));
  });
  afterEach(() => folder.remove());

  /** What follows `vercel-oidc-deploy` in the blocks, as words; the shell's own signs left out. */
  const commands = listBlocks('sh')
    .flatMap((block) => block.split('\n'))
    .flatMap((line) => /vercel-oidc-deploy (policy [^#>]*)/.exec(line)?.[1] ?? [])
    .map((line) => line.trim());

  it('are of every kind', () => {
    const verbs = commands.map((line) => line.split(' ')[1]);
    expect([...new Set(verbs)].sort()).toEqual(['drift', 'render', 'renew', 'sign', 'test']);
    expect(commands.length).toBeGreaterThanOrEqual(7);
  });

  it.each(commands)('%s does it', async (line) => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const environment = {
      SIGNING_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      VERCEL_TOKEN: folder.sandbox.vercel.classicToken,
    };
    const words = line.split(' ').slice(1);
    // Of the sandbox's team: the drift is that nothing is live there.
    await folder.write('deploy-policy.yml', policyText.replaceAll('team_acme', 'team_abc'));
    const { status, printed, log } = await folder.policy(words, environment);
    expect({ status, written: /Written|Nothing was written/.test(log) || printed !== '' }).toEqual({
      status: words[0] === 'drift' ? 1 : 0,
      written: true,
    });
  });

  it('in sentences are commands too', () => {
    const inline = [...page.matchAll(/`(?:vercel-oidc-deploy |COMMAND: )(policy [^`]+)`/g)].map(
      ([, line = '']) => line,
    );
    expect(inline.length).toBeGreaterThanOrEqual(2);
    for (const line of inline) expect(() => readPolicyOptions(line.split(' ').slice(1), '/')).not.toThrow();
  });

  it('render in every form, with what the table says of each', async () => {
    const rows = listRows('`--form`').map(([[form = ''] = [], , [options = ''] = []]) => ({ form, options }));
    expect(rows.map(({ form }) => form)).toEqual(RENDER_FORMS);
    const values: Readonly<Record<string, string>> = { ID: 'web-staging', NUMBER: '123456789012', ISS: 'https://v' };
    for (const { form, options } of rows) {
      const words = options.split(' ').filter((word) => word !== '');
      const filled = words.map((word) => (word.startsWith('--') ? word : (values[word] ?? 'name')));
      expect(await folder.policy(['render', '--form', form, ...filled])).toMatchObject({ status: 0 });
    }
  });

  it('renew as it is shown', () => {
    const read = (bytes: Uint8Array): ReturnType<typeof parsePolicy> => parsePolicy(bytes, PIPE);
    const { changes } = renewFile(new TextEncoder().encode(policyText), read, Date.UTC(2027, 0, 25));
    expect(`${changes.join('\n')}\n`).toBe(blockAt('text', 'issued:'));
  });
});

describe('what runs print, as the page on policies shows it', () => {
  const PRODUCTION = { name: 'Production', uuid: '{33333333-3333-4333-8333-333333333301}' };
  const STAGING = { name: 'Staging', uuid: '{44444444-4444-4444-8444-444444444401}' };

  /** A step of `web` on main that asks for production. */
  async function runWith(
    environment: StepFacts['environment'],
    command: string,
    policy: string | undefined = undated,
  ): Promise<StepRun> {
    const sandbox = await createSandbox({
      step: {
        ...{ workspace: 'acme', branch: 'main', environment },
        workspaceUuid: '{11111111-1111-4111-8111-111111111111}',
        repositoryUuid: '{22222222-2222-4222-8222-222222222201}',
      },
      team: { id: 'team_acme' },
      policies: [{ policyId: 'pol_webProduction' }],
    });
    const step = await makeStep(sandbox, { COMMAND: command });
    writeFileSync(`${step.clone.directory}/deploy-policy.yml`, policy);
    const run = await runStep(sandbox, step);
    step.remove();
    return run;
  }

  it('a refusal', async () => {
    const { status, log } = await runWith(STAGING, 'deploy');
    expect({ status, shown: isShown(blockAt('text', 'DENIED_BY_POLICY'), log) }).toEqual({ status: 5, shown: true });
  });

  it('doctor', async () => {
    const { status, log } = await runWith(PRODUCTION, 'doctor');
    expect({ status, shown: isShown(blockAt('text', 'Policy:'), log) }).toEqual({ status: 0, shown: true });
  });

  it('the line of a success, under the policy that the first refusal prints', async () => {
    const { status, log } = await runWith(PRODUCTION, 'doctor', blockAt('yaml', '# deploy-policy.yml'));
    expect({ status, shown: isShown(blockAt('text', 'policy grant '), log) }).toEqual({ status: 0, shown: true });
  });
});
