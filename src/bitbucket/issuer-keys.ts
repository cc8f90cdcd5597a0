import { PipeError } from '../errors.ts';
import type { HttpClient, HttpReply } from '../http/types.ts';
import { readKeySet, type IssuerKey } from '../identity/index.ts';
import { show } from '../text.ts';

/**
 * Bitbucket allows an address 60 anonymous requests an hour: what the limit asks for is waited for twice, 20 seconds each
 * at most. A build should not stand still for longer, and pinned keys need no request at all.
 */
const LIMITS = { timeoutMs: 10_000, maxBytes: 256 * 1024, attempts: 3, maxWaitMs: 20_000 };

type Fields = Readonly<Record<string, unknown>>;

/**
 * The keys that an issuer publishes now and that may sign tokens: over https, without redirects, at most 256 KiB. The issuer
 * is one that was expected; nothing of a token chooses the address.
 * @throws {PipeError} `ISSUER_KEYS_UNAVAILABLE`, also where there is no such key; or the signal's reason.
 */
export async function fetchIssuerKeys(
  http: HttpClient,
  issuer: string,
  signal: AbortSignal,
): Promise<readonly IssuerKey[]> {
  const get = (url: string): Promise<HttpReply> => ask(http, issuer, url, signal);
  let reply = await get(`${issuer}/keys.json`);
  if (reply.status === 404) {
    const discovery = await get(`${issuer}/.well-known/openid-configuration`);
    reply = await get(readKeysUrl(discovery, issuer));
  }
  const keys = readKeySet(expectJson(reply, issuer));
  if (keys.length === 0) throw keysUnavailable(issuer, 'no RSA key that may check signatures');
  return keys;
}

async function ask(http: HttpClient, issuer: string, url: string, signal: AbortSignal): Promise<HttpReply> {
  try {
    return await http.request({ service: "The issuer's keys", method: 'GET', url, signal, ...LIMITS });
  } catch (error) {
    signal.throwIfAborted();
    throw keysUnavailable(issuer, error instanceof PipeError ? `${error.message} ${error.got ?? ''}` : 'no answer');
  }
}

/** A discovery document may say where the keys are only within the issuer's own origin. */
function readKeysUrl(discovery: HttpReply, issuer: string): string {
  const { issuer: named, jwks_uri: url } = expectJson(discovery, issuer);
  if (named !== issuer) throw keysUnavailable(issuer, `a discovery document of another issuer, ${show(named)}`);
  if (typeof url === 'string' && URL.canParse(url) && new URL(url).origin === new URL(issuer).origin) return url;
  throw keysUnavailable(issuer, `a jwks_uri outside the issuer's origin, ${show(url)}`);
}

function expectJson({ status, body }: HttpReply, issuer: string): Fields {
  const limit = status === 429 ? ': Bitbucket allows 60 anonymous requests an hour and address' : '';
  if (status !== 200) throw keysUnavailable(issuer, `status ${String(status)}${limit}`);
  if (typeof body !== 'object' || body === null) throw keysUnavailable(issuer, 'status 200, and no JSON object');
  return { ...body };
}

function keysUnavailable(issuer: string, got: string): PipeError {
  return new PipeError({
    code: 'ISSUER_KEYS_UNAVAILABLE',
    message: `The keys of the issuer ${issuer} cannot be had, so the OIDC token can be neither trusted nor refused.`,
    got,
    wanted: `a JSON Web Key Set at ${issuer}/keys.json`,
    fix: [
      'Run the step again. So that it need not ask: COMMAND: doctor writes issuer-keys.json; commit it beside the policy, and name it there under keys:.',
      'If it goes on: check that the workspace exists, that OIDC has been used in it, and that this step may reach that address.',
    ].join('\n'),
  });
}
