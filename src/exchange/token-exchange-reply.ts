import { PipeError } from '../errors.ts';
import type { HttpReply } from '../http/index.ts';
import { describeExchange } from './audit.ts';
import type { HopConfigs } from './config.ts';
import type { ClientProof } from './token-exchange-client.ts';
import { revocationOf } from './token-exchange-revoke.ts';
import { readIssuedToken, type IssuedToken } from './token-reply.ts';
import type { HopDeps, HopOutput } from './types.ts';

const TOKEN_TYPE = 'urn:ietf:params:oauth:token-type:';
export const JWT = `${TOKEN_TYPE}jwt`;
/** Tokens of these types name whoever asks, for the next hop to trust. */
export const IDENTITY_TYPES = [JWT, `${TOKEN_TYPE}id_token`, `${TOKEN_TYPE}id-jag`];
/** RFC 8693 has these too, and no hop gives or takes them. */
export const UNFIT_TYPES = [`${TOKEN_TYPE}refresh_token`, `${TOKEN_TYPE}saml1`, `${TOKEN_TYPE}saml2`];

const HOP = 'token-exchange';
const CLEAN_UP_MS = 3000;

type Settings = HopConfigs['token-exchange'];

/**
 * The token in an answer of status 200, where it is what the policy asks for.
 * @throws {PipeError} `CREDENTIAL_INVALID` for any other.
 */
export async function readExchanged(
  settings: Settings,
  reply: HttpReply,
  farewell: ClientProof,
  deps: HopDeps,
): Promise<HopOutput> {
  const { url, clientId } = settings;
  const service = new URL(url).host;
  const tokenTypes = settings.dpop === true ? ['DPoP', 'Bearer'] : ['Bearer', 'N_A'];
  const issued = readIssuedToken(reply, { hop: HOP, service, tokenTypes, now: deps.clock.now() });
  const { token, expiresAt } = issued;
  const revoke = revocationOf(settings, { token, farewell }, deps);
  try {
    checkType(settings, issued, service);
  } catch (error) {
    await revoke?.(deps.clock.timeout(CLEAN_UP_MS)).catch(() =>
      deps.log.warn(`That token of ${service} was not revoked either.`),
    );
    throw error;
  }
  const audit = describeExchange(HOP, { token, expiresAt, reply, url });
  return { hop: HOP, token, expiresAt, clientId, audit, revoke };
}

/** A server may give less than it was asked for, and say so only here. */
function checkType({ dpop, requestedTokenType }: Settings, { bound, issuedType }: IssuedToken, service: string): void {
  if (dpop === true && !bound) {
    throw otherToken(service, {
      got: 'token_type Bearer',
      wanted: "token_type DPoP, bound to the run's key",
      fix: `Let ${service} bind this client's tokens by DPoP (RFC 9449), or take dpop out of the hop.`,
    });
  }
  if (issuedType === undefined) return;
  const fits = requestedTokenType === undefined ? !UNFIT_TYPES.includes(issuedType) : issuedType === requestedTokenType;
  if (fits) return;
  throw otherToken(service, {
    // Only a type's name may be shown; anything else could hold what a server puts there.
    got: `issued_token_type ${/^urn:[a-z0-9:_-]{1,100}$/i.test(issuedType) ? issuedType : 'of another kind'}`,
    wanted: `issued_token_type ${requestedTokenType ?? 'of an access token, an id token or a JWT'}`,
    fix: `Set requestedTokenType of the hop to what ${service} can give.`,
  });
}

function otherToken(
  service: string,
  parts: { readonly got: string; readonly wanted: string; readonly fix: string },
): PipeError {
  const message = `${service} gave another token than was asked for (hop ${HOP}).`;
  return new PipeError({ code: 'CREDENTIAL_INVALID', message, ...parts });
}
