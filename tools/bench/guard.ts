/** What identity and policy cost in a warm process, against jose's `jwtVerify` alone on the same token. No network. */
import { generateKeyPairSync } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { createLocalJWKSet, exportJWK, jwtVerify, SignJWT, type JWK } from 'jose';
import { readKeySet, verifyIdentity } from '../../src/identity/index.ts';
import type { Clock, Log } from '../../src/platform/types.ts';
import { decideAccess, parsePolicy, type AccessRequest, type Decision } from '../../src/policy/index.ts';
import { Secret } from '../../src/secret.ts';
import { VERSION } from '../../src/version.ts';
import { judge, spreadOf, type Spread, type Verdict } from './figures.ts';

export interface GuardFigure {
  readonly title: string;
  /** Milliseconds for one call. */
  readonly ours: Spread;
  /** `jwtVerify` alone, in turns with ours. */
  readonly peer: Spread;
  readonly mostMs: number;
  readonly verdict: Verdict;
}

const ISSUER = 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc';
const AUDIENCE = 'https://vercel.com/api/login/oauth/token';
const WORKSPACE = '{11111111-1111-4111-8111-111111111111}';
const KEY_ID = 'bench';
const MANY = 500;
/** Runs that are not counted: V8 compiles what is hot, and "warm" is what comes after it. */
const WARM_UP = 5;
/** Calls that make one run, whose time is their mean: a pause of the machine is not one call's. */
const CALLS = 10;

/** @param runs of each side, in turns; the spread is over them. */
export async function measureGuard(runs = 30): Promise<readonly GuardFigure[]> {
  const { verify, peer, request } = await prepare();
  const small = new TextEncoder().encode(writePolicy(2));
  const many = parsePolicy(new TextEncoder().encode(writePolicy(MANY)), VERSION);
  const identity = await verify();
  const expect = (kind: 'grant' | 'denial', decision: Decision): void => {
    if (!(kind in decision)) throw new Error(`the guard gave no ${kind}`);
  };
  const race = (title: string, mostMs: number, ours: () => unknown): Promise<GuardFigure> =>
    runInTurns(title, mostMs, { ours, peer }, runs);
  return [
    await race('identity and policy together, warm', 15, async () => {
      const policy = parsePolicy(small, VERSION);
      expect('grant', decideAccess(policy, await verify(), request('prj_1')));
    }),
    await race(`a parsed policy with ${String(MANY)} grants decided: granted`, 5, () =>
      expect('grant', decideAccess(many, identity, request(`prj_${String(MANY - 1)}`))),
    ),
    await race(`a parsed policy with ${String(MANY)} grants decided: denied and explained`, 5, () =>
      expect('denial', decideAccess(many, identity, request('prj_none'))),
    ),
  ];
}

/** A line for each figure. */
export function printGuard(figures: readonly GuardFigure[]): string {
  const tell = ({ median, least, most }: Spread): string =>
    `${median.toFixed(2)} ms (${least.toFixed(2)}–${most.toFixed(2)})`;
  const lines = figures.map(({ title, ours, peer, mostMs, verdict }) =>
    [title, tell(ours), `jwtVerify alone ${tell(peer)}`, `≤ ${String(mostMs)} ms`, verdict].join('   '),
  );
  return ['Time of one call in a warm process: median, in brackets the spread.', ...lines].join('\n');
}

async function runInTurns(
  title: string,
  mostMs: number,
  sides: { readonly ours: () => unknown; readonly peer: () => unknown },
  runs: number,
): Promise<GuardFigure> {
  const times: { readonly ours: number[]; readonly peer: number[] } = { ours: [], peer: [] };
  for (let run = -WARM_UP; run < runs; run += 1) {
    for (const side of ['ours', 'peer'] as const) {
      const startedAt = performance.now();
      for (let call = 0; call < CALLS; call += 1) await sides[side]();
      if (run >= 0) times[side].push((performance.now() - startedAt) / CALLS);
    }
  }
  const ours = spreadOf(times.ours);
  // Milliseconds; the sum is the same as for a ratio.
  return { title, ours, peer: spreadOf(times.peer), mostMs, verdict: judge(ours, { kind: 'ratio', most: mostMs }) };
}

