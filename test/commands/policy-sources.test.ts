import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sha256Hex } from '../../src/digest.ts';
import { createSandbox, type Sandbox } from '../../src/sandbox/index.ts';
import { makeStep, predicateOf, runStep, type RunOptions, type Step, type StepRun } from '../support/step.ts';

let sandbox: Sandbox;
let step: Step;
let folder: string;

beforeEach(async () => {
  sandbox = await createSandbox();
  step = await makeStep(sandbox);
  folder = mkdtempSync(`${tmpdir()}/organisation-`);
});
afterEach(() => {
  step.remove();
  rmSync(folder, { recursive: true });
});

const policyPath = (): string => `${step.clone.directory}/deploy-policy.yml`;
const policyText = (): string => readFileSync(policyPath(), 'utf8');
const inImage = (environment: RunOptions['environment'] = {}): Promise<StepRun> =>
  runStep(sandbox, step, { organisationFolder: folder, environment });
const recorded = (): Record<string, unknown> => predicateOf(step.readOne('.result.sigstore.json'));
const keyFetches = (): number => sandbox.journal.filter(({ path }) => path.includes('/identity/oidc/')).length;

/** The keys that the sandbox publishes, as doctor writes them. */
function keysFile(): string {
  return `${JSON.stringify({ [sandbox.issuer.url]: sandbox.issuer.keys() })}\n`;
}

describe("the organisation's layer", () => {
  it("'s policy judges, whatever the clone holds", async () => {
    writeFileSync(`${folder}/policy.yml`, policyText().replace('web-production', 'by-the-platform-team'));
    const { status, log } = await inImage();
    expect({ status, errors: log.match(/^error .*/gm) }).toEqual({ status: 0, errors: null });
    expect(log).toContain('grant by-the-platform-team allows');
    expect(recorded()['policy']).toMatchObject({ grant: 'by-the-platform-team', source: { kind: 'layer' } });
  });

  it("'s policy is not to be overridden by POLICY", async () => {
    writeFileSync(`${folder}/policy.yml`, policyText());
    const { status } = await inImage({ POLICY: 'deploy-policy.yml' });
    expect(status).toBe(2);
    expect(sandbox.journal).toEqual([]);
  });

  it("'s keys need no fetch, and the record says whose they were", async () => {
    writeFileSync(`${folder}/issuer-keys.json`, keysFile());
    const { status } = await inImage();
    expect(status).toBe(0);
    expect(keyFetches()).toBe(0);
    expect(recorded()['oidc']).toMatchObject({ keySource: `${folder}/issuer-keys.json` });
  });

  it("'s policy names its keys beside itself", async () => {
    writeFileSync(`${folder}/pinned.json`, keysFile());
    writeFileSync(
      `${folder}/policy.yml`,
      `keys: { file: pinned.json, sha256: '${sha256Hex(keysFile())}' }\n${policyText()}`,
    );
    const { status } = await inImage();
    expect(status).toBe(0);
    expect(recorded()['oidc']).toMatchObject({ keySource: 'pinned.json (keys: of the policy)' });
  });

  it("'s locked default stands against the step", async () => {
    writeFileSync(`${folder}/defaults.yml`, 'TARGET: { value: preview, locked: true }\n');
    const { status, log } = await inImage();
    expect(status).toBe(2);
    expect(log).toContain(`TARGET: got "production"; the organisation's image locks it at "preview"`);
    expect(sandbox.journal).toEqual([]);
  });
});

