import { createHttpClient } from '../../../src/http/index.ts';
import { PipeError } from '../../../src/errors.ts';
import { createSandbox, STORE_URLS, type Sandbox, type SandboxOptions } from '../../../src/sandbox/index.ts';
import { Secret } from '../../../src/secret.ts';
import { openStore, type StoreDeps } from '../../../src/store/index.ts';
import type { RecordStore, StoreChoice, StoreSecrets } from '../../../src/store/types.ts';
import { sandboxNetwork } from '../../support/sandbox-network.ts';
import { testPlatform, type TestPlatform } from '../../support/test-platform.ts';

export const NEVER = new AbortController().signal;
export const NAME = '20261125T120000Z-prj_web-production-1b9d6bcd.intent.sigstore.json';
export const RECORD = new TextEncoder().encode('{"a":"record"}\n');
export const SESSION = 'deploy-11111111-1111-4111-8111-111111111111';
export const NO_SECRETS: StoreSecrets = { token: undefined, keys: undefined };

export interface Opened {
  readonly sandbox: Sandbox;
  readonly platform: TestPlatform;
  readonly store: RecordStore;
  /** Of a store that shares sandbox and clock with this one. */
  readonly open: (choice: StoreChoice, secrets?: StoreSecrets, change?: Partial<StoreDeps>) => RecordStore;
}

interface Asked {
  readonly choice: StoreChoice | ((sandbox: Sandbox) => StoreChoice);
  readonly secrets?: (sandbox: Sandbox) => StoreSecrets;
  readonly options?: SandboxOptions;
  readonly change?: (sandbox: Sandbox) => Partial<StoreDeps>;
}

/** A store on a sandbox of its own, through the house's client. */
export async function openOn({ choice, secrets, options, change }: Asked): Promise<Opened> {
  const late: { platform?: TestPlatform } = {};
  const now = (): number => late.platform?.clock.now() ?? Date.now();
  const sandbox = await createSandbox({ now, stores: STORE_URLS, ...options });
  const platform = (late.platform = testPlatform(sandboxNetwork(sandbox)));
  const http = createHttpClient({ ...platform, userAgent: 'vercel-oidc-deploy/test' });
  const { workspace, repositorySlug } = sandbox.issuer.step;
  const deps: StoreDeps = {
    ...{ http, clock: platform.clock, log: platform.log, session: SESSION },
    stepToken: new Secret(await sandbox.issuer.mintToken()),
    bitbucketToken: new Secret(sandbox.bitbucket.accessToken),
    bitbucketApiUrl: sandbox.bitbucketUrl,
    build: { repositoryFullName: `${workspace}/${repositorySlug}` },
    ...change?.(sandbox),
  };
  const open: Opened['open'] = (one, given = NO_SECRETS, other = {}) => openStore(one, given, { ...deps, ...other });
  const chosen = typeof choice === 'function' ? choice(sandbox) : choice;
  return { sandbox, platform, open, store: open(chosen, secrets?.(sandbox) ?? NO_SECRETS) };
}

export function storesOf({ stores }: Sandbox): NonNullable<Sandbox['stores']> {
  if (!stores) throw new Error('a sandbox without stores');
  return stores;
}

/** What it rejects with, which must be one of ours. */
export async function refusalOf(work: Promise<unknown>): Promise<PipeError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof PipeError) return error;
    throw error;
  }
  throw new Error('nothing failed');
}