/** A token as Bitbucket signs it, its issuer's keys at hand, and both sides that check it. */
async function prepare(): Promise<{
  readonly verify: () => ReturnType<typeof verifyIdentity>;
  readonly peer: () => Promise<unknown>;
  readonly request: (projectId: string) => AccessRequest;
}> {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: KEY_ID, alg: 'RS256', use: 'sig' } as JWK] };
  const claims = {
    ...{ workspaceUuid: WORKSPACE, repositoryUuid: uuidOf(1), stepUuid: uuidOf(2), pipelineUuid: uuidOf(3) },
    ...{ deploymentEnvironmentUuid: uuidOf(4), branchName: 'main' },
  };
  const token = await new SignJWT(claims)
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: KEY_ID })
    .setIssuer(ISSUER)
    .setAudience([AUDIENCE, 'ari:cloud:bitbucket::workspace/acme'])
    .setIssuedAt()
    .setExpirationTime('1h')
    .sign(privateKey);
  const pinned = { keys: [{ name: 'issuer-keys.json', bytes: new TextEncoder().encode(JSON.stringify(jwks)) }] };
  const expected = { issuers: [ISSUER], issuerPinned: true, audience: AUDIENCE, build: { workspaceUuid: WORKSPACE } };
  const input = { token: new Secret(token), ...expected, ...pinned };
  // The pinned ones do; were they not used, the cost would be ours and no network's.
  const fetchKeys = (): Promise<ReturnType<typeof readKeySet>> => Promise.resolve(readKeySet(jwks));
  const deps = { fetchKeys, clock: realClock(), log: silentLog() };
  const signal = new AbortController().signal;
  const keySet = createLocalJWKSet(jwks);
  return {
    verify: () => verifyIdentity(input, deps, signal),
    peer: () => jwtVerify(token, keySet, { issuer: ISSUER, audience: AUDIENCE, algorithms: ['RS256'] }),
    request: (projectId) => ({
      ...{ action: 'deploy', projectId, target: 'production', now: Date.now() },
      ...{ signers: ['key'], timestamp: false, store: false, actor: 'human', exchange: undefined },
    }),
  };
}

/** Grants of one repository that differ in their project, each with every kind of condition. */
function writePolicy(count: number): string {
  const grants = Array.from(
    { length: count },
    (_, index) => `
  - id: grant-${String(index)}
    allow: { actions: [deploy, promote, rollback], projects: [prj_${String(index)}], targets: [production] }
    when:
      workspaceUuid: '${WORKSPACE}'
      repositoryUuid: ['${uuidOf(100 + index)}', '${uuidOf(1)}']
      deploymentEnvironmentUuid: '${uuidOf(4)}'
      branchName: ['release/*', '*-hotfix-*', main]
    exchange: direct
    require: { signers: [vault, key], actors: [human], noStatic: true }`,
  );
  return `version: 1\nissuers: ['${ISSUER}']\nexchanges:\n  direct:\n    - vercel: {}\ngrants:${grants.join('')}\n`;
}

function uuidOf(number: number): string {
  return `{22222222-2222-4222-8222-${String(number).padStart(12, '0')}}`;
}

function realClock(): Clock {
  return { now: Date.now, sleep: () => Promise.resolve(), timeout: (ms) => AbortSignal.timeout(ms) };
}

function silentLog(): Log {
  const nothing = (): void => undefined;
  const close = (): Promise<void> => Promise.resolve();
  return { debug: nothing, info: nothing, warn: nothing, error: nothing, done: nothing, block: nothing, close };
}
