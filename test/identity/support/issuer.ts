import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { fetchIssuerKeys } from '../../../src/bitbucket/index.ts';
import { createHttpClient } from '../../../src/http/index.ts';
import { verifyIdentity } from '../../../src/identity/index.ts';
import type { PinnedKeys, VerifiedIdentity } from '../../../src/identity/index.ts';
import type { Clock, Log, Network, SendRequest } from '../../../src/platform/types.ts';
import { Secret } from '../../../src/secret.ts';
import type { AssertedBuild } from '../../../src/variables/types.ts';
import { createMint } from './mint.ts';

export const ISSUER = 'https://api.bitbucket.org/2.0/workspaces/acme/pipelines-config/identity/oidc';
export const AUDIENCE = 'https://vercel.com/api/login/oauth/token';
export const KEYS_URL = `${ISSUER}/keys.json`;
export const DISCOVERY_URL = `${ISSUER}/.well-known/openid-configuration`;
/** 2026-11-24T12:00:00Z, in seconds. */
export const NOW = 1_795_521_600;
export const KID = 'key-1';

export const CLAIMS = {
  iss: ISSUER,
  aud: ['ari:cloud:bitbucket::workspace/11111111-1111-4111-8111-111111111111', AUDIENCE],
  sub: '{22222222-2222-4222-8222-222222222222}:{33333333-3333-4333-8333-333333333333}',
  iat: NOW,
  exp: NOW + 3600,
  workspaceUuid: '{11111111-1111-4111-8111-111111111111}',
  repositoryUuid: '{22222222-2222-4222-8222-222222222222}',
  stepUuid: '{33333333-3333-4333-8333-333333333333}',
  pipelineUuid: '{44444444-4444-4444-8444-444444444444}',
  branchName: 'main',
} as const;

export const BUILD: AssertedBuild = {
  workspace: 'acme',
  workspaceUuid: CLAIMS.workspaceUuid,
  repositoryUuid: CLAIMS.repositoryUuid,
  stepUuid: CLAIMS.stepUuid,
  pipelineUuid: CLAIMS.pipelineUuid,
  branch: 'main',
};

const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const mint = createMint({ ...pair, kid: KID, claims: () => CLAIMS });

/** A public JWK as an issuer publishes it. */
export function toJwk(key = pair.publicKey, more: object = {}): Record<string, unknown> {
  return { ...createPublicKey(key.export({ type: 'spki', format: 'pem' })).export({ format: 'jwk' }), ...JWK, ...more };
}
const JWK = { kid: KID, use: 'sig', alg: 'RS256' };

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const json = (body: unknown, status = 200): Answer => ({ status, body: JSON.stringify(body) });

/** The issuer: answers GET of the addresses it is given, one answer after another, and nothing else. */
export class FakeIssuer implements Network {
  readonly asked: string[] = [];
  readonly #answers: Readonly<Record<string, readonly (Answer | Error)[]>>;

  constructor(
    answers: Readonly<Record<string, readonly (Answer | Error)[]>> = { [KEYS_URL]: [json({ keys: [toJwk()] })] },
  ) {
    this.#answers = answers;
  }

  send({ method, url, headers, body }: SendRequest): ReturnType<Network['send']> {
    if (method !== 'GET' || body !== undefined || 'authorization' in headers)
      throw new Error(`unexpected ${method} ${url}`);
    const list = this.#answers[url] ?? [{ status: 404, body: '' }];
    const answer = list[Math.min(this.asked.filter((asked) => asked === url).length, list.length - 1)];
    this.asked.push(url);
    if (!answer || answer instanceof Error) return Promise.reject(answer ?? new Error('no answer'));
    const { status, headers: sent = {} } = answer;
    return Promise.resolve({ status, headers: sent, body: ReadableStream.from([Buffer.from(answer.body)]) });
  }

  close(): void {
    // Nothing is open.
  }
}

const quiet: Log = {
  ...{ debug: nothing, info: nothing, warn: nothing, error: nothing, done: nothing, block: nothing },
  close: () => Promise.resolve(),
};

function nothing(): void {
  // These tests look at results, not at the log.
}

export interface Run {
  readonly token?: string | undefined;
  readonly issuer?: FakeIssuer;
  readonly issuers?: readonly string[];
  readonly audience?: string;
  readonly build?: AssertedBuild;
  readonly keys?: readonly PinnedKeys[];
  /** Seconds. */
  readonly now?: number;
  readonly signal?: AbortSignal;
  /** Gets the waits between attempts, in milliseconds. */
  readonly slept?: number[];
}

/** verifyIdentity with a good token, environment and issuer, save what `run` changes. */
export async function verify(run: Run = {}): Promise<VerifiedIdentity> {
  const clock: Clock = {
    now: () => (run.now ?? NOW) * 1000,
    sleep: (ms) => {
      run.slept?.push(ms);
      return Promise.resolve();
    },
    timeout: () => new AbortController().signal,
  };
  const network = run.issuer ?? new FakeIssuer();
  const deps = { network, clock, log: quiet, random: { uuid: () => '', fraction: () => 0 }, userAgent: 'test' };
  const token = 'token' in run ? run.token : await mint();
  const input = {
    token: token === undefined ? undefined : new Secret(token),
    issuers: run.issuers ?? [ISSUER],
    issuerPinned: true,
    audience: run.audience ?? AUDIENCE,
    keys: run.keys ?? [],
    build: run.build ?? BUILD,
  };
  const http = createHttpClient(deps);
  const fetchKeys = (iss: string, signal: AbortSignal): ReturnType<typeof fetchIssuerKeys> =>
    fetchIssuerKeys(http, iss, signal);
  return verifyIdentity(input, { fetchKeys, clock, log: quiet }, run.signal ?? new AbortController().signal);
}

/** The error that a promise ends in; fails where it ends well. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('it should have been refused');
    },
    (error: unknown) => error,
  );
}
