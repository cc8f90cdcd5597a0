import { PipeError } from '../errors.ts';
import type { BasicClient, HttpRequest } from '../http/index.ts';
import { JWT_BEARER, signClientAssertion, type RemoteSigner } from '../signing/index.ts';
import type { HopConfigs } from './config.ts';
import type { HopDeps, HopInput } from './types.ts';

type Settings = HopConfigs['token-exchange'];

/** Who asks, as one request of OAuth says it. */
export interface ClientProof {
  readonly form: NonNullable<HttpRequest['form']>;
  readonly basic: BasicClient | undefined;
}

/** What contradicts itself in how the client shows who it is. */
export function findClientFaults({ clientId, clientAuth, signer, keyId }: Settings): readonly string[] {
  const faults: string[] = [];
  if (signer && clientId === undefined) faults.push('signer: needs clientId, for the assertion names whose it is');
  if (keyId !== undefined && !signer) faults.push('keyId: needs signer, for it is the kid of that key');
  if (clientAuth && clientId === undefined) faults.push("clientAuth: needs clientId, for the secret is that client's");
  // RFC 6749 §2.3: a client uses one method in each request.
  if (clientAuth && signer) faults.push('clientAuth: not beside signer, for a client proves itself in one way');
  return faults;
}

/**
 * The client with its secret; undefined where it has none.
 * @throws {PipeError} `USAGE` where the policy wants one and the step brings none.
 */
export function readBasicClient(
  { clientId, clientAuth }: Settings,
  { clientSecret }: Pick<HopInput, 'clientSecret'>,
): BasicClient | undefined {
  if (clientAuth === undefined || clientId === undefined) return undefined;
  if (clientSecret) return { id: clientId, secret: clientSecret };
  throw new PipeError({
    code: 'USAGE',
    message: `The client ${clientId} needs its secret (hop token-exchange, clientAuth: basic).`,
    got: 'EXCHANGE_CLIENT_SECRET is not set',
    wanted: 'EXCHANGE_CLIENT_SECRET, from a secured variable',
    fix: 'Set EXCHANGE_CLIENT_SECRET; or use signer, whose key never leaves its service.',
  });
}

/** What the form says of the client: an assertion is good for one address and one sending. */
export async function proveClient(
  { clientId, keyId, clientAuth }: Settings,
  signer: RemoteSigner | undefined,
  to: { readonly audience: string; readonly lifeSeconds?: number },
  { clock }: Pick<HopDeps, 'clock'>,
  signal: AbortSignal,
): Promise<ClientProof['form']> {
  // It stands in the header, and some servers refuse a client that is named twice.
  if (clientAuth !== undefined) return {};
  if (!signer || clientId === undefined) return { client_id: clientId };
  const facts = { clientId, keyId, now: clock.now(), ...to };
  return {
    client_id: clientId,
    client_assertion_type: JWT_BEARER,
    client_assertion: await signClientAssertion(signer, facts, signal),
  };
}
