import { elapsedSince } from '../elapsed.ts';
import { PipeError } from '../errors.ts';
import type { HttpReply } from '../http/types.ts';
import type { Secret } from '../secret.ts';
import type { SmokePath } from '../variables/types.ts';
import { judgeAnswer, type Answer } from './judge.ts';
import { isProtection } from './protection.ts';
import { findSibling } from './sibling.ts';
import type { PathResult, Site, SmokeDeps, SmokePlan } from './types.ts';

/** Vercel's header for the OIDC token of a Trusted Source. */
const TOKEN_HEADER = 'x-vercel-trusted-oidc-idp-token';
/** The text is looked for in as much of a body; the rest is left unread. */
const MAX_BODY_BYTES = 256 * 1024;
const REQUEST_MS = 10_000;
/** From the first request of a path: what is not as wanted by then has failed. */
const WINDOW_MS = 60_000;
const MAX_DELAY_MS = 8000;

/** One path, and how it went; `refusal` where its deployment is protected and the token is not to be had. */
export interface Asked {
  readonly result: PathResult;
  readonly refusal?: PipeError;
}

/** Asks until the answer is as wanted, will not change any more, or the time is over. */
export async function askPath(
  wanted: SmokePath,
  plan: Omit<SmokePlan, 'paths'>,
  deps: SmokeDeps,
  signal: AbortSignal,
): Promise<Asked> {
  const { clock } = deps;
  const { site, patience } = plan;
  const startedAt = clock.now();
  let shown: Secret | undefined;
  for (let attempts = 1; ; attempts += 1) {
    const visited = await visit(deps, plan, wanted, shown, signal);
    const { host } = visited;
    let { answer } = visited;
    if (answer.kind === 'protected' && !shown) {
      const sought = await seek(plan.token);
      if ('refusal' in sought) {
        const result = describe(wanted, answer, { host, shown, attempts, ms: elapsedSince(clock, startedAt) });
        return { result, refusal: sought.refusal };
      }
      shown = sought.token;
      answer = await ask(deps, site, wanted.path, shown, signal);
    }
    const ms = elapsedSince(clock, startedAt);
    const { ok, mayChange } = judgeAnswer(answer, wanted);
    const wait = Math.min(1000 * 2 ** (attempts - 1), MAX_DELAY_MS);
    const again = !ok && (mayChange || (patience === 'moving' && answer.kind === 'answer')) && ms + wait < WINDOW_MS;
    if (!again) return { result: describe(wanted, answer, { host, shown, attempts, ms }) };
    await clock.sleep(wait, signal);
  }
}

interface Visit {
  readonly host: string;
  readonly answer: Answer;
}

/**
 * The site's answer, or that of the sibling which it only leads to. Each sibling is asked once, so that a circle ends, and
 * none of them ever with the token. One that wants a sign-in is nowhere to lead visitors to: then the redirect is judged.
 */
async function visit(
  deps: SmokeDeps,
  { site, siblings = [] }: Pick<SmokePlan, 'site' | 'siblings'>,
  wanted: SmokePath,
  token: Secret | undefined,
  signal: AbortSignal,
): Promise<Visit> {
  let at = site;
  let answer = await ask(deps, site, wanted.path, token, signal);
  const left = new Set(token ? [] : siblings);
  for (;;) {
    const next = judgeAnswer(answer, wanted).ok ? undefined : findSibling(answer, at, wanted.path, [...left]);
    const there = next && (await ask(deps, next, wanted.path, undefined, signal));
    if (!there || there.kind === 'protected') return { host: at.host, answer };
    left.delete(next);
    [at, answer] = [next, there];
  }
}

async function seek(token: SmokePlan['token']): Promise<{ readonly token: Secret } | { readonly refusal: PipeError }> {
  try {
    return { token: await token() };
  } catch (error) {
    if (error instanceof PipeError) return { refusal: error };
    throw error;
  }
}

/** One request. No redirect is followed: a redirect is an answer, and none but the hosts of the plan is ever asked. */
async function ask(
  { http }: SmokeDeps,
  site: Site,
  path: string,
  token: Secret | undefined,
  signal: AbortSignal,
): Promise<Answer> {
  let reply: HttpReply;
  try {
    reply = await http.request({
      service: `The deployment at ${site.host}`,
      method: 'GET',
      url: toUrl(site, path),
      headers: { accept: '*/*', ...site.headers, ...(token ? { [TOKEN_HEADER]: token.reveal() } : {}) },
      redirect: 'answer',
      ...{ maxBytes: MAX_BODY_BYTES, overflow: 'cut', timeoutMs: REQUEST_MS, attempts: 1 },
      signal,
    });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof PipeError)) throw error;
    return { kind: 'none', fault: `no answer (${error.got?.split(' for ')[0] ?? error.code})` };
  }
  if (isProtection(reply)) return { kind: 'protected', status: reply.status };
  return { kind: 'answer', status: reply.status, text: reply.text, location: reply.headers['location'] };
}

/** A path may spell anything, `//other.example` and `/\other.example` too; the host stays the one that was given. */
function toUrl({ origin }: Site, path: string): string {
  const url = new URL(`${origin}${path}`);
  if (url.origin !== origin) throw new Error('a path that leads to another host');
  return url.href;
}

interface Course {
  readonly host: string;
  readonly shown: Secret | undefined;
  readonly attempts: number;
  readonly ms: number;
}

function describe(wanted: SmokePath, answer: Answer, { host, shown, attempts, ms }: Course): PathResult {
  const { ok, textFound } = judgeAnswer(answer, wanted);
  return {
    path: wanted.path,
    host,
    wantedStatus: wanted.status,
    wantedText: wanted.text,
    ok,
    status: answer.kind === 'none' ? undefined : answer.status,
    textFound,
    fault: answer.kind === 'none' ? answer.fault : undefined,
    protected: answer.kind === 'protected',
    tokenShown: shown !== undefined,
    ...{ attempts, ms },
  };
}
