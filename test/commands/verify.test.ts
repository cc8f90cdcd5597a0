import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { makeStep, runStep, type Step, type StepRun } from '../support/step.ts';
import { editPolicy } from './support/examine.ts';

let sandbox: Sandbox;
let step: Step;

beforeEach(async () => {
  sandbox = await createSandbox();
  step = await makeStep(sandbox);
});
afterEach(() => step.remove());

async function deployAndVerify(environment: Readonly<Record<string, string>>): Promise<StepRun> {
  await runStep(sandbox, step, { environment });
  const { directory, publicKeyPem } = step.clone;
  writeFileSync(`${directory}/key.pem`, publicKeyPem);
  writeFileSync(`${directory}/issuers.json`, JSON.stringify({ [sandbox.issuer.url]: sandbox.issuer.keys() }));
  const results = step.files().filter((name) => name.endsWith('.result.sigstore.json'));
  const args = [
    'verify',
    '--key',
    `${directory}/key.pem`,
    // A denial is signed before a signer is reached: keyless.
    '--issuer-keys',
    `${directory}/issuers.json`,
    ...results.map((name) => `${directory}/deploy-records/${name}`),
  ];
  return runStep(sandbox, step, { args });
}

describe('verify tells', () => {
  it('what was verified by token and by Bitbucket, and what was asserted alone', async () => {
    const { status, printed } = await deployAndVerify({
      BITBUCKET_ACCESS_TOKEN: sandbox.bitbucket.accessToken,
      BITBUCKET_BUILD_NUMBER: '41',
    });
    expect(status).toBe(0);
    const { commit, repositoryUuid } = sandbox.issuer.step;
    expect(printed).toContain(`  verified    repository ${repositoryUuid}, step `);
    expect(printed).toContain(`  bitbucket   build 42, commit ${commit}, started by: human (push)`);
    expect(printed).toContain(`  asserted    build 41, commit ${commit}, branch main`);
    expect(printed).toContain('  policy      web-production (from deploy-policy.yml)');
  });

  it('why Bitbucket said nothing', async () => {
    const { status, printed } = await deployAndVerify({ BITBUCKET_ACCESS_TOKEN: sandbox.bitbucket.weakAccessToken });
    expect(status).toBe(0);
    expect(printed).toMatch(/ {2}bitbucket {3}said nothing: .*status 403/);
  });

  it('of a denial why', async () => {
    editPolicy(step, (policy) => policy.replace('branchName: main', 'branchName: release'));
    const { status, printed } = await deployAndVerify({});
    expect(status).toBe(0);
    expect(printed).toMatch(/ {2}policy {6}denied: No grant .*\(from deploy-policy\.yml\)/);
    expect(printed).not.toContain('  bitbucket ');
    expect(printed).toMatch(/ {2}assurance {3}held-token: /);
  });
});
