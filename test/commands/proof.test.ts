import { X509Certificate } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { readTrust, verifyRecord } from '../../src/record/index.ts';
import {
  createSandbox,
  PROVIDER_URLS,
  RECORD_KEY,
  STORE_URLS,
  VAULT_ROLE,
  type Sandbox,
  type SandboxOptions,
} from '../../src/sandbox/index.ts';
import { makeStep, predicateOf, runStep, writesOf, type Step, type StepRun } from '../support/step.ts';
import { editPolicy } from './support/examine.ts';

const VAULT = `signers: { vault: { address: '${PROVIDER_URLS.vault}', role: ${VAULT_ROLE}, key: ${RECORD_KEY} } }\n`;
const NO_KEY = { SIGNING_KEY: undefined };

let step: Step;
let sandbox: Sandbox;
afterEach(() => step.remove());

interface Setup {
  readonly policy?: (text: string) => string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly prepare?: () => void;
  readonly options?: SandboxOptions;
}

async function begin({ policy, options, prepare }: Setup = {}): Promise<void> {
  sandbox = await createSandbox({ providers: PROVIDER_URLS, stores: STORE_URLS, ...options });
  step = await makeStep(sandbox);
  if (policy) editPolicy(step, policy);
  prepare?.();
}

async function deploy(setup: Setup = {}): Promise<StepRun> {
  await begin(setup);
  return again(setup.environment);
}

const again = (environment: Setup['environment'] = {}): Promise<StepRun> =>
  runStep(sandbox, step, { environment: { ...NO_KEY, ...environment } });
const require = (text: string) => (policy: string) => `${policy}    require: { ${text} }\n`;
const tsaUrl = (): string => sandbox.providers?.tsa.url ?? '';
const creates = (): string[] => writesOf(sandbox).filter((write) => write.endsWith('/deployments'));
const signerOf = (ending: string): unknown => predicateOf(step.readOne(ending))['signer'];
const issuerKeys = (): string => JSON.stringify({ [sandbox.issuer.url]: sandbox.issuer.keys() });

