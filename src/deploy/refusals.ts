import { PipeError } from '../errors.ts';
import { describeReply, readServerError, type HttpReply } from '../http/index.ts';

/** What was asked of Vercel, in words that continue "Vercel did not …" and "wanted: …". */
export interface Asked {
  readonly did: string;
  readonly wanted: string;
  /** What may have happened although no good answer came; empty where nothing can have. */
  readonly aftermath: string;
}

/** An answer that is no success, as the error that says what to change. */
export function toRefusal(reply: HttpReply, { did, wanted, aftermath }: Asked): PipeError {
  const got = describeReply(reply);
  const message = `Vercel did not ${did}.`;
  const { status } = reply;
  if (status === 401) {
    const fix = 'The credential expired or was revoked during the run. Run the step again.';
    return new PipeError({ code: 'CREDENTIAL_INVALID', message, got, wanted, fix });
  }
  if (status === 403) {
    const fix =
      "Check that the team's OIDC policy allows deploying this project, and that its Deployment Policy (Settings, Security) allows deployments over the REST API to this environment.";
    return new PipeError({ code: 'DENIED_BY_VERCEL', message, got, wanted, fix });
  }
  if (status === 429) return new PipeError({ code: 'RATE_LIMITED', message, got, wanted, fix: describeLimit(reply) });
  if (status === 408 || status >= 500 || status < 400) {
    const fix = `${aftermath}See vercel-status.com, then run the step again.`;
    return new PipeError({ code: 'SERVICE_FAILED', message, got, wanted, fix });
  }
  return new PipeError({
    code: 'REQUEST_REJECTED',
    message,
    got,
    wanted,
    fix: FIXES[readServerError(reply).code] ?? LOOK,
  });
}

/** The client's own word that no answer came, where that leaves open what happened. */
export function toUncertain(error: unknown, { did, aftermath }: Asked): unknown {
  if (!(error instanceof PipeError) || error.code !== 'NETWORK') return error;
  const { code, got, wanted, fix } = error;
  return new PipeError({
    code,
    message: `Vercel gave no answer when it was asked to ${did}.`,
    ...(got === undefined ? {} : { got }),
    ...(wanted === undefined ? {} : { wanted }),
    fix: `${aftermath}${fix ?? ''}`,
  });
}

const LOOK = "Vercel's words above say what it refuses; change that, then run the step again.";
const FIXES: Readonly<Record<string, string>> = {
  too_many_files: 'One deployment takes at most 15,000 files. Send fewer.',
  not_found: 'Check VERCEL_PROJECT_ID, and for a custom environment that TARGET is its slug.',
  missing_project_settings: 'Deploy the project once from the dashboard, so that its settings are complete.',
  payment_required: 'See the billing page of the team on Vercel.',
};

function describeLimit(reply: HttpReply): string {
  const { code, message } = readServerError(reply);
  if (code === 'builds_rate_limited')
    return "The plan's builds are used up; raise the plan's limit, or wait for a new day.";
  const uploads = /api-upload|upload/.test(message)
    ? ' It counts uploaded files a day: 5,000 on Hobby, 40,000 on Pro.'
    : '';
  return `The limit is the team's.${uploads} Run the step again when the time that Vercel names is over.`;
}
