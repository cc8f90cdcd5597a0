import { PipeError } from '../errors.ts';
import { describeReply } from '../http/index.ts';
import type { Secret } from '../secret.ts';
import { JWT_BEARER } from '../signing/index.ts';
import type { HopConfigs } from './config.ts';
import type { HopDeps } from './types.ts';

const MAX_REPLY_BYTES = 64 * 1024;
const ATTEMPTS = 3;
/** All the time that cleaning up has. */
const MAX_WAIT_MS = 3000;

type Settings = HopConfigs['okta'];

/** What the assertion that revokes must name. */
export function revokeUrl({ url }: Settings): string {
  return `${url}/v1/revoke`;
}

/** RFC 7009, by an assertion that was made beforehand. Okta answers 200 for a token that it does not know, too. */
export async function revokeAtOkta(
  settings: Settings,
  { token, farewell }: { readonly token: Secret; readonly farewell: Secret },
  deps: HopDeps,
  signal: AbortSignal,
): Promise<void> {
  const reply = await deps.http.request({
    service: "Okta's token revocation",
    method: 'POST',
    url: revokeUrl(settings),
    form: {
      ...{ token, token_type_hint: 'access_token' },
      ...{ client_assertion_type: JWT_BEARER, client_assertion: farewell },
    },
    maxBytes: MAX_REPLY_BYTES,
    maxWaitMs: MAX_WAIT_MS,
    attempts: ATTEMPTS,
    signal,
  });
  if (reply.status === 200) return;
  throw new PipeError({
    code: 'SERVICE_FAILED',
    message: "Okta's token of this run could not be revoked; it stays valid until it expires.",
    got: describeReply(reply),
    wanted: 'status 200',
  });
}
