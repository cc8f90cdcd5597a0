/** What it costs to verify records one after the other in one process: 10,000 of them, a third keyless, from memory. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { VerifiedIdentity } from '../../src/identity/index.ts';
import { buildStatement, readTrust, signRecord, verifyRecord, type Trust } from '../../src/record/index.ts';
import { Secret } from '../../src/secret.ts';
import { createKeylessSigner, createKeySigner } from '../../src/signing/index.ts';
import type { Signer } from '../../src/signing/types.ts';
import { sampleFacts, sampleIdentity } from './sample-record.ts';
import type { Verdict } from './figures.ts';

export interface VerifyFigure {
  readonly records: number;
  /** Processor time of one record. */
  readonly plainMs: number;
  readonly keylessMs: number;
  /** Of the whole, one third keyless: processor time, and as the clock on the wall has it. */
  readonly totalMs: number;
  readonly wallMs: number;
  /** Resident memory after the first tenth, and the most after it. */
  readonly earlyMiB: number;
  readonly mostMiB: number;
  readonly verdict: Verdict;
}

const ISSUER = 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc';
const MOST_MS_PER_RECORD = 1;
const MOST_GROWTH_MIB = 32;
/** Records that differ; they take turns. Nothing of one is kept for the next. */
const DIFFERENT = 60;

/** @param records a multiple of 60. */
export async function measureVerify(records = 10_020): Promise<VerifyFigure> {
  const { trust, plain, keyless } = await prepare();
  const timeAll = (bundles: readonly string[]): number => {
    const startedAt = process.cpuUsage();
    for (const bundle of bundles) verify(bundle, trust);
    return toMs(process.cpuUsage(startedAt)) / bundles.length;
  };
  const mixed = plain.flatMap((bundle, at) => (at % 2 === 0 ? [bundle, keyless[at / 2] ?? bundle] : [bundle]));
  timeAll(mixed);
  const [plainMs, keylessMs] = [timeAll(repeat(plain, 10)), timeAll(repeat(keyless, 10))];
  const memory: number[] = [];
  const rounds = records / mixed.length;
  const [startedAt, before] = [performance.now(), process.cpuUsage()];
  for (let round = 0; round < rounds; round += 1) {
    for (const bundle of mixed) verify(bundle, trust);
    memory.push(process.memoryUsage.rss() / 1024 ** 2);
  }
  const [totalMs, wallMs] = [toMs(process.cpuUsage(before)), performance.now() - startedAt];
  const late = Math.ceil(rounds / 10);
  const [earlyMiB, mostMiB] = [Math.max(...memory.slice(0, late)), Math.max(...memory.slice(late - 1))];
  const met = totalMs <= records * MOST_MS_PER_RECORD && mostMiB - earlyMiB <= MOST_GROWTH_MIB;
  return { records, plainMs, keylessMs, totalMs, wallMs, earlyMiB, mostMiB, verdict: met ? 'met' : 'missed' };
}

export function printVerify(figure: VerifyFigure): string {
  const { records, plainMs, keylessMs, totalMs, wallMs, earlyMiB, mostMiB, verdict } = figure;
  return [
    'Records verified one after the other, from memory, in a warm process: processor time.',
    `one by a listed key ${plainMs.toFixed(2)} ms   one keyless ${keylessMs.toFixed(2)} ms`,
    `${String(records)}, a third keyless: ${(totalMs / 1000).toFixed(2)} s (${(wallMs / 1000).toFixed(2)} s on the wall; ≤ ${String((records * MOST_MS_PER_RECORD) / 1000)} s)`,
    `memory ${earlyMiB.toFixed(0)} MiB after a tenth, then at most ${mostMiB.toFixed(0)} MiB (≤ ${String(MOST_GROWTH_MIB)} MiB more)   ${verdict}`,
  ].join('\n');
}

function verify(bundle: string, trust: Trust): void {
  verifyRecord(bundle, trust, { allowSandbox: false, now: Date.UTC(2026, 10, 24) });
}

function toMs({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000;
}

function repeat<T>(list: readonly T[], times: number): readonly T[] {
  return Array.from({ length: times }, () => list).flat();
}

/** Two thirds by a key of a list, one third keyless: each of a token and a key of its own. */
async function prepare(): Promise<{ trust: Trust; plain: readonly string[]; keyless: readonly string[] }> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer: Signer = {
    ...createKeySigner(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()),
    ...{ name: 'vault', keyUri: 'https://vault.example/v1/transit/keys/deploy/1' },
  };
  const entry = { keyid: signer.keyId, pem: signer.publicKeyPem, mode: 'vault' };
  const keyList = JSON.stringify([{ ...entry, validFor: { start: '2026-01-01T00:00:00Z' } }]);
  const issuer = makeIssuer();
  const issuerKeys = JSON.stringify({ [ISSUER]: { keys: [{ kty: 'RSA', ...issuer.key }] } });
  const plain: string[] = [];
  const keyless: string[] = [];
  for (let at = 0; at < DIFFERENT; at += 1) {
    const { token, identity } = issuer.issue(at);
    const isPlain = at % 3 !== 0;
    const by = isPlain ? signer : createKeylessSigner({ token, issuer: ISSUER, issuerKey: issuer.key });
    const { bundleJson } = await signRecord(buildStatement(sampleFacts(by, identity, at)), by);
    (isPlain ? plain : keyless).push(bundleJson);
  }
  return { trust: readTrust({ keyList, issuerKeys }), plain, keyless };
}

function makeIssuer(): {
  readonly key: { readonly kid: string; readonly n: string; readonly e: string };
  readonly issue: (at: number) => { readonly token: Secret; readonly identity: VerifiedIdentity };
} {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
  const key = { kid: 'bench', n, e };
  return {
    key,
    issue(at) {
      const { claims, describe } = sampleIdentity(ISSUER, key, at);
      const [header, payload] = [{ alg: 'RS256', typ: 'JWT', kid: key.kid }, claims].map((part) =>
        Buffer.from(JSON.stringify(part)).toString('base64url'),
      );
      const input = `${String(header)}.${String(payload)}`;
      const text = `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
      return { token: new Secret(text), identity: describe(text) };
    },
  };
}
