import { PipeError } from '../errors.ts';
import type { VaultLogin } from '../exchange/config.ts';
import type { HttpClient, HttpReply } from '../http/index.ts';
import type { Clock, Log } from '../platform/types.ts';
import type { Secret } from '../secret.ts';
import { show } from '../text.ts';

const MAX_REPLY_BYTES = 64 * 1024;
const ATTEMPTS = 3;
const MAX_WAIT_MS = 60_000;
/** 412: the node that answered has not yet seen what another wrote, a login among them. */
const STALE = 412;
const STALE_WAIT_MS = 500;

export interface VaultDeps {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly log: Log;
  /** Who asks, as errors name it. Default `hop vault`. */
  readonly by?: string;
}

export interface VaultRequest {
  readonly method: 'GET' | 'POST';
  /** Behind `/v1/`, made of checked names. */
  readonly path: string;
  readonly bearer?: Secret;
  readonly json?: unknown;
  readonly timeoutMs?: number;
  readonly attempts?: number;
}

/** False for a name that would leave its place in the address: the client resolves `..` before it sends. */
export function isPlainPath(path: string): boolean {
  return path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** One question to a server of HashiCorp Vault or OpenBao; any status. */
export async function askVault(
  server: Pick<VaultLogin, 'address' | 'namespace'>,
  request: VaultRequest,
  deps: Pick<VaultDeps, 'http' | 'clock'>,
  signal: AbortSignal,
): Promise<HttpReply> {
  const { path, attempts = ATTEMPTS, ...rest } = request;
  if (!isPlainPath(path)) throw noPath(path);
  for (let attempt = 1; ; attempt += 1) {
    const reply = await deps.http.request({
      ...rest,
      service: 'Vault',
      url: `${server.address}/v1/${path}`,
      headers: {
        // A proxy in front may ask for it, as a guard against forged requests.
        'x-vault-request': 'true',
        ...(server.namespace === undefined ? {} : { 'x-vault-namespace': server.namespace }),
      },
      maxBytes: MAX_REPLY_BYTES,
      maxWaitMs: MAX_WAIT_MS,
      attempts,
      signal,
    });
    if (reply.status !== STALE || attempt >= attempts) return reply;
    await deps.clock.sleep(STALE_WAIT_MS * attempt, signal);
  }
}

function noPath(path: string): PipeError {
  return new PipeError({
    code: 'POLICY_INVALID',
    message: 'A name in the policy makes no path of Vault.',
    got: show(path),
    wanted: 'names without empty parts and without . or ..',
  });
}
