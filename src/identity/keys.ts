import { PipeError } from '../errors.ts';
import type { HttpClient, HttpReply } from '../http/types.ts';
import { refuseToken, show } from './refuse.ts';
import type { Fields } from './token.ts';

const LIMITS = { timeoutMs: 10_000, maxBytes: 256 * 1024, attempts: 3 };
/** Below: too weak. Above: an issuer has no use for it, and it makes checking slow. */
const RSA_BITS = { min: 2048, max: 8192 };

/** The public part of an RSA key that may sign tokens; whatever else stood in the JWK is left behind. */
export interface IssuerKey {
  readonly kid: string;
  readonly n: string;
  readonly e: string;
}

/** The issuer's key of that id. Asks once more for an unknown one: keys rotate. */
export async function fetchKey(http: HttpClient, issuer: string, kid: string, signal: AbortSignal): Promise<IssuerKey> {
  let keys: readonly IssuerKey[] = [];
  for (let asked = 0; asked < 2; asked += 1) {
    keys = await fetchKeys(http, issuer, signal);
    const key = keys.find((candidate) => candidate.kid === kid);
    if (key) return key;
  }
  const wanted = `one of ${show(keys.map((key) => key.kid))}, published by ${issuer}`;
  throw refuseToken('is signed by a key that its issuer does not publish', `kid ${show(kid)}`, wanted);
}

async function fetchKeys(http: HttpClient, issuer: string, signal: AbortSignal): Promise<readonly IssuerKey[]> {
  const get = (url: string): Promise<HttpReply> => ask(http, issuer, url, signal);
  let reply = await get(`${issuer}/keys.json`);
  if (reply.status === 404) {
    const discovery = await get(`${issuer}/.well-known/openid-configuration`);
    reply = await get(readKeysUrl(discovery, issuer));
  }
  const { keys: published } = expectJson(reply, issuer);
  const keys = Array.isArray(published) ? published.flatMap(toIssuerKey) : [];
  if (keys.length === 0) throw unavailable(issuer, 'no RSA key that may check signatures');
  return keys;
}

async function ask(http: HttpClient, issuer: string, url: string, signal: AbortSignal): Promise<HttpReply> {
  try {
    return await http.request({ service: "The issuer's keys", method: 'GET', url, signal, ...LIMITS });
  } catch (error) {
    signal.throwIfAborted();
    throw unavailable(issuer, error instanceof PipeError ? `${error.message} ${error.got ?? ''}` : 'no answer');
  }
}

/** A discovery document may say where the keys are only within the issuer's own origin. */
function readKeysUrl(discovery: HttpReply, issuer: string): string {
  const { issuer: named, jwks_uri: url } = expectJson(discovery, issuer);
  if (named !== issuer) throw unavailable(issuer, `a discovery document of another issuer, ${show(named)}`);
  if (typeof url === 'string' && URL.canParse(url) && new URL(url).origin === new URL(issuer).origin) return url;
  throw unavailable(issuer, `a jwks_uri outside the issuer's origin, ${show(url)}`);
}

function expectJson({ status, body }: HttpReply, issuer: string): Fields {
  const limit = status === 429 ? ': Bitbucket allows 60 anonymous requests an hour and address' : '';
  if (status !== 200) throw unavailable(issuer, `status ${String(status)}${limit}`);
  if (typeof body !== 'object' || body === null) throw unavailable(issuer, 'status 200, and no JSON object');
  return { ...body };
}

function toIssuerKey(value: unknown): IssuerKey[] {
  const { kty, kid, use, alg, n, e } = (value ?? {}) as Fields;
  const signs = kty === 'RSA' && (use === undefined || use === 'sig') && (alg === undefined || alg === 'RS256');
  if (!signs || typeof kid !== 'string' || kid === '' || typeof n !== 'string' || typeof e !== 'string') return [];
  const bits = BigInt(`0x0${Buffer.from(n, 'base64url').toString('hex')}`).toString(2).length;
  return bits >= RSA_BITS.min && bits <= RSA_BITS.max ? [{ kid, n, e }] : [];
}

function unavailable(issuer: string, got: string): PipeError {
  return new PipeError({
    code: 'ISSUER_KEYS_UNAVAILABLE',
    message: `The keys of the issuer ${issuer} cannot be had, so the OIDC token can be neither trusted nor refused.`,
    got,
    wanted: `a JSON Web Key Set at ${issuer}/keys.json`,
    fix: 'Run the step again. If it goes on: check that the workspace exists, that OIDC has been used in it, and that this step may reach that address.',
  });
}
