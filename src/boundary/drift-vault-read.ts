import { PipeError } from '../errors.ts';
import type { VaultLogin } from '../exchange/config.ts';
import { cleanText, type HttpClient, type HttpReply } from '../http/index.ts';
import type { Secret } from '../secret.ts';

const MAX_REPLY_BYTES = 1024 * 1024;

interface Asked {
  readonly http: HttpClient;
  readonly token: Secret;
  readonly server: Pick<VaultLogin, 'address' | 'namespace'>;
  /** Behind `/v1/`. */
  readonly path: string;
}

/**
 * The `data` of a path of Vault; undefined where nothing is there.
 * @throws {PipeError} for every other answer.
 */
export async function readVault(
  { http, token, server, path }: Asked,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  // The client resolves `..` before it sends: the token is an operator's, and the file may be anybody's.
  if (path.split(/[/?]/).some((part) => part === '' || part === '.' || part === '..')) throw noPath(path);
  const reply = await http.request({
    service: 'Vault',
    method: 'GET',
    url: `${server.address}/v1/${path}`,
    headers: {
      'x-vault-request': 'true',
      ...(server.namespace === undefined ? {} : { 'x-vault-namespace': server.namespace }),
    },
    bearer: token,
    maxBytes: MAX_REPLY_BYTES,
    signal,
  });
  if (reply.status === 404) return undefined;
  if (reply.status !== 200) throw refused(reply, path);
  const { data } = (reply.body ?? {}) as { readonly data?: unknown };
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return { ...data };
  throw new PipeError({
    code: 'SERVICE_FAILED',
    message: `Vault's answer about ${path} is not as it is documented, so nothing can be said about drift.`,
    got: `data: ${data === null ? 'null' : typeof data}`,
    wanted: 'an object',
    fix: 'Check that the address in the policy is the one of a Vault or OpenBao server.',
  });
}

function noPath(path: string): PipeError {
  return new PipeError({
    code: 'POLICY_INVALID',
    message: 'A mount or a role of Vault in the policy is no path.',
    got: JSON.stringify(path),
    wanted: 'names without empty parts and without . or ..',
  });
}

function refused(reply: HttpReply, path: string): PipeError {
  const { errors } = (reply.body ?? {}) as { readonly errors?: unknown };
  const said = Array.isArray(errors)
    ? cleanText(errors.filter((text) => typeof text === 'string').join('; ')).trim()
    : '';
  const parts = {
    got: `status ${String(reply.status)} ${said}`.trim(),
    wanted: `what is written at ${path}`,
  };
  switch (reply.status) {
    case 400:
    case 403:
      return new PipeError({
        ...parts,
        code: 'DENIED_BY_PROVIDER',
        message: 'Vault does not show its roles to this token.',
        fix: `VAULT_TOKEN must live, and its policies must allow read on ${path} (list, for the roles of a mount).`,
      });
    case 429:
      return new PipeError({
        ...parts,
        code: 'RATE_LIMITED',
        message: 'Vault limits requests.',
        fix: 'Run it again later.',
      });
    default:
      return new PipeError({
        ...parts,
        code: 'SERVICE_FAILED',
        message: 'Vault could not show its roles.',
        fix: "See Vault's own log, and whether it is sealed; then run it again.",
      });
  }
}
