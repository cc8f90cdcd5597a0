import { createHttpClient } from '../../../src/http/index.ts';
import type { SendRequest, SendResponse } from '../../../src/platform/types.ts';
import { Secret } from '../../../src/secret.ts';
import { runSmoke, type SmokePlan, type SmokeReport } from '../../../src/smoke/index.ts';
import { memoryLog, testClock, type MemoryLog, type TestClock } from '../../support/test-platform.ts';

export const HOST = 'web-abc-acme.vercel.app';
export const TOKEN_HEADER = 'x-vercel-trusted-oidc-idp-token';
export const TOKEN = new Secret('eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJzbW9rZSJ9.c2lnbmF0dXJl');

/** One answer: a status, with what belongs to it; or a connection that breaks. */
export interface Page {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}
export type Turn = Page | 'reset' | ((request: SendRequest) => Page);

export interface Smoked {
  readonly report: SmokeReport;
  readonly sent: readonly SendRequest[];
  readonly clock: TestClock;
  readonly log: MemoryLog;
}

/** Runs a smoke test where each path is answered by its turns, the last of them again and again. */
export async function smoke(
  turns: Readonly<Record<string, readonly [Turn, ...Turn[]]>>,
  plan: Partial<SmokePlan> & Pick<SmokePlan, 'paths'>,
  signal: AbortSignal = new AbortController().signal,
): Promise<Smoked> {
  const sent: SendRequest[] = [];
  const clock = testClock();
  const log = memoryLog();
  const network = {
    close: () => undefined,
    send(request: SendRequest): Promise<SendResponse> {
      request.signal?.throwIfAborted();
      const url = new URL(request.url);
      const path = `${url.pathname}${url.search}`;
      const before = sent.filter((one) => one.url === request.url).length;
      sent.push(request);
      const list = turns[path];
      const turn = list?.[Math.min(before, list.length - 1)];
      if (turn === undefined) throw new Error(`nothing answers ${path}`);
      if (turn === 'reset') throw Object.assign(new Error('reset'), { name: 'NetworkFault', detail: 'ECONNRESET' });
      const { status, body = '', headers = {} } = typeof turn === 'function' ? turn(request) : turn;
      return Promise.resolve({ status, headers, body: bytes(body) });
    },
  };
  const random = { uuid: () => 'u', fraction: () => 0 };
  const http = createHttpClient({ network, clock, log, random, userAgent: 'vercel-oidc-deploy/test' });
  const report = await runSmoke(
    {
      site: { host: HOST, origin: `https://${HOST}` },
      patience: 'warming',
      token: () => Promise.reject(new Error('nobody should have asked for the token')),
      ...plan,
    },
    { http, clock },
    signal,
  );
  return { report, sent, clock, log };
}

/** Vercel's answer in the place of a protected deployment, as a browser gets it. */
export const SIGN_IN: Page = {
  status: 302,
  headers: { location: `https://vercel.com/sso-api?url=https%3A%2F%2F${HOST}%2F&nonce=n`, server: 'Vercel' },
};

/** Protected, but for a request with the token. */
export function guarded(open: Page): Turn {
  return ({ headers }) => (headers[TOKEN_HEADER] === TOKEN.reveal() ? open : SIGN_IN);
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  // In pieces: what is looked for may lie across two of them.
  for (let at = 0; at < text.length; at += 64 * 1024) yield new TextEncoder().encode(text.slice(at, at + 64 * 1024));
}
