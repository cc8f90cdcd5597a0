import { PipeError } from '../../errors.ts';
import { describeReply, type HttpReply } from '../../http/index.ts';

/**
 * Nobody waits for one page but the audit: so what a server asks for is waited for, up to the hour that Bitbucket's
 * window has. The client itself gives up where the wait would pass the run's end.
 */
export const PATIENCE = { attempts: 6, maxWaitMs: 65 * 60_000, timeoutMs: 60_000, maxBytes: 16 * 1024 * 1024 };

const GO_ON = 'Run the audit again with --resume: it goes on where it stopped.';

/** The rate limit is used up, or the service is out of order: an audit can only end here, and go on later. */
export function failed(service: string, what: string, reply: HttpReply): PipeError {
  const limited = reply.status === 429;
  return new PipeError({
    code: limited ? 'RATE_LIMITED' : 'SERVICE_FAILED',
    message: limited ? `${service}'s rate limit is used up.` : `${service} did not answer.`,
    got: `${describeReply(reply)} for ${what}`,
    wanted: limited ? 'an end of the limit before the end of this run' : 'status 200',
    fix: limited ? `Wait until the limit is over, or set a longer TIMEOUT. ${GO_ON}` : GO_ON,
  });
}
