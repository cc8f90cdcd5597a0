import { decodeJwt } from 'jose';
import { asRecord } from '../fields.ts';
import { fitsCrc32c } from '../services/crc32c.ts';
import { askGoogle, type GcpDeps } from '../services/gcp-call.ts';
import { checkSecretVersion, hostOfSecret, principalsOf } from '../services/gcp-names.ts';
import { googleDamaged, googleUnusable, type GoogleAsked } from '../services/gcp-refused.ts';
import { checkGcpProvider, CLOUD_PLATFORM, federateGcp, loginGcp, mintGcpIdToken } from '../services/gcp-token.ts';
import type { Secret } from '../secret.ts';
import { describeExchange, type Given } from './audit.ts';
import type { HopConfigs } from './config.ts';
import { readStoredToken } from './stored-token.ts';
import type { HopInput, HopKind, HopOutput } from './types.ts';

type Settings = HopConfigs['gcp'];
/** The account's access token is used once, at once. */
const LIFE_SECONDS = 300;
const BY = 'hop gcp';

/**
 * Google Cloud by workload identity federation: a secret of Secret Manager, or an ID token of a service account, whose
 * `sub` is the same for every step. Google takes nothing of it back: the federated token ends within the hour, an
 * account's access token after 5 minutes, an ID token after an hour.
 *
 * Not run against the live service: the federation's errors are told apart by their words, as its clients report them.
 */
export const gcpHop: HopKind<'gcp'> = {
  name: 'gcp',
  takes: ['oidc'],
  gives: ({ identityToken }) => (identityToken === undefined ? 'vercel' : 'oidc'),
  check: (settings) => [...checkGcpProvider(settings), ...checkPurpose(settings)],
  obtain(settings, input, deps, signal) {
    const google: GcpDeps = { http: deps.http, by: BY, session: input.session };
    const { secret, identityToken } = settings;
    if (identityToken !== undefined) return obtainIdToken(settings, identityToken, input, google, signal);
    return obtainSecret(settings, secret ?? '', input, google, signal);
  },
};

function checkPurpose({ secret, identityToken, serviceAccount }: Settings): readonly string[] {
  if ((secret === undefined) === (identityToken === undefined)) {
    return [`wanted one of secret and identityToken; ${secret === undefined ? 'neither is' : 'both are'} set`];
  }
  if (secret !== undefined) return checkSecretVersion(secret);
  if (serviceAccount !== undefined) return [];
  return ['identityToken needs serviceAccount: Google signs ID tokens for service accounts alone'];
}

async function obtainIdToken(
  settings: Settings,
  audience: string,
  input: HopInput,
  deps: GcpDeps,
  signal: AbortSignal,
): Promise<HopOutput> {
  const federated = await federateGcp(settings, input.token, deps, signal);
  const { token, reply, url, asked } = await mintGcpIdToken(settings, audience, federated, deps, signal);
  const { aud, exp } = readClaims(token);
  if (aud !== audience || typeof exp !== 'number') {
    const got = `a token with ${aud === audience ? 'no end' : 'another aud'}`;
    throw googleUnusable(asked, got, `a JWT with aud ${audience} and exp`);
  }
  return give(settings, { token, expiresAt: exp * 1000, reply, url });
}

function readClaims(token: Secret): { readonly aud?: unknown; readonly exp?: unknown } {
  try {
    return decodeJwt(token.reveal());
  } catch {
    return {};
  }
}

async function obtainSecret(
  settings: Settings,
  secret: string,
  input: HopInput,
  deps: GcpDeps,
  signal: AbortSignal,
): Promise<HopOutput> {
  const login = { ...settings, scope: CLOUD_PLATFORM, lifeSeconds: LIFE_SECONDS };
  const bearer = await loginGcp(login, input.token, deps, signal);
  const asked = toAsked(settings, secret);
  const url = `https://${hostOfSecret(secret)}/v1/${secret}:access`;
  const reply = await askGoogle({ method: 'GET', url }, { asked, bearer, deps, signal });
  const { data, dataCrc32c } = asRecord(asRecord(reply.body)['payload']);
  if (typeof data !== 'string') throw googleUnusable(asked, `payload.data ${typeof data}`, 'payload.data in base64');
  const bytes = Buffer.from(data, 'base64');
  if (!fitsCrc32c(bytes, dataCrc32c)) throw googleDamaged(asked, 'a secret');
  const token = readStoredToken(bytes.toString('utf8'));
  if (!token) throw googleUnusable(asked, 'a secret that is no token', 'a Vercel token as the value of the secret');
  return give(settings, { token, reply, url });
}

function toAsked({ provider, serviceAccount }: Settings, secret: string): GoogleAsked {
  const name = secret.slice(0, secret.indexOf('/versions/'));
  const who = serviceAccount === undefined ? principalsOf(provider) : `serviceAccount:${serviceAccount}`;
  return {
    ...{ by: BY, service: 'Secret Manager', api: 'secretmanager.googleapis.com', asked: `give ${secret}` },
    fixes: {
      denied: `Grant roles/secretmanager.secretAccessor on ${name} to ${who}. A grant takes up to 7 minutes to count; a project that does not exist is refused in the same words.`,
      missing: `Store the Vercel token as a version of ${name}, or correct \`secret\` in the policy.`,
      state: `The version is disabled or destroyed: enable it, or add a new version to ${name}.`,
    },
  };
}

function give(settings: Settings, given: Given): HopOutput {
  const { token, expiresAt } = given;
  const audit = describeExchange('gcp', { ...given, policyId: settings.serviceAccount ?? settings.provider });
  return { hop: 'gcp', token, expiresAt, clientId: undefined, audit, revoke: undefined };
}
