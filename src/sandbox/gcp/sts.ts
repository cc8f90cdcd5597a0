import { createLocalJWKSet, decodeJwt, errors, jwtVerify, type JWTPayload } from 'jose';
import { readForm } from '../body.ts';
import { json, oauthRefusal, type Reply } from '../reply.ts';
import type { Call } from '../router.ts';
import { CLOUD_PLATFORM, issueToken, type GoogleState } from './state.ts';
import type { GoogleProvider } from './types.ts';

const URN = 'urn:ietf:params:oauth';
const FIXED = {
  grant_type: `${URN}:grant-type:token-exchange`,
  requested_token_type: `${URN}:token-type:access_token`,
  scope: CLOUD_PLATFORM,
} as const;
const SUBJECT_TYPES = ['jwt', 'id_token'].map((type) => `${URN}:token-type:${type}`);
const LIFE_SECONDS = 3600;
const MAX_ATTRIBUTE_BYTES = 127;

/** Google's Security Token Service for OIDC providers of workload identity pools. */
export async function exchangeToken(state: GoogleState, { request, body }: Call): Promise<Reply> {
  const form = await readForm(request, body, {
    required: [...Object.keys(FIXED), 'audience', 'subject_token', 'subject_token_type'],
    optional: ['options'],
  });
  for (const [name, wanted] of Object.entries(FIXED)) {
    if (form[name] !== wanted) throw oauthRefusal(400, 'invalid_request', `Invalid value for "${name}".`);
  }
  if (!SUBJECT_TYPES.includes(form['subject_token_type'] ?? '')) {
    throw oauthRefusal(400, 'invalid_request', 'Invalid value for "subject_token_type".');
  }
  const provider = findProvider(state, form['audience'] ?? '');
  const claims = await verify(state, provider, form['subject_token'] ?? '');
  const attributes = mapAttributes(provider, claims);
  if (provider.condition?.(claims) === false) {
    throw oauthRefusal(400, 'unauthorized_client', 'The given credential is rejected by the attribute condition.');
  }
  const pool = provider.name.slice(2, provider.name.lastIndexOf('/providers/'));
  const members = Object.entries(attributes).map(([name, value]) =>
    name === 'google.subject' ? `principal://${pool}/subject/${value}` : `principalSet://${pool}/${name}/${value}`,
  );
  const token = issueToken(state, {
    ...{ members: [...members, `principalSet://${pool}/*`], scopes: [CLOUD_PLATFORM], lifeSeconds: LIFE_SECONDS },
  });
  return json(200, {
    access_token: token.value,
    issued_token_type: FIXED.requested_token_type,
    token_type: 'Bearer',
    expires_in: LIFE_SECONDS,
  });
}

function findProvider({ options }: GoogleState, audience: string): GoogleProvider {
  if (
    !/^\/\/iam\.googleapis\.com\/projects\/[^/]+\/locations\/global\/workloadIdentityPools\/[^/]+\/providers\/[^/]+$/.test(
      audience,
    )
  ) {
    const text = 'Invalid value for "audience". This value should be the full resource name of the Identity Provider.';
    throw oauthRefusal(400, 'invalid_request', text);
  }
  const provider = options.providers.find(({ name }) => name === audience);
  if (provider && provider.disabled !== true) return provider;
  const text = `The target service indicated by the "audience" parameters is invalid. This might either be because the pool or provider is disabled or deleted or because it doesn't exist.`;
  throw oauthRefusal(400, 'invalid_target', text);
}

async function verify(state: GoogleState, provider: GoogleProvider, token: string): Promise<JWTPayload> {
  const { iss, aud } = readToken(token);
  if (iss !== provider.issuer) {
    const text = `The issuer in ID Token ${String(iss)} does not match the expected ones: ${provider.issuer}.`;
    throw oauthRefusal(400, 'invalid_grant', text);
  }
  const audiences = provider.allowedAudiences ?? [`https:${provider.name}`, provider.name];
  const given = [aud ?? []].flat();
  if (!given.some((audience) => audiences.includes(audience))) {
    const text = `The audience in ID Token [${given.join(', ')}] does not match the expected audience.`;
    throw oauthRefusal(400, 'invalid_grant', text);
  }
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(provider.keys()), {
      ...{ algorithms: ['RS256', 'ES256'], requiredClaims: ['iss', 'sub', 'aud', 'iat', 'exp'] },
      currentDate: new Date(state.options.now()),
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JWTExpired)
      throw oauthRefusal(400, 'invalid_grant', 'ID Token issued at an earlier time is stale to sign-in.');
    throw oauthRefusal(400, 'invalid_grant', 'Invalid signature or claims of the ID Token.');
  }
}

function readToken(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch {
    throw oauthRefusal(400, 'invalid_grant', 'Unable to parse the ID Token.');
  }
}

function mapAttributes({ mapping }: GoogleProvider, claims: JWTPayload): Readonly<Record<string, string>> {
  const mapped = Object.entries({ 'google.subject': 'sub', ...mapping }).map(([attribute, claim]) => {
    const value = claims[claim];
    if (typeof value !== 'string') {
      throw oauthRefusal(400, 'invalid_request', `The mapped attribute ${attribute} must be of type STRING.`);
    }
    if (Buffer.byteLength(value) <= MAX_ATTRIBUTE_BYTES) return [attribute, value] as const;
    const text = `The size of mapped attribute ${attribute} exceeds the 127 bytes limit.`;
    throw oauthRefusal(400, 'invalid_request', text);
  });
  return Object.fromEntries(mapped);
}
