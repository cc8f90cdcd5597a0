import { PipeError } from '../errors.ts';
import { describeReply } from '../http/index.ts';
import type { Secret } from '../secret.ts';
import type { HopConfigs } from './config.ts';
import type { ClientProof } from './token-exchange-client.ts';
import type { HopDeps } from './types.ts';

const MAX_REPLY_BYTES = 64 * 1024;
const ATTEMPTS = 3;
/** All the time that cleaning up has. */
const MAX_WAIT_MS = 3000;

/**
 * RFC 7009, where the policy says at which address.
 * @param farewell who asks, with an assertion that was made beforehand where there is one.
 * @returns undefined where the policy names no address: RFC 8693 has none of its own.
 */
export function revocationOf(
  { revokeUrl: url }: HopConfigs['token-exchange'],
  { token, farewell }: { readonly token: Secret; readonly farewell: ClientProof },
  deps: HopDeps,
): ((signal: AbortSignal) => Promise<void>) | undefined {
  if (url === undefined) return undefined;
  const { host } = new URL(url);
  return async (signal) => {
    const reply = await deps.http.request({
      service: `Token revocation of ${host}`,
      method: 'POST',
      url,
      form: { ...farewell.form, token, token_type_hint: 'access_token' },
      basic: farewell.basic,
      maxBytes: MAX_REPLY_BYTES,
      maxWaitMs: MAX_WAIT_MS,
      attempts: ATTEMPTS,
      signal,
    });
    if (reply.status === 200) return;
    throw new PipeError({
      code: 'SERVICE_FAILED',
      message: `The token that ${host} gave could not be revoked; it stays valid until it expires.`,
      got: describeReply(reply),
      wanted: 'status 200',
    });
  };
}
