import { PipeError } from '../errors.ts';
import { asRecord } from '../fields.ts';
import { cleanText, type HttpReply } from '../http/index.ts';
import { judgeAws } from './aws-judge.ts';

/** What was asked of AWS, for its errors. */
export interface AwsAsked {
  /** For whom: `hop aws`, `signer aws-kms`. */
  readonly asker: string;
  /** `AWS STS`, `AWS Secrets Manager`, `AWS KMS`. */
  readonly service: string;
  readonly region: string;
  /** `assume the role`. */
  readonly asked: string;
  /** The permission that it takes, as IAM names it. */
  readonly action: string;
  /** The role, secret, key or audience that was named. */
  readonly target: string;
  /** Who asks: the role, or for the role itself what the token says. */
  readonly role: string;
  readonly claims?: { readonly iss: string; readonly sub: string; readonly aud: string };
}

export interface AwsError {
  /** Without the `Exception` that some of the services end it with; empty where the answer names none. */
  readonly code: string;
  readonly message: string;
}

/**
 * In the shapes of AWS: `{Error: {Code, Message}}` (query protocol), `{__type, message}` (JSON protocol, with a name
 * space before `#` in places), and the query protocol's XML.
 */
export function readAwsError({ body, text }: Pick<HttpReply, 'body' | 'text'>): AwsError {
  const top = asRecord(body);
  const { Code, Message } = asRecord(top['Error']);
  const code = Code ?? top['__type'] ?? /<Code>([^<]*)</.exec(text)?.[1];
  const message = Message ?? top['message'] ?? top['Message'] ?? /<Message>([^<]*)</.exec(text)?.[1];
  return { code: toCode(code), message: cleanText(message) };
}

/** A word of the service, or nothing: whatever else stands there is not repeated. */
function toCode(code: unknown): string {
  if (typeof code !== 'string') return '';
  const word = /^(?:[\w.]+#)?([A-Za-z][A-Za-z.]{0,79})(?::|$)/.exec(code)?.[1] ?? '';
  return word.replace(/Exception$/, '');
}

/** An answer that is no success. */
export function awsRefused(asked: AwsAsked, reply: HttpReply, error: AwsError): PipeError {
  const { code, fix } = judgeAws(asked, reply.status, error);
  return new PipeError({
    code,
    message: `${asked.service} did not ${asked.asked} (${asked.asker}).`,
    got: ['status', String(reply.status), error.code, error.message].filter((word) => word !== '').join(' '),
    wanted: 'status 200',
    fix,
  });
}

/** An answer that says yes and brings nothing to use. */
export function awsUnusable({ service, asker }: AwsAsked, got: string, wanted: string, fix?: string): PipeError {
  return new PipeError({
    code: 'CREDENTIAL_INVALID',
    message: `${service} answered without what was asked for (${asker}).`,
    got,
    wanted,
    fix: fix ?? 'Check any proxy on the way to AWS: this is no answer of that service.',
  });
}
