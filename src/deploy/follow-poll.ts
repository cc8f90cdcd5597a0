import { PipeError } from '../errors.ts';
import { isTransient, type HttpReply } from '../http/index.ts';
import { judge, pageOf } from './judge.ts';
import { toRefusal, toUncertain, type Asked } from './refusals.ts';
import { readReport, type Report } from './report.ts';
import type { Deployment } from './types.ts';
import type { VercelApi } from './vercel-api.ts';

/** The state now; or what went wrong and may pass, with the state that it would leave. */
export type Polled = { readonly report: Report } | { readonly trouble: PipeError; readonly left: Deployment };

/**
 * Asks for the state once.
 * @throws {PipeError} what will not pass: a denial, a credential that is no longer taken.
 */
export async function poll(api: VercelApi, latest: Deployment, signal: AbortSignal): Promise<Polled> {
  const asked: Asked = {
    did: `tell the state of ${latest.id}`,
    wanted: 'its state',
    aftermath: '',
    standing: `The deployment was created and may become live: see ${pageOf(latest)}. `,
  };
  let reply: HttpReply;
  try {
    reply = await api.read(latest.id, signal);
  } catch (error) {
    const known = toUncertain(error, asked);
    if (known instanceof PipeError && known.code === 'NETWORK') return { trouble: known, left: latest };
    throw known;
  }
  const report = reply.status === 200 ? readReport(reply.body, latest) : undefined;
  if (report) return { report };
  const refusal = toRefusal(reply, asked);
  if (reply.status === 404 || reply.status === 410) return toGone(latest) ?? { trouble: refusal, left: latest };
  if (reply.status === 200 || isTransient(reply.status)) return { trouble: refusal, left: latest };
  throw refusal;
}

/** What is not found was deleted, or is not yet where the answer came from: only time can tell. */
function toGone(latest: Deployment): Polled | undefined {
  const deleted = readReport({ id: latest.id, readyState: 'DELETED' }, latest);
  const failure = deleted && judge(deleted)?.failure;
  return failure && { trouble: failure, left: deleted.deployment };
}
