import { PipeError } from '../errors.ts';
import { reachKey, revokeAll } from '../exchange/index.ts';
import type { Grant, Policy, SignerName } from '../policy/types.ts';
import type { Secret } from '../secret.ts';
import { createKeylessSigner, openManagedSigner, type ManagedSigner } from '../signing/index.ts';
import type { Signer } from '../signing/types.ts';
import type { Config } from '../variables/index.ts';
import { boundBy } from './bound.ts';
import { exchangeDeps, exchangeInput } from './credential.ts';
import { stage, type Run } from './run.ts';
import type { Story } from './story.ts';

/** One signature by a service; a run that was stopped has five seconds for everything. */
const SIGN_MS = 15_000;
const STOPPED_SIGN_MS = 1000;
const CLOSE_MS = 3000;

const WORDS: Readonly<Record<SignerName, string>> = {
  keyless: "an ephemeral key, bound to the step's token",
  key: 'SIGNING_KEY, a stored key (static)',
  vault: "Vault's transit engine",
  'aws-kms': 'AWS KMS',
  'gcp-kms': 'Google Cloud KMS',
  'azure-key-vault': 'Azure Key Vault',
};

/** What this step can sign with, best first: a managed key of the policy, a stored key, an ephemeral one. */
export function listSigners({ signer, signingKey }: Config, policy: Policy | undefined): readonly SignerName[] {
  if (signer !== 'auto') return [signer];
  const managed = Object.keys(policy?.signers ?? {}) as SignerName[];
  return [...managed, ...(signingKey ? ['key' as const] : []), 'keyless'];
}

/**
 * The same, refused where SIGNER names a key that nobody described.
 * @throws {PipeError} `VARIABLES_INVALID`.
 */
export function findSigners(config: Config, policy: Policy | undefined): readonly SignerName[] {
  const names = listSigners(config, policy);
  const [first = 'keyless'] = names;
  if (first === 'keyless' || first === 'key' || policy?.signers[first]) return names;
  throw new PipeError({
    code: 'VARIABLES_INVALID',
    message: `SIGNER is ${first}, and ${policy ? 'the policy describes no such key' : 'there is no policy to describe the key'}.`,
    got: `SIGNER: ${first}`,
    wanted: `signers: { ${first}: … } in the policy`,
    fix: 'Describe the key under signers: in the policy, or remove SIGNER.',
  });
}

/**
 * Opens the signer that the grant chose; `story.signer` holds it from then on. There is no other to fall back on: two
 * keys in one run would be two stories.
 * @throws {PipeError} in the words of the key's service.
 */
export async function openSigner(run: Run, story: Story, grant: Grant, keySigner: Signer | undefined): Promise<Signer> {
  return stage(
    run,
    'signer',
    async () => (story.signer = await open(run, story, grant, keySigner)),
    // Of a key that lives for this run alone the last lines of the log are enough.
    ({ name, keyId }) => (name === 'keyless' ? WORDS[name] : `${WORDS[name]}, key ${keyId}`),
  );
}

async function open(run: Run, story: Story, grant: Grant, keySigner: Signer | undefined): Promise<Signer> {
  const { signer: name } = grant;
  switch (name) {
    case 'key':
      if (!keySigner) throw new Error('a grant took SIGNING_KEY, and there is none');
      return keySigner;
    case 'keyless':
      return createKeyless(run, story);
    case 'vault':
    case 'aws-kms':
    case 'gcp-kms':
    case 'azure-key-vault': {
      const signer = await openManaged(run, story, grant, name);
      story.managedSigner = signer;
      return signer;
    }
  }
}

/** Signs what ended before a signer was reached: a denial, or a key's service that does not answer. */
export function createKeyless({ config }: Run, { identity }: Story): Signer {
  if (!identity || !config.stepToken) throw new Error('a keyless signer without a verified identity');
  const { issuer, issuerKey } = identity;
  return createKeylessSigner({ token: config.stepToken, issuer, issuerKey });
}

async function openManaged(
  run: Run,
  story: Story,
  grant: Grant,
  name: Exclude<SignerName, 'key' | 'keyless'>,
): Promise<ManagedSigner> {
  const { config, platform, http, signal, stop } = run;
  const { clock, log } = platform;
  const settings = story.policy?.signers[name];
  if (!settings) throw new Error('a grant took a signer that the policy lacks');
  const { session } = exchangeInput(run);
  const deps = {
    ...{ http, clock, log, session, stepToken: config.stepToken },
    accessToken: await openWay(run, story, grant),
    signalOf: () => boundBy(clock, stop.aborted ? STOPPED_SIGN_MS : SIGN_MS, tooSlow(name)),
  };
  return openManagedSigner(name, settings, deps, signal);
}

function tooSlow(name: string): PipeError {
  return new PipeError({
    code: 'SERVICE_FAILED',
    message: `The service of the signer ${name} did not sign in time.`,
    got: 'no answer',
    wanted: 'a signature',
    fix: 'See whether its key can be reached from a step, then run the step again.',
  });
}

/** The chain that leads to the key of a signer, where the step's own token does not open its vault. */
export function findWay(signer: SignerName, policy: Policy | undefined): Parameters<typeof reachKey>[1] | undefined {
  const name = signer === 'azure-key-vault' ? policy?.signers[signer]?.exchange : undefined;
  return name === undefined ? undefined : { name, chain: policy?.exchanges[name] ?? [] };
}

async function openWay(run: Run, story: Story, grant: Grant): Promise<Secret | undefined> {
  const chain = findWay(grant.signer, story.policy);
  if (!chain) return undefined;
  return reachKey(grant, chain, exchangeInput(run), exchangeDeps(run, story), story.keyLeases, run.signal);
}

/** Takes back what reached the key, when nothing is left to sign. */
export async function closeSigner(
  { platform, stop }: Pick<Run, 'platform' | 'stop'>,
  { managedSigner, keyLeases }: Pick<Story, 'managedSigner' | 'keyLeases'>,
): Promise<void> {
  const until = platform.clock.timeout(stop.aborted ? STOPPED_SIGN_MS : CLOSE_MS);
  await managedSigner?.close(until);
  await revokeAll(keyLeases, platform.log, until);
}