describe('keys that the policy in the clone pins', () => {
  const pin = (sha256: string): void =>
    writeFileSync(policyPath(), `keys: { file: issuer-keys.json, sha256: '${sha256}' }\n${policyText()}`);

  it('need no fetch', async () => {
    writeFileSync(`${step.clone.directory}/issuer-keys.json`, keysFile());
    pin(sha256Hex(keysFile()));
    const { status } = await runStep(sandbox, step);
    expect(status).toBe(0);
    expect(keyFetches()).toBe(0);
    expect(recorded()['oidc']).toMatchObject({ keySource: 'issuer-keys.json (keys: of the policy)' });
  });

  it('that do not hold the one that signed the token are no reason to stop, but one to renew them', async () => {
    const before = keysFile().replace(/"kid":"[^"]+"/, '"kid":"the-one-before"');
    writeFileSync(`${step.clone.directory}/issuer-keys.json`, before);
    pin(sha256Hex(before));
    const { status, log } = await runStep(sandbox, step);
    expect(status).toBe(0);
    expect(keyFetches()).toBe(1);
    expect(log).toMatch(/^warn The pinned keys hold none that signed this token[^\n]*COMMAND: doctor/m);
    expect(recorded()['oidc']).toMatchObject({ keySource: 'fetched' });
  });

  it.each([
    { name: 'are not there', write: false, text: 'is missing' },
    { name: 'are others than named', write: true, text: 'is not the one that it names' },
  ])('that $name end the run: nothing is fetched in their place', async ({ write, text }) => {
    if (write) writeFileSync(`${step.clone.directory}/issuer-keys.json`, keysFile());
    pin('0'.repeat(64));
    const { status, log } = await runStep(sandbox, step);
    expect(status).toBe(2);
    expect(log).toContain(`TRUST_MATERIAL_INVALID: The key file of the policy (keys:) ${text}.`);
    expect(log).toContain('COMMAND: doctor');
    expect(sandbox.journal).toEqual([]);
  });

  it('that are a folder are no bug of the pipe', async () => {
    mkdirSync(`${step.clone.directory}/issuer-keys.json`);
    pin('0'.repeat(64));
    const { status, log } = await runStep(sandbox, step);
    expect(status).toBe(2);
    expect(log).toMatch(
      /TRUST_MATERIAL_INVALID: The key file of the policy \(keys:\) cannot be read\.[^]*got: +EISDIR for/,
    );
    expect(sandbox.journal).toEqual([]);
  });

  it('are fetched where nothing pins them, and the record says so', async () => {
    await runStep(sandbox, step);
    expect(keyFetches()).toBe(1);
    expect(recorded()['oidc']).toMatchObject({ keySource: 'fetched' });
  });
});

it('a policy that is a folder is no bug of the pipe', async () => {
  mkdirSync(`${step.clone.directory}/rules`);
  const { status, log } = await runStep(sandbox, step, { environment: { POLICY: 'rules' } });
  expect(status).toBe(2);
  expect(log).toMatch(/POLICY_INVALID: The policy file cannot be read\.[^]*got: +EISDIR for [^\n]*\/rules/);
  expect(sandbox.journal).toEqual([]);
});

describe('a policy at an address', () => {
  const URL = 'https://policies.example.com/policy.yml';
  /** The sandbox, and one more server with this text. */
  const serving = (text: string): Pick<RunOptions, 'network'> => ({
    network: (network) => ({
      ...network,
      send: (request) =>
        request.url.startsWith(URL)
          ? Promise.resolve({ status: 200, headers: {}, body: bytes(text) })
          : network.send(request),
    }),
  });

  it('judges by its digest, and the record names both', async () => {
    const text = policyText().replace('web-production', 'from-afar');
    rmSync(policyPath());
    const { status, log } = await runStep(sandbox, step, {
      ...serving(text),
      environment: { POLICY: `${URL}#sha256=${sha256Hex(text)}` },
    });
    expect({ status, errors: log.match(/^error .*/gm) }).toEqual({ status: 0, errors: null });
    expect(recorded()['policy']).toMatchObject({
      grant: 'from-afar',
      digest: { sha256: sha256Hex(text) },
      source: { kind: 'https', where: expect.stringContaining(URL) },
    });
  });

  it('of another digest ends the run before any token is sent', async () => {
    const { status, log } = await runStep(sandbox, step, {
      ...serving(`${policyText()}\n`),
      environment: { POLICY: `${URL}#sha256=${sha256Hex(policyText())}` },
    });
    expect(status).toBe(4);
    expect(log).toContain('SIGNATURE_INVALID');
    expect(sandbox.journal).toEqual([]);
  });
});

describe('a policy that has expired', () => {
  it('denies a deploy, and names the command that renews it', async () => {
    writeFileSync(
      policyPath(),
      policyText().replace('version: 1\n', "version: 1\nissued: '2020-01-01'\nexpires: '2020-01-31'\n"),
    );
    const { status, log } = await runStep(sandbox, step);
    expect(status).toBe(5);
    expect(log).toMatch(/^warn The policy expired at the end of 2020-01-31.*policy renew deploy-policy\.yml/m);
    expect(log).toMatch(/DENIED_BY_POLICY: The policy expired[^]*only rollback is allowed/);
    expect(recorded()['policy']).toMatchObject({ denial: expect.stringContaining('expired') });
  });
});

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield Buffer.from(text);
}
