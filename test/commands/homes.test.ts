import { afterEach, describe, expect, it } from '@jest/globals';
import { createSandbox, PROVIDER_URLS, STORE_URLS, type Sandbox } from '../../src/sandbox/index.ts';
import { makeStep, predicateOf, runStep, writesOf, type Step, type StepRun } from '../support/step.ts';
import { editPolicy } from './support/examine.ts';

const FOLDER = `${STORE_URLS.files}/records/`;

let step: Step;
let sandbox: Sandbox;
afterEach(() => step.remove());

async function begin(policy: (text: string) => string = (text) => text): Promise<void> {
  sandbox = await createSandbox({ providers: PROVIDER_URLS, stores: STORE_URLS });
  step = await makeStep(sandbox);
  editPolicy(step, policy);
}

const run = (environment: Readonly<Record<string, string>> = {}): Promise<StepRun> =>
  runStep(sandbox, step, { environment: { SIGNING_KEY: undefined, ...home(), ...environment } });
const home = (): Record<string, string> => ({
  RECORD_STORE: FOLDER,
  RECORD_STORE_TOKEN: sandbox.stores?.files.token ?? '',
});
const requireStore = (text: string): string => `${text}    require: { store: true }\n`;
/** Positions in the journal. */
const positions = (method: string, path: RegExp): number[] =>
  sandbox.journal.flatMap((entry, index) => (entry.method === method && path.test(entry.path) ? [index] : []));
const made = (): unknown[] => sandbox.vercel.deployments.filter(({ body }) => body !== undefined);
const refuse = (name: RegExp, times = 99): void =>
  void sandbox.misbehave({ match: { method: 'PUT', path: name }, times, action: { kind: 'status', status: 503 } });

describe('a lasting home', () => {
  it('gets manifest, intent and result, byte for byte, and quiets the warning', async () => {
    await begin();
    const { status, log } = await run();
    expect(status).toBe(0);
    expect(log).not.toContain('14 days');
    expect(log).toMatch(/^done store in https:\/\/files\.example\.com\/records\//m);
    // What later steps read is no record.
    const records = step.files().filter((name) => !name.startsWith('deploy-outputs.'));
    expect(records.map((name) => name.replace(/^.*?\./, ''))).toEqual([
      'intent.sigstore.json',
      'manifest.json',
      'result.sigstore.json',
    ]);
    const stored = sandbox.stores?.files.files ?? [];
    expect(stored.map(({ path }) => path.replace('/records/', '')).sort()).toEqual(records);
    for (const { path, bytes } of stored) {
      expect(new TextDecoder().decode(bytes)).toBe(step.read(path.replace('/records/', '')));
    }
  });

  it('has the intent before anything is created, where the grant requires a store', async () => {
    await begin(requireStore);
    expect((await run()).status).toBe(0);
    const [created = 0] = positions('POST', /^\/v13\/deployments$/);
    expect(positions('PUT', /intent\.sigstore\.json$/)[0]).toBeLessThan(created);
  });

  it('that does not take the intent stops a run whose grant requires it, with nothing created', async () => {
    await begin(requireStore);
    refuse(/intent\.sigstore/);
    const { status, log } = await run();
    expect(status).toBe(3);
    expect(log).toMatch(/^error RECORD_NOT_STORED: /m);
    expect(made()).toEqual([]);
    // It is in the clone, beside the result: a reader would ask which intent that is.
    expect(step.files().some((name) => name.endsWith('.intent.sigstore.json'))).toBe(true);
    expect(predicateOf(step.readOne('.result.sigstore.json'))['intent']).toMatchObject({ digest: expect.anything() });
  });

  it('that takes nothing leaves a live deployment, a record in the clone, and a status that says so', async () => {
    await begin();
    refuse(/./);
    const { status, log } = await run();
    expect(status).toBe(3);
    expect(log).toMatch(
      /^error LIVE, record kept at deploy-records\/\S+\.result\.sigstore\.json\. RECORD_NOT_STORED: /m,
    );
    expect(made()).toHaveLength(1);
  });

  it('lets the same step, run again, know its keyless deployment and only store', async () => {
    await begin(requireStore);
    refuse(/result\.sigstore/, 4);
    expect((await run()).status).toBe(3);
    const { status, log } = await againWithNewToken(home());
    expect(log).toMatch(/adopted/);
    expect(status).toBe(0);
    expect(made()).toHaveLength(1);
  });

  it('is what a keyless run is known by: without it, or with another intent, a new deployment is made', async () => {
    await begin();
    expect((await run()).status).toBe(0);
    const { log } = await againWithNewToken({});
    expect(log).toMatch(/not taken: a keyless run is known again by its intent in RECORD_STORE alone/);
    expect(made()).toHaveLength(2);
  });

  it('does not vouch for an intent that was changed, or that is gone', async () => {
    await begin();
    expect((await run()).status).toBe(0);
    const intent = sandbox.stores?.files.files.find(({ path }) => path.endsWith('.intent.sigstore.json'));
    const bytes = intent?.bytes ?? new Uint8Array();
    // One character of the signed payload.
    const at = Buffer.from(bytes).indexOf('"payload":"') + 1000;
    bytes[at] = bytes[at] === 0x41 ? 0x42 : 0x41;
    const { status, log } = await againWithNewToken(home());
    expect(status).toBe(0);
    expect(log).toMatch(/not taken: its intent could not be checked: /);
    expect(made()).toHaveLength(2);
  });

  it('that is Bitbucket gets the access token at the host that issued the step its own, and nowhere else', async () => {
    await begin();
    const { status, log } = await run({
      RECORD_STORE: 'bitbucket-downloads',
      RECORD_STORE_TOKEN: '',
      BITBUCKET_ACCESS_TOKEN: sandbox.bitbucket.accessToken,
      BITBUCKET_API_URL: 'https://stranger.example',
    });
    expect(status).toBe(2);
    expect(log).toMatch(/VARIABLES_INVALID: RECORD_STORE: bitbucket-downloads would send BITBUCKET_ACCESS_TOKEN/);
    expect(log).toMatch(/BITBUCKET_API_URL is at https:\/\/stranger\.example, and the token was issued by https?:/);
    expect(sandbox.journal.filter(({ known }) => !known)).toEqual([]);
    expect(writesOf(sandbox)).toEqual([]);
  });

  it('is left alone by a denial of a grant that requires one and a step without', async () => {
    await begin(requireStore);
    const { status, log } = await runStep(sandbox, step, { environment: { SIGNING_KEY: undefined } });
    expect(status).toBe(5);
    expect(log).toContain('RECORD_STORE');
    expect(writesOf(sandbox)).toEqual([]);
    expect(predicateOf(step.readOne('.result.sigstore.json'))).toMatchObject({ outcome: { status: 'denied' } });
  });
});

/** Bitbucket gives the step that is run again a token of its own. */
async function againWithNewToken(environment: Readonly<Record<string, string | undefined>>): Promise<StepRun> {
  return runStep(sandbox, step, {
    environment: {
      SIGNING_KEY: undefined,
      BITBUCKET_STEP_RUN_NUMBER: '2',
      BITBUCKET_STEP_OIDC_TOKEN: await sandbox.issuer.mintToken(),
      ...environment,
    },
  });
}
