import type { ProxyName, SendBody } from '../platform/types.ts';
import type { Secret } from '../secret.ts';

/** An OAuth client with a secret. */
export interface BasicClient {
  readonly id: string;
  readonly secret: Secret;
}

export interface HttpRequest {
  /** Who is asked, in words for logs and errors: `Vercel`, `Bitbucket's OIDC keys`. */
  readonly service: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** No secret may stand in it: it appears in logs and errors. */
  readonly url: string;
  readonly bearer?: Secret | undefined;
  /** How the token is shown: `plain` is the token alone, as some proxies want it. Default `bearer`. */
  readonly authorization?: 'bearer' | 'plain';
  /** In the place of a bearer token: the client's own id and secret (RFC 6749 §2.3.1). */
  readonly basic?: BasicClient | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as `application/json`. */
  readonly json?: unknown;
  /** Sent as `application/x-www-form-urlencoded`; undefined fields are left out. */
  readonly form?: Readonly<Record<string, string | Secret | undefined>>;
  /** Sent as they are, under `type`. */
  readonly content?: { readonly type: string; readonly bytes: Uint8Array };
  /** True for a reply that is no text: its bytes are kept. */
  readonly binary?: boolean;
  /**
   * `answer` gives a redirect to the caller as any other answer; it is never followed here, whatever is chosen. Default
   * `refuse`: it is an error.
   */
  readonly redirect?: 'refuse' | 'answer';
  /** Of a report to Bitbucket alone; such a request bears no token. */
  readonly proxy?: ProxyName | undefined;
  readonly signal: AbortSignal;
  /** For one attempt. Default 30,000 ms. */
  readonly timeoutMs?: number;
  /** Of the reply. Default 4 MiB. */
  readonly maxBytes?: number;
  /** What becomes of a reply beyond `maxBytes`: `cut` leaves the rest unread. Default `refuse`: it is an error. */
  readonly overflow?: 'refuse' | 'cut';
  /** Default 4. */
  readonly attempts?: number;
  /** Longest wait that the server may ask for between two attempts. Default 5 minutes. */
  readonly maxWaitMs?: number;
  /** Default true. False where a repeat could do the work twice: then only 425 and 429 are asked again. */
  readonly repeatable?: boolean;
}

export interface UploadRequest {
  readonly service: string;
  readonly url: string;
  readonly bearer: Secret;
  readonly authorization?: 'bearer' | 'plain';
  readonly headers: Readonly<Record<string, string>>;
  /** A function where the body is streamed: it is called once for each attempt. */
  readonly body: SendBody;
  readonly signal: AbortSignal;
}

/** Any status: what it means is the caller's to say. */
export interface HttpReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Empty for a reply that was asked for as bytes. */
  readonly text: string;
  /** Where it was asked for. */
  readonly bytes?: Uint8Array;
  /** The parsed body; undefined where it is not JSON. */
  readonly body: unknown;
}

/** One client for a whole run. Rejects with PipeError `NETWORK` when no answer came, or with the signal's reason. */
export interface HttpClient {
  request(request: HttpRequest): Promise<HttpReply>;
  /** One attempt: thousands of uploads share one pace, which is not one request's to keep. */
  upload(request: UploadRequest): Promise<HttpReply>;
  /** Lines of a streamed reply, as they come; empty where the status is not 200. One attempt, no deadline but the signal. */
  lines(request: Pick<HttpRequest, 'service' | 'url' | 'bearer' | 'authorization' | 'signal'>): AsyncIterable<string>;
}