describe('who signs', () => {
  it('is an ephemeral key where no key is configured, one for intent and result, and the token vouches for it', async () => {
    const { status, log } = await deploy();
    expect(status).toBe(0);
    expect(log).toMatch(/^done signer an ephemeral key, bound to the step's token$/m);
    const [intentText, bundle] = [step.readOne('.intent.sigstore.json'), step.readOne('.result.sigstore.json')];
    const options = { allowSandbox: true, now: Date.now(), intentText, manifestText: step.readOne('.manifest.json') };
    const record = verifyRecord(bundle, readTrust({ issuerKeys: issuerKeys() }), options);
    expect(record.assurance).toBe('held-token');
    expect(signerOf('.result.sigstore.json')).toEqual(signerOf('.intent.sigstore.json'));
    expect(signerOf('.intent.sigstore.json')).toMatchObject({ mode: 'keyless', keyId: record.keyId });
  });

  it.each([
    { name: 'a stored key before an ephemeral one', policy: '', environment: { SIGNING_KEY: 'its own' }, mode: 'key' },
    { name: 'a key of the policy before both', policy: VAULT, environment: { SIGNING_KEY: 'its own' }, mode: 'vault' },
    { name: 'what SIGNER names', policy: VAULT, environment: { SIGNER: 'keyless' }, mode: 'keyless' },
  ])('is $name', async ({ policy, environment, mode }) => {
    await begin({ policy: (text) => `${policy}${text}` });
    const own = 'SIGNING_KEY' in environment ? { SIGNING_KEY: step.clone.signingKey } : {};
    const { status } = await again({ ...environment, ...own });
    expect(status).toBe(0);
    expect(signerOf('.result.sigstore.json')).toMatchObject({
      mode,
      ...(mode === 'vault' ? { keyUri: `vault:${PROVIDER_URLS.vault}/transit/keys/${RECORD_KEY}:v1` } : {}),
      ...(mode === 'key' ? { static: true } : {}),
    });
    expect(sandbox.providers?.vault.tokens.filter(({ revoked }) => !revoked)).toEqual([]);
  });

  it('is what the grant lets sign, whatever else the step has', async () => {
    await begin({ policy: (text) => require('signers: [keyless]')(`${VAULT}${text}`) });
    expect((await again({ SIGNING_KEY: step.clone.signingKey })).status).toBe(0);
    expect(signerOf('.result.sigstore.json')).toMatchObject({ mode: 'keyless' });
  });

  it('is an ephemeral key for a denial, which names no grant', async () => {
    await begin({ policy: (text) => text.replace('branchName: main', 'branchName: release') });
    expect((await again({ SIGNING_KEY: step.clone.signingKey })).status).toBe(5);
    expect(signerOf('.result.sigstore.json')).toMatchObject({ mode: 'keyless' });
  });

  it('refuses SIGNER where nobody described the key, and sends nothing', async () => {
    const { status, log } = await deploy({ environment: { SIGNER: 'aws-kms' } });
    expect(status).toBe(2);
    expect(log).toMatch(/SIGNER is aws-kms, and the policy describes no such key\./);
    expect(sandbox.journal).toEqual([]);
  });

  it('is nobody else where the service of the key does not answer: nothing is created, and that is signed', async () => {
    const refuse = {
      match: { path: /\/transit\/sign\// },
      times: 99,
      action: { kind: 'status', status: 403 },
    } as const;
    await begin({ policy: (text) => `${VAULT}${text}` });
    sandbox.misbehave(refuse);
    const { status, log } = await again();
    expect(status).toBe(5);
    expect(log).toMatch(/error DENIED_BY_PROVIDER: .*\(signer vault\)/);
    expect(creates()).toEqual([]);
    expect(sandbox.vercel.tokens.filter(({ kind, revokedAt }) => kind === 'app' && !revokedAt)).toEqual([]);
    expect(predicateOf(step.readOne('.result.sigstore.json'))).toMatchObject({
      signer: { mode: 'keyless' },
      outcome: { status: 'denied', code: 'DENIED_BY_PROVIDER' },
    });
  });

  it('does not change in the middle: a result that the key does not sign is told as missing', async () => {
    await begin({ policy: (text) => `${VAULT}${text}` });
    // The intent, and the link in meta.
    sandbox.misbehave({ match: { path: /\/transit\/sign\// }, times: 2, action: { kind: 'delay', ms: 0 } });
    sandbox.misbehave({ match: { path: /\/transit\/sign\// }, times: 99, action: { kind: 'status', status: 403 } });
    const { status, log } = await again();
    expect(status).toBe(5);
    expect(log).toMatch(/^error LIVE, without a record\. DENIED_BY_PROVIDER: /m);
    expect(step.files().filter((name) => name.endsWith('.result.sigstore.json'))).toEqual([]);
  });

  it('is an ephemeral key of a run whose own signer could not be reached', async () => {
    await begin({ policy: (text) => `${VAULT}${text}` });
    sandbox.misbehave({ match: { path: /\/auth\/jwt\/login/ }, times: 99, action: { kind: 'status', status: 503 } });
    const { status } = await again();
    expect(status).toBe(3);
    expect(creates()).toEqual([]);
    expect(predicateOf(step.readOne('.result.sigstore.json'))).toMatchObject({
      signer: { mode: 'keyless' },
      outcome: { status: 'failed' },
    });
  });
});

describe('the time of a third party', () => {
  it('is in intent and result, and makes a keyless record timed', async () => {
    await begin();
    const { status } = await again({ TIMESTAMP_URL: tsaUrl() });
    expect(status).toBe(0);
    const tsa = sandbox.providers?.tsa.rootPem ?? '';
    expect(new X509Certificate(tsa).ca).toBe(true);
    const trust = readTrust({ issuerKeys: issuerKeys(), tsa });
    for (const ending of ['.intent.sigstore.json', '.result.sigstore.json']) {
      const record = verifyRecord(step.readOne(ending), trust, { allowSandbox: true, now: Date.now() });
      expect(record.assurance).toBe('timed');
      expect(Math.abs((record.timestamp?.at ?? 0) - Date.now())).toBeLessThan(60_000);
    }
  });

  it.each([
    { name: 'is missed with a warning', policy: (text: string) => text, status: 0, made: 1 },
    { name: 'is waited for where the grant requires it', policy: require('timestamp: true'), status: 3, made: 0 },
  ])('$name', async ({ policy, status: wanted, made }) => {
    await begin({ policy });
    sandbox.misbehave({ match: { path: /^\/timestamp$/ }, times: 99, action: { kind: 'status', status: 500 } });
    const { status, log } = await again({ TIMESTAMP_URL: tsaUrl() });
    expect(status).toBe(wanted);
    expect(log).toMatch(wanted === 0 ? /^warn The result bears no time of a third party/m : /^error TIMESTAMP_FAILED/m);
    expect(creates()).toHaveLength(2 * made);
    expect(step.files().filter((name) => name.endsWith('.result.sigstore.json'))).toHaveLength(1);
  });

  it('is asked for where the grant requires it', async () => {
    const { status, log } = await deploy({ policy: require('timestamp: true') });
    expect(status).toBe(5);
    expect(log).toContain('TIMESTAMP_URL');
  });
});
