import { PipeError, type ErrorCode } from '../errors.ts';
import { asRecord } from '../fields.ts';
import { cleanText, readServerError, type HttpReply } from '../http/index.ts';

/** One request to Google, for its errors. */
export interface GoogleAsked {
  /** For whom: `hop gcp`. */
  readonly by: string;
  /** In Google's words: `Secret Manager`. */
  readonly service: string;
  /** As it is enabled in a project: `secretmanager.googleapis.com`. */
  readonly api: string;
  /** `give the secret version projects/…`. */
  readonly asked: string;
  readonly fixes: {
    /** For a permission that lacks. */
    readonly denied: string;
    /** For a name that nothing has. */
    readonly missing: string;
    /** For a thing that is disabled, destroyed or of another kind. */
    readonly state: string;
  };
}

interface Judgement {
  readonly code: ErrorCode;
  readonly fix: string;
}

/** An answer of one of Google's APIs that is no success (`google.rpc.Status`). */
export function googleRefused(reply: HttpReply, asked: GoogleAsked): PipeError {
  const { status, reason } = readStatus(reply);
  const { message } = readServerError(reply);
  const said = [status, reason, message].filter((word) => word !== '').join(' ');
  return new PipeError({
    ...judge(reply, { status, reason, message }, asked),
    message: `${asked.service} did not ${asked.asked} (${asked.by}).`,
    got: `status ${String(reply.status)} ${said}`.trim(),
    wanted: 'status 200',
  });
}

/** An answer that says yes and brings nothing to use. */
export function googleUnusable(
  { by, service, asked }: Pick<GoogleAsked, 'by' | 'service' | 'asked'>,
  got: string,
  wanted: string,
): PipeError {
  return new PipeError({
    code: 'CREDENTIAL_INVALID',
    message: `${service} answered, and did not ${asked} (${by}).`,
    got,
    wanted,
    fix: 'Check that the names in the policy are those of the resources that you mean, and any proxy on the way.',
  });
}

/** An answer that was changed on its way. */
export function googleDamaged({ by, service }: Pick<GoogleAsked, 'by' | 'service'>, what: string): PipeError {
  return new PipeError({
    code: 'SERVICE_FAILED',
    message: `The answer of ${service} arrived damaged (${by}).`,
    got: `${what} with another CRC32C than the one told`,
    wanted: 'bytes that fit their checksum',
    fix: 'Run the step again; where it stays so, look at the proxy on the way.',
  });
}

/** Of outages every Google service means the same. */
export function judgeGoogleOutage({ status }: HttpReply, service: string): Judgement | undefined {
  if (status === 429) {
    return {
      code: 'RATE_LIMITED',
      fix: `${service} limits requests (see the quotas of the project): run the step again later.`,
    };
  }
  if (status >= 500) return { code: 'SERVICE_FAILED', fix: 'See status.cloud.google.com, then run the step again.' };
  return undefined;
}

interface Said {
  /** `PERMISSION_DENIED`. */
  readonly status: string;
  /** Of `google.rpc.ErrorInfo`: `SERVICE_DISABLED`. */
  readonly reason: string;
  readonly message: string;
}

function judge(reply: HttpReply, { status, reason, message }: Said, { service, api, fixes }: GoogleAsked): Judgement {
  const outage = judgeGoogleOutage(reply, service);
  if (outage) return outage;
  // A project where the API is off answers 403 as well, and no role would help.
  if (reason === 'SERVICE_DISABLED' || /has not been used in project|it is disabled/.test(message)) {
    return {
      code: 'EXCHANGE_NOT_ENABLED',
      fix: `Enable the API in the project that the policy names: gcloud services enable ${api}`,
    };
  }
  if (/prohibited by organization's policy/.test(message)) {
    return {
      code: 'DENIED_BY_PROVIDER',
      fix: 'A perimeter of VPC Service Controls keeps this step out: add an ingress rule or an access level for it. The identifier in the answer finds the violation in the audit log.',
    };
  }
  if (reply.status === 401) {
    return { code: 'CREDENTIAL_INVALID', fix: 'Run the step again: the access token was of no use, or past its life.' };
  }
  if (reply.status === 403) return { code: 'DENIED_BY_PROVIDER', fix: fixes.denied };
  if (reply.status === 404) return { code: 'EXCHANGE_NOT_ENABLED', fix: fixes.missing };
  if (status === 'FAILED_PRECONDITION') return { code: 'CREDENTIAL_INVALID', fix: fixes.state };
  return { code: 'EXCHANGE_NOT_ENABLED', fix: fixes.missing };
}

function readStatus({ body }: HttpReply): { readonly status: string; readonly reason: string } {
  const { error } = asRecord(body);
  const { status, details } = asRecord(error);
  const reasons = (Array.isArray(details) ? details : []).map((detail) => cleanText(asRecord(detail)['reason']));
  return { status: cleanText(status), reason: reasons.find((reason) => reason !== '') ?? '' };
}
