import { PipeError, type ErrorCode } from '../errors.ts';
import { describeReply, type HttpReply } from '../http/index.ts';
import type { HopName } from './config.ts';

/** What an answer means, and what to change. */
export interface Judgement {
  readonly code: ErrorCode;
  readonly fix: string;
}

export interface Refusal {
  readonly hop: HopName;
  /** Who refused, in words: `Vault`, `the token endpoint of Entra`. */
  readonly service: string;
  /** What was asked: `log in as role pipelines`. */
  readonly asked: string;
  readonly reply: HttpReply;
  /** In the server's own words, where they do not stand where OAuth and Vercel put them. */
  readonly said?: string;
  readonly judgement: Judgement;
}

/** An answer that is no success. Never another hop in its place. */
export function hopRefused({ hop, service, asked, reply, said, judgement }: Refusal): PipeError {
  return new PipeError({
    code: judgement.code,
    message: `${service} did not ${asked} (hop ${hop}).`,
    got: said === undefined || said === '' ? describeReply(reply) : `status ${String(reply.status)} ${said}`,
    wanted: 'status 200',
    fix: judgement.fix,
  });
}

/** An answer that says yes and brings nothing to use. */
export function hopUnusable(
  hop: HopName,
  service: string,
  got: string,
  wanted: string,
  fix = 'Check that the address in the policy is the one of that service.',
): PipeError {
  return new PipeError({
    code: 'CREDENTIAL_INVALID',
    message: `${service} answered without a usable token (hop ${hop}).`,
    got,
    wanted,
    fix,
  });
}

/** What every service means by these; undefined where its own code decides. */
export function judgeOutage({ status }: HttpReply, service: string): Judgement | undefined {
  if (status === 429) return { code: 'RATE_LIMITED', fix: `${service} limits requests: run the step again later.` };
  if (status >= 500)
    return { code: 'SERVICE_FAILED', fix: `See the status page of ${service}, then run the step again.` };
  return undefined;
}
