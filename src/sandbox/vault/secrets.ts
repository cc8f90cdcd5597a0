import { randomUUID } from 'node:crypto';
import { json, Refusal, type Reply } from '../reply.ts';
import { answered, vaultRefusal } from './refusal.ts';
import type { VaultCall, VaultState } from './state.ts';
import type { VaultVersions } from './types.ts';

/** KV version 1 has a duration without a lease: a hint for caches. */
const KV1_SECONDS = 2_764_800;

/** `GET` of a secret of whatever engine is mounted there; undefined where none is. */
export function readSecret(state: VaultState, call: VaultCall): Reply | undefined {
  const { kv = {}, kv1 = {}, vercel = {} } = state.options;
  for (const [mount, secrets] of Object.entries(kv)) {
    const rest = below(mount, call.path);
    if (rest !== undefined) return readVersioned(secrets, rest, call.query.get('version'));
  }
  if (call.query.has('version')) throw vaultRefusal(400, 'version means nothing here');
  for (const [mount, secrets] of Object.entries(kv1)) {
    const rest = below(mount, call.path);
    if (rest === undefined) continue;
    const data = Object.entries(secrets).find(([path]) => path === rest)?.[1];
    if (!data) throw vaultRefusal(404);
    return answered({ data, leaseSeconds: KV1_SECONDS });
  }
  for (const [mount, { max_ttl: life }] of Object.entries(vercel)) {
    if (below(mount, call.path) === 'token') return makeVercelToken(state, call, life);
  }
  return undefined;
}

function below(mount: string, path: string): string | undefined {
  return path.startsWith(`${mount}/`) ? path.slice(mount.length + 1) : undefined;
}

function readVersioned(secrets: Readonly<Record<string, VaultVersions>>, rest: string, asked: string | null): Reply {
  const path = below('data', rest);
  if (path === undefined) {
    const warning =
      'Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API endpoints to use.';
    throw new Refusal(json(404, { errors: [], warnings: [warning] }), warning);
  }
  const versions = Object.entries(secrets).find(([name]) => name === path)?.[1] ?? [];
  const number = asked === null || asked === '0' ? versions.length : Number(asked);
  const data = versions[number - 1];
  if (data === undefined) throw vaultRefusal(404);
  const metadata = {
    ...{ created_time: '2026-01-01T00:00:00Z', custom_metadata: null, destroyed: false, version: number },
    deletion_time: data === null ? '2026-02-01T00:00:00Z' : '',
  };
  // A deleted version answers with what is left of it.
  if (data === null) throw new Refusal(json(404, { data: { data: null, metadata } }), 'deleted');
  return answered({ data: { data, metadata } });
}

function makeVercelToken(state: VaultState, { path, token: owner }: VaultCall, seconds: number): Reply {
  const { id: tokenId, token } = state.vercelTokens.issue(seconds);
  const id = `${path}/${randomUUID()}`;
  state.leases.push({ id, owner, tokenId, expiresAt: state.now() + seconds * 1000, revoked: false });
  return answered({ data: { token_id: tokenId, bearer_token: token }, leaseId: id, leaseSeconds: seconds });
}
