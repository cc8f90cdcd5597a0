import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { serveSandbox, type ServedSandbox } from '../../src/sandbox/index.ts';
import { policyText } from '../../tools/demo-clone.ts';
import { buildah } from '../../tools/image/build.ts';
import { ROOT } from '../../tools/root.ts';
import { predicateOf } from '../support/step.ts';
import { builtImage, runContainer, type ContainerRun, type Ended } from './support/container.ts';
import { makeBitbucketStep, type BitbucketStep } from './support/step.ts';

const IMAGE = 'localhost/container-test-organisation:1';

let served: ServedSandbox;
let folder: string;
let step: BitbucketStep;

/** The example's own Dockerfile, with the rules of an organisation whose issuer is the sandbox. */
beforeAll(async () => {
  served = await serveSandbox();
  const { issuer, vercel } = served.sandbox;
  folder = mkdtempSync(`${tmpdir()}/container-test-organisation-`);
  copyFileSync(`${ROOT}examples/organisation/Dockerfile`, `${folder}/Dockerfile`);
  writeFileSync(`${folder}/policy.yml`, policyText(issuer).replace('id: web-production', 'id: of-the-organisation'));
  writeFileSync(`${folder}/issuer-keys.json`, JSON.stringify({ [issuer.url]: issuer.keys() }));
  const defaults = `VERCEL_TEAM_ID: { value: ${vercel.team.id}, locked: true }\nTARGET: production\nMETA: { value: [by=organisation] }\n`;
  writeFileSync(`${folder}/defaults.yml`, defaults);
  await buildah(
    'build',
    '--quiet',
    '--isolation',
    'chroot',
    '--build-arg',
    `PIPE=${builtImage()}`,
    '--tag',
    IMAGE,
    folder,
  );
}, 120_000);
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await served.close();
});

beforeEach(async () => {
  step = await makeBitbucketStep(served);
});
afterEach(() => step.remove());

/** A step that says as little as it must. */
function run(variables: Exclude<ContainerRun['variables'], undefined> = {}): Promise<Ended> {
  const { VERCEL_API_URL = '', VERCEL_PROJECT_ID = '' } = step.variables;
  const least = { ...step, variables: { VERCEL_API_URL, VERCEL_PROJECT_ID } };
  return runContainer({ step: least, image: IMAGE, variables: { FORCE: 'true', ...variables } });
}

describe("an organisation's image", () => {
  it('brings values, keys and a policy that stands before the one in the clone', async () => {
    const { status, output } = await run();
    expect(output).toContain("policy.yml of the organisation's image");
    expect(status).toBe(0);
    const record = predicateOf(step.readRecord('.result.sigstore.json'));
    expect(record).toMatchObject({
      policy: { grant: 'of-the-organisation', source: { kind: 'layer' } },
      oidc: { keySource: '/etc/vercel-oidc-deploy/issuer-keys.json' },
      vercel: { target: 'production' },
    });
    expect(served.sandbox.vercel.deployments.at(-1)?.meta).toMatchObject({ by: 'organisation' });
  });

  it('lets a step change what is not locked', async () => {
    const { status } = await run({ META: ['by=step'] });
    expect(status).toBe(0);
    expect(served.sandbox.vercel.deployments.at(-1)?.meta).toMatchObject({ by: 'step' });
  });

  it.each([
    { name: 'a locked value', variables: { VERCEL_TEAM_ID: 'team_other' }, fault: /VERCEL_TEAM_ID: [^\n]*locks it at/ },
    {
      name: 'another policy',
      variables: { POLICY: 'deploy-policy.yml' },
      fault: /organisation's image has a policy[^]*POLICY deploy-policy\.yml/,
    },
  ])('lets no step name $name', async ({ variables, fault }) => {
    const known = served.sandbox.journal.length;
    const { status, output } = await run(variables);
    expect(output).toMatch(fault);
    expect(status).toBe(2);
    expect(served.sandbox.journal).toHaveLength(known);
  });
});
