import { PipeError } from '../errors.ts';
import type { HttpReply } from '../http/index.ts';
import type { Secret } from '../secret.ts';
import {
  checkRemoteKey,
  closeKey,
  describeClientKey,
  JWT_BEARER,
  openRemoteKey,
  signClientAssertion,
  type RemoteSigner,
} from '../signing/index.ts';
import { describeExchange } from './audit.ts';
import type { HopConfigs } from './config.ts';
import { createDpopKey } from './dpop.ts';
import { OKTA, oktaRefused } from './okta-error.ts';
import { revokeAtOkta, revokeUrl } from './okta-revoke.ts';
import { readIssuedToken } from './token-reply.ts';
import { requestToken } from './token-request.ts';
import type { HopDeps, HopKind, HopOutput } from './types.ts';

const CLEAN_UP_MS = 3000;
/** Okta takes no assertion for more than an hour. */
const REVOCATION_LIFE_SECONDS = 55 * 60;

type Settings = HopConfigs['okta'];

/**
 * Okta: client credentials by an assertion (private_key_jwt) that a remote key signs. Okta takes a foreign token
 * neither as a subject token nor as an assertion, so the step's own token only reaches the key; no secret is stored.
 *
 * Never run against Okta itself. Uncertain: whether a client with one key needs `kid`; whether an application that does
 * not ask for DPoP binds the token when it gets a proof (where not, the run ends and says so); whether Vercel takes an
 * access token of Okta. A bound token can be passed on like any other: who takes it asks for no proof.
 */
export const oktaHop = createOktaHop(openRemoteKey);

/** @param openKey reaches the key; tests give keys of their own. */
export function createOktaHop(openKey: typeof openRemoteKey): HopKind<'okta'> {
  return {
    name: 'okta',
    takes: ['oidc'],
    gives: () => 'access',
    check: findFaults,
    async obtain(settings, input, deps, signal) {
      const signer = await openKey(settings.signer, input.stepToken, deps, input.session, signal);
      try {
        return await obtain(settings, signer, deps, signal);
      } finally {
        await closeKey(signer, deps);
      }
    },
  };
}

/** Of the organisation's own server (`/oauth2/v1/token`) the tokens are for Okta's API, and nobody else can verify them. */
function findFaults({ url, signer }: Settings): readonly string[] {
  const isServer = /^[^?#]*:\/\/[^/?#]+\/oauth2\/(?!v1$)[^/?#]+$/.test(url);
  const wanted = 'the Issuer URI of a custom authorization server, https://HOST/oauth2/NAME, and nothing after it';
  return [...(isServer ? [] : [`url: must be ${wanted}`]), ...checkRemoteKey(signer)];
}

async function obtain(
  settings: Settings,
  signer: RemoteSigner,
  deps: HopDeps,
  signal: AbortSignal,
): Promise<HopOutput> {
  const tokenUrl = `${settings.url}/v1/token`;
  const { client: clientId, keyId } = settings;
  const prove = (audience: string, lifeSeconds?: number): Promise<Secret> => {
    const facts = { clientId, audience, keyId, now: deps.clock.now() };
    return signClientAssertion(signer, lifeSeconds === undefined ? facts : { ...facts, lifeSeconds }, signal);
  };
  // Made now: at the end of a run, which may be a stopped one, nothing is left to reach the key with.
  const farewell = await prove(revokeUrl(settings), REVOCATION_LIFE_SECONDS);
  const dpop = settings.dpop === true ? await createDpopKey(deps.clock) : undefined;
  const form = async (): Promise<Record<string, string | Secret>> => ({
    grant_type: 'client_credentials',
    scope: settings.scope,
    client_assertion_type: JWT_BEARER,
    client_assertion: await prove(tokenUrl),
  });
  const reply = await requestToken(deps, { service: OKTA, url: tokenUrl, form, dpop }, signal);
  if (reply.status !== 200) {
    throw oktaRefused(reply, { settings, tokenUrl, clientKey: describeClientKey(signer, keyId) });
  }
  return readOutput(settings, reply, farewell, deps);
}

async function readOutput(settings: Settings, reply: HttpReply, farewell: Secret, deps: HopDeps): Promise<HopOutput> {
  const tokenTypes = settings.dpop === true ? ['DPoP', 'Bearer'] : ['Bearer'];
  const now = deps.clock.now();
  const { token, expiresAt } = readIssuedToken(reply, { hop: 'okta', service: OKTA, tokenTypes, now });
  const take = (signal: AbortSignal): Promise<void> => revokeAtOkta(settings, { token, farewell }, deps, signal);
  if (settings.dpop === true && isBearer(reply)) {
    await take(deps.clock.timeout(CLEAN_UP_MS)).catch(() =>
      deps.log.warn('That token of Okta was not revoked either.'),
    );
    throw notBound(settings);
  }
  const url = `${settings.url}/v1/token`;
  const audit = describeExchange('okta', { token, expiresAt, reply, url });
  return { hop: 'okta', token, expiresAt, clientId: settings.client, audit, revoke: take };
}

function isBearer({ body }: HttpReply): boolean {
  const { token_type: type } = body as { readonly token_type?: unknown };
  return typeof type === 'string' && /^bearer$/i.test(type);
}

function notBound({ client }: Settings): PipeError {
  return new PipeError({
    code: 'CREDENTIAL_INVALID',
    message: 'Okta did not bind the token to the key of this run (hop okta).',
    got: 'token_type Bearer',
    wanted: 'token_type DPoP, as the policy asks for it',
    fix: `Turn on "Require Demonstrating Proof of Possession (DPoP) header in token requests" of ${client} (Applications, the application, General), or take dpop out of the hop okta.`,
  });
}
