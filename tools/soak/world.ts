import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { readTrust, type Trust } from '../../src/record/index.ts';
import { serveSandbox, type ServedSandbox } from '../../src/sandbox/index.ts';
import { makeClone, type DemoClone } from '../demo-clone.ts';
import { createRandom } from '../histories/random.ts';
import { createSpedClock, type SpedClock } from './clock.ts';
import type { Season } from './types.ts';

/** Where the runs of a season meet: a sandbox, a repository's clone, and the keys that its records are checked with. */
export interface World {
  readonly season: Season;
  readonly served: ServedSandbox;
  readonly clone: DemoClone;
  /** Nothing but `clone` and `tmp` stands in it. */
  readonly root: string;
  readonly clock: SpedClock;
  readonly trust: Trust;
  /** Milliseconds since 1970: from then on nothing but the pipe has deployed. */
  readonly since: number;
  close(): Promise<void>;
}

export const STRICT_POLICY = 'strict-policy.yml';
export const ISSUER_KEYS = 'issuer-keys.json';
export const PUBLIC_KEY = 'records.pem';
export const TSA_ROOT = 'tsa.pem';

/** A season in processes has the system's clock: a process can have no other. */
export async function openWorld(season: Season): Promise<World> {
  const random = createRandom(season.seed);
  const sped = createSpedClock();
  const now = (): number => (season.kind === 'process' ? Date.now() : sped.now());
  const served = await serveSandbox({
    ...{ now, providers: true, stores: true, deduplicate: random.chance(0.3) },
    exchange: { expiresInSeconds: random.pick([3600, 3600, 900, 300, 120]) },
    bitbucket: { omitSize: random.chance(0.3), omitNext: random.chance(0.2), retryAfter: random.chance(0.5) },
    lists: { ties: random.pick(['whole', 'lost', 'again'] as const) },
    sinceIsExclusive: random.chance(0.5),
    unpackArchives: true,
  });
  const { issuer, providers } = served.sandbox;
  const root = mkdtempSync(`${tmpdir()}/vercel-oidc-soak-`);
  const clone = await makeClone(`${root}/clone`, issuer);
  mkdirSync(`${root}/tmp`);
  widenPolicies(clone);
  const issuerKeys = JSON.stringify({ [issuer.url]: issuer.keys() });
  const tsa = providers?.tsa.rootPem ?? '';
  const write = (name: string, text: string): void => writeFileSync(`${clone.directory}/${name}`, text);
  write(ISSUER_KEYS, issuerKeys);
  write(PUBLIC_KEY, clone.publicKeyPem);
  write(TSA_ROOT, tsa);
  // It says what the fixture was built for.
  rmSync(`${clone.directory}/.vercel/output/builds.json`);
  // What the sandbox begins with was there before the pipe.
  await new Promise((resolve) => setTimeout(resolve, 5));
  return {
    ...{ season, served, clone, root, clock: sped, since: now() },
    trust: readTrust({ publicKey: clone.publicKeyPem, issuerKeys, tsa }),
    async close() {
      await served.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** The demo's grant is for deploys alone. The strict one asks for a store and a time, and is not for every run. */
function widenPolicies({ directory }: DemoClone): void {
  const path = `${directory}/deploy-policy.yml`;
  const wide = readFileSync(path, 'utf8')
    .replace('actions: [deploy]', 'actions: [deploy, promote, rollback]')
    .replace('projects: [prj_web]', 'projects: [prj_web, prj_new]')
    .replace('targets: [production]', 'targets: [production, preview, qa]');
  const [head = '', grant = ''] = wide.split('grants:\n');
  const audit = grant.replace('id: web-production', 'id: audits').replace(/actions: \[.*?\]/, 'actions: [audit]');
  writeFileSync(path, `${head}grants:\n${grant}${audit}`);
  writeFileSync(`${directory}/${STRICT_POLICY}`, `${wide.trimEnd()}\n    require: { store: true, timestamp: true }\n`);
}
