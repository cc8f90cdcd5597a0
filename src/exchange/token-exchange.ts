import type { HttpRequest } from '../http/index.ts';
import { checkRemoteKey, closeKey, describeClientKey, openRemoteKey, type RemoteSigner } from '../signing/index.ts';
import type { HopConfigs } from './config.ts';
import { createDpopKey } from './dpop.ts';
import { findClientFaults, proveClient, readBasicClient, type ClientProof } from './token-exchange-client.ts';
import { tokenExchangeRefused } from './token-exchange-error.ts';
import { IDENTITY_TYPES, JWT, readExchanged, UNFIT_TYPES } from './token-exchange-reply.ts';
import { requestToken } from './token-request.ts';
import type { HopDeps, HopInput, HopKind, HopOutput } from './types.ts';

const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';

/** An assertion for the end of the run; servers take none for more than an hour. */
const FAREWELL_LIFE_SECONDS = 55 * 60;

const NO_ACTOR = "actor: needs a hop before this one; in the first, the step's own token is the subject already";

type Settings = HopConfigs['token-exchange'];

/**
 * Any server of RFC 8693, as a public client, by a secret, or by an assertion that a remote key signs. Run against `oidc-provider`.
 * Uncertain for other servers: which `error` they answer with (unknown ones are shown as they come), and whether the
 * assertion's audience must be another than the token endpoint's address.
 */
export const tokenExchangeHop = createTokenExchangeHop(openRemoteKey);

/** @param openKey reaches the key; tests give keys of their own. */
export function createTokenExchangeHop(openKey: typeof openRemoteKey): HopKind<'token-exchange'> {
  return {
    name: 'token-exchange',
    takes: ['oidc', 'access'],
    gives: ({ requestedTokenType = '' }) => (IDENTITY_TYPES.includes(requestedTokenType) ? 'oidc' : 'access'),
    check: findFaults,
    checkFirst: ({ actor }) => (actor === true ? [NO_ACTOR] : []),
    async obtain(settings, input, deps, signal) {
      if (!settings.signer) return obtain(settings, undefined, input, deps, signal);
      const signer = await openKey(settings.signer, input.stepToken, deps, input.session, signal);
      try {
        return await obtain(settings, signer, input, deps, signal);
      } finally {
        await closeKey(signer, deps);
      }
    },
  };
}

function findFaults(settings: Settings): readonly string[] {
  const { signer, subjectTokenType, requestedTokenType } = settings;
  const faults = [...(signer ? checkRemoteKey(signer) : []), ...findClientFaults(settings)];
  for (const [name, type] of Object.entries({ subjectTokenType, requestedTokenType })) {
    if (type === undefined) continue;
    if (!URL.canParse(type)) faults.push(`${name}: must be a URI, as ${JWT}; got ${type}`);
    else if (UNFIT_TYPES.includes(type)) faults.push(`${name}: no hop gives or takes ${type}`);
  }
  return faults;
}

async function obtain(
  settings: Settings,
  signer: RemoteSigner | undefined,
  input: HopInput,
  deps: HopDeps,
  signal: AbortSignal,
): Promise<HopOutput> {
  const { url, revokeUrl } = settings;
  const basic = readBasicClient(settings, input);
  const prove = (to: Parameters<typeof proveClient>[2]): Promise<ClientProof['form']> =>
    proveClient(settings, signer, to, deps, signal);
  // Made now: at the end of a run, which may be a stopped one, nothing is left to reach the key with.
  const farewell =
    revokeUrl === undefined ? {} : await prove({ audience: revokeUrl, lifeSeconds: FAREWELL_LIFE_SECONDS });
  const dpop = settings.dpop === true ? await createDpopKey(deps.clock) : undefined;
  // A new assertion for every sending: servers take each once.
  const form = async (): Promise<ClientProof['form']> => ({
    ...writeForm(settings, input),
    ...(await prove({ audience: url })),
  });
  const reply = await requestToken(deps, { service: new URL(url).host, url, form, basic, dpop }, signal);
  if (reply.status !== 200) {
    const clientKey = signer && describeClientKey(signer, settings.keyId);
    throw tokenExchangeRefused(reply, input, { settings, clientKey });
  }
  return readExchanged(settings, reply, { form: farewell, basic }, deps);
}

function writeForm(settings: Settings, { token, stepToken }: HopInput): NonNullable<HttpRequest['form']> {
  return {
    grant_type: TOKEN_EXCHANGE,
    subject_token: token,
    subject_token_type: settings.subjectTokenType ?? JWT,
    requested_token_type: settings.requestedTokenType,
    audience: settings.audience,
    resource: settings.resource,
    scope: settings.scope,
    ...(settings.actor === true ? { actor_token: stepToken, actor_token_type: JWT } : {}),
  };
}
