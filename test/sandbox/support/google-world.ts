import { generateKeyPairSync } from 'node:crypto';
import type { PipeError } from '../../../src/errors.ts';
import { gcpHop } from '../../../src/exchange/gcp.ts';
import type { HopConfigs, HopOutput } from '../../../src/exchange/index.ts';
import { createGoogle } from '../../../src/sandbox/gcp/google.ts';
import type { GoogleKey, GoogleOptions, GoogleSandbox } from '../../../src/sandbox/gcp/types.ts';
import { createSandbox, type MintOverrides, type Sandbox } from '../../../src/sandbox/index.ts';
import { Secret } from '../../../src/secret.ts';
import { ACCOUNT, AUDIENCE, PROVIDER } from '../../exchange/support/google-answers.ts';
import { API, INPUT } from '../../exchange/support/hop-contract.ts';
import { routeBench } from '../../exchange/support/route-bench.ts';
import { NEVER } from '../../http/support/bench.ts';

/** The bench's clock. */
export const NOW = 1_000_000;
export const POOL = PROVIDER.slice(2, PROVIDER.lastIndexOf('/providers/'));
export const PARENT = 'projects/1/secrets/vercel';
export const REGIONAL = 'projects/1/locations/europe-west3/secrets/vercel';
export const RING = 'projects/1/locations/global/keyRings/ring/cryptoKeys';
export const READ: HopConfigs['gcp'] = { provider: PROVIDER, secret: `${PARENT}/versions/latest` };
export const IDENTIFY: HopConfigs['gcp'] = { provider: PROVIDER, serviceAccount: ACCOUNT, identityToken: AUDIENCE };

export interface World {
  readonly google: GoogleSandbox;
  readonly asked: readonly string[];
  readonly run: (settings: HopConfigs['gcp'], token?: MintOverrides) => Promise<HopOutput & PipeError>;
  readonly deps: ReturnType<typeof routeBench>;
  readonly sandbox: Sandbox;
  readonly keys: readonly GoogleKey[];
}

/** A project where the repository of the sandbox's step may do everything; the changes take it away. */
export async function makeWorld(changes: (sandbox: Sandbox) => Partial<GoogleOptions> = () => ({})): Promise<World> {
  const sandbox = await createSandbox({ now: () => NOW });
  const { issuer } = sandbox;
  const repository = `principalSet://${POOL}/attribute.repository_uuid/${issuer.step.repositoryUuid}`;
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const keys = [
    { name: `${RING}/ec/cryptoKeyVersions/1`, algorithm: 'EC_SIGN_P256_SHA256', ...ec },
    { name: `${RING}/rsa/cryptoKeyVersions/1`, algorithm: 'RSA_SIGN_PKCS1_2048_SHA256', ...rsa },
  ];
  const { google, routes } = await createGoogle({
    keys,
    now: () => NOW,
    providers: [providerOf(sandbox)],
    accounts: [{ email: ACCOUNT, uniqueId: '104567890123456789012' }],
    secrets: [
      { name: `${PARENT}/versions/1`, value: 'vercel-token-of-version-1' },
      { name: `${PARENT}/versions/2`, value: 'vercel-token-of-version-2' },
      { name: `${REGIONAL}/versions/1`, value: 'vercel-token-of-a-region' },
    ],
    bindings: [
      { role: 'roles/iam.workloadIdentityUser', member: repository, on: ACCOUNT },
      { role: 'roles/secretmanager.secretAccessor', member: repository, on: PARENT },
      { role: 'roles/secretmanager.secretAccessor', member: repository, on: REGIONAL },
      { role: 'roles/cloudkms.signerVerifier', member: repository, on: `${RING}/ec` },
      { role: 'roles/cloudkms.signerVerifier', member: `serviceAccount:${ACCOUNT}`, on: `${RING}/rsa` },
    ],
    ...changes(sandbox),
  });
  const deps = routeBench(routes);
  const run: World['run'] = async (settings, overrides) => {
    const input = { ...INPUT, token: new Secret(await issuer.mintToken(overrides)) };
    const outcome = gcpHop.obtain(settings, input, { ...deps, apiUrl: API }, NEVER).catch((error: unknown) => error);
    return (await outcome) as HopOutput & PipeError;
  };
  return { google, asked: deps.asked, run, deps, sandbox, keys };
}

export function providerOf({ issuer }: Sandbox): GoogleOptions['providers'][number] {
  return {
    ...{ name: PROVIDER, issuer: issuer.url, keys: () => issuer.keys() },
    allowedAudiences: [issuer.defaultAudience],
    mapping: { 'attribute.repository_uuid': 'repositoryUuid' },
    condition: (claims) => claims['branchName'] === issuer.step.branch,
  };
}
