import type { PipeError } from '../errors.ts';
import { readServerError, type HttpReply } from '../http/index.ts';
import { AADSTS, NO_RECORD, UNAVAILABLE, type Told } from './entra-codes.ts';
import { hopRefused, judgeOutage, type Judgement } from './hop-error.ts';
import { showClaims } from './token-claims.ts';
import type { HopInput } from './types.ts';

/** Why Entra refused, and what to change there. */
export function entraRefused(
  reply: HttpReply,
  { token }: HopInput,
  told: Pick<Told, 'settings' | 'audience'>,
): PipeError {
  const judgement = judgeOutage(reply, 'Entra') ?? judge(reply, { ...showClaims(token), ...told });
  return hopRefused({
    hop: 'entra',
    service: 'Entra',
    asked: "take the token as the client's assertion",
    reply,
    judgement,
  });
}

/** What may pass by itself: a federated credential made a moment ago, a directory that did not answer. */
export function mayPass(reply: HttpReply): boolean {
  return reply.status < 500 && [NO_RECORD, UNAVAILABLE].includes(readAadsts(reply) ?? 0);
}

function judge(reply: HttpReply, told: Told): Judgement {
  const number = readAadsts(reply);
  if (number === undefined) {
    return {
      code: 'EXCHANGE_NOT_ENABLED',
      fix: 'This is no answer of Entra: check authority of the entra hop, and any proxy on the way.',
    };
  }
  return (
    AADSTS[number]?.(told) ?? {
      code: 'DENIED_BY_PROVIDER',
      fix: `See https://login.microsoftonline.com/error?code=${String(number)}, and Sign-in logs of the tenant.`,
    }
  );
}

/** The one of the answer's AADSTS numbers that says most; undefined where it is not Entra that answers. */
function readAadsts(reply: HttpReply): number | undefined {
  const { error_codes: listed } = (reply.body ?? {}) as { readonly error_codes?: unknown };
  const numbers = Array.isArray(listed) ? listed.filter((code) => Number.isSafeInteger(code)) : [];
  const written = /\bAADSTS(\d{4,9})\b/.exec(readServerError(reply).message)?.[1];
  const all = [...(numbers as number[]), ...(written === undefined ? [] : [Number(written)])];
  return all.find((number) => Object.hasOwn(AADSTS, number)) ?? all[0];
}
