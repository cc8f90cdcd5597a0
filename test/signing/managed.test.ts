import { verify } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { RecordKeys } from '../../src/exchange/config.ts';
import { checkRecordKeys, openManagedSigner, type ManagedSigner } from '../../src/signing/index.ts';
import { bench, NEVER } from '../http/support/bench.ts';
import { networkFault } from '../http/support/fake-network.ts';
import { COUNTERPARTS } from './support/counterparts/index.ts';
import { DATA, refusalOf } from './support/outcome.ts';
import { signerWorld } from './support/signer-world.ts';

const MINUTE = 60_000;
/** What reaches the key is made by this run, out of the step's token: all but Azure's. */
const OWN = COUNTERPARTS.filter(({ name }) => name !== 'azure-key-vault');
/** Vault's role gives 5 minutes, AWS and Google's account 15. */
const LIFE: Readonly<Record<string, number>> = { vault: 5 * MINUTE, 'aws-kms': 15 * MINUTE, 'gcp-kms': 15 * MINUTE };

async function signs(signer: ManagedSigner): Promise<boolean> {
  return verify('sha256', DATA, signer.publicKeyPem, await signer.sign(DATA));
}

describe.each(OWN)('the signer $name, in a long deployment', (description) => {
  const life = LIFE[description.name] ?? 0;
  const reached = (steps: readonly string[]): number => steps.filter((step) => step === 'reach').length;

  it.each([
    { name: 'near its end', after: life - MINUTE / 2 },
    { name: 'past its end', after: life + MINUTE },
    { name: 'long past its end', after: 50 * MINUTE },
  ])('opens its session again $name, and signs with the same key', async ({ after }) => {
    const world = await signerWorld(description);
    const signer = await world.open();
    const once = reached(world.steps);
    world.pass(life - 2 * MINUTE);
    expect(await signs(signer)).toBe(true);
    expect(reached(world.steps)).toBe(once);
    world.pass(after - life + 2 * MINUTE);
    world.rotate();
    expect(await signs(signer)).toBe(true);
    expect(reached(world.steps)).toBe(2 * once);
    expect(world.steps.filter((step) => step === 'key')).toHaveLength(1);
    expect(await signs(signer)).toBe(true);
    expect(reached(world.steps)).toBe(2 * once);
    await signer.close(NEVER);
    expect(world.left()).toBe(0);
    expect(world.log.text()).not.toContain('warn');
  });

  it('uses the old session to its end where it cannot be opened again', async () => {
    const world = await signerWorld(description);
    const signer = await world.open();
    world.tamper((step, honest) => (step === 'reach' ? Promise.reject(networkFault('ECONNRESET')) : honest()));
    world.pass(life - MINUTE / 2);
    expect(await signs(signer)).toBe(true);
    world.pass(MINUTE);
    expect(await refusalOf(signer.sign(DATA))).toMatchObject({
      ...{ code: 'NETWORK', message: expect.stringMatching(/could not be reached/) },
    });
  });

  it("says that the step's token has ended, where the result is signed after that", async () => {
    const world = await signerWorld(description);
    const signer = await world.open();
    world.pass(2 * 60 * MINUTE);
    expect(await refusalOf(signer.sign(DATA))).toMatchObject({
      ...{ code: 'CREDENTIAL_INVALID', message: expect.stringMatching(description.says) },
      fix: expect.stringMatching(/expired|new token/),
    });
  });
});

describe('the signer azure-key-vault, in a long deployment', () => {
  it("signs as long as Entra's token lives, and then asks for a new one", async () => {
    const [azure] = COUNTERPARTS.filter(({ name }) => name === 'azure-key-vault');
    if (!azure) throw new Error('no counterpart of Azure');
    const world = await signerWorld(azure);
    const signer = await world.open();
    world.pass(59 * MINUTE);
    expect(await signs(signer)).toBe(true);
    world.pass(2 * MINUTE);
    expect(await refusalOf(signer.sign(DATA))).toMatchObject({
      ...{ code: 'CREDENTIAL_INVALID', got: expect.stringMatching(/^status 401 Unauthorized AKV10052/) },
      fix: expect.stringMatching(
        /^Give the last hop of the chain through-entra the scope https:\/\/vault\.azure\.net\/\.default, and the tenant of the vault \(https:\/\/login\.microsoftonline\.com\/11111111-.*past its life/,
      ),
    });
  });
});

describe.each(COUNTERPARTS)('the signer $name', (description) => {
  it('asks nobody without a token', async () => {
    const world = await signerWorld(description);
    const opened = world.open({ stepToken: undefined, accessToken: undefined });
    expect(await refusalOf(opened)).toMatchObject({ code: 'TOKEN_MISSING' });
    expect(world.steps).toEqual([]);
  });

  it("leaves the caller's reason alone where it is stopped while it opens", async () => {
    const world = await signerWorld(description);
    const reason = new Error('stopped');
    await expect(world.open({}, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(world.left()).toBe(0);
  });
});

describe('the keys for records', () => {
  const azure = { vault: 'https://acme.vault.azure.net', key: 'deploy-records', exchange: 'through-entra' };
  const gcp = { provider: '//iam.googleapis.com/x', key: 'projects/1/x' };

  it('are well', () => {
    expect(checkRecordKeys({ 'azure-key-vault': azure })).toEqual([]);
    expect(checkRecordKeys({})).toEqual([]);
  });

  it.each<{ name: string; keys: RecordKeys; fault: RegExp }>([
    {
      name: 'a vault elsewhere',
      keys: { 'azure-key-vault': { ...azure, vault: 'https://evil.example' } },
      fault: /^signer: vault is https:\/\/evil\.example/,
    },
    {
      name: 'a name that leads elsewhere',
      keys: { 'azure-key-vault': { ...azure, key: '../secrets/x' } },
      fault: /^signer: key is \.\.\/secrets\/x/,
    },
    {
      name: 'a version that is none',
      keys: { 'azure-key-vault': { ...azure, version: 'a/b' } },
      fault: /^signer: version is a\/b/,
    },
    { name: 'a provider that is none', keys: { 'gcp-kms': gcp }, fault: /^signer: provider is/ },
  ])('are refused with $name', async ({ keys, fault }) => {
    expect(checkRecordKeys(keys)[0]).toMatch(fault);
    const made = bench([]);
    const deps = { ...made, session: 's', signalOf: () => NEVER, stepToken: undefined };
    const [[name, settings] = []] = Object.entries(keys);
    const opened = openManagedSigner(name as 'azure-key-vault', settings as never, deps, NEVER);
    expect((await refusalOf(opened)).code).toMatch(/^(?:POLICY_INVALID|TOKEN_MISSING)$/);
    expect(made.network.sent).toEqual([]);
  });
});
