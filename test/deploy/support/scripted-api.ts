import type { HttpReply } from '../../../src/http/index.ts';
import { readReport, type Report } from '../../../src/deploy/report.ts';
import type { VercelApi } from '../../../src/deploy/vercel-api.ts';
import { NO_CONTEXT, NO_PRODUCTION } from './fake-api.ts';

/** A reply with this body, or an error instead of one. */
export type Answer = HttpReply | Error;

/** One stream of the build log: its items, and how it goes on after them. */
export interface Stream {
  readonly items: readonly unknown[];
  /** `end`: closed by the server; `break`: cut; `open`: nothing more comes until the reader leaves. */
  readonly then: 'end' | 'break' | 'open';
}

export interface Script {
  readonly reads?: readonly Answer[];
  readonly projects?: readonly Answer[];
  readonly rolling?: readonly Answer[];
  readonly cancels?: readonly Answer[];
  readonly aliases?: Readonly<Record<string, Answer>>;
  /** Without it the log stays open and says nothing. */
  readonly streams?: readonly Stream[];
}

export interface ScriptedApi extends VercelApi {
  /** Every call, as `read`, `project`, `cancel`, `alias NAME` or `events SINCE`. */
  readonly calls: string[];
  count(call: string): number;
}

export function reply(body: unknown, status = 200, headers: Record<string, string> = {}): HttpReply {
  return { status, headers, body, text: JSON.stringify(body) };
}

export function refusal(status: number, code: string, message = 'No.', more: Record<string, unknown> = {}): HttpReply {
  return reply({ error: { code, message, ...more } }, status);
}

export const ID = 'dpl_1';
export const PAGE = 'https://vercel.com/acme/web/1';

/** Vercel's long form of a deployment in this state. */
export function deploymentBody(readyState: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { id: ID, url: 'web-1.vercel.app', inspectorUrl: PAGE, target: 'production', readyState, ...more };
}

export function state(readyState: string, more: Record<string, unknown> = {}): HttpReply {
  return reply(deploymentBody(readyState, more));
}

export const LIVE = state('READY', {
  readySubstate: 'PROMOTED',
  aliasAssigned: 1_790_000_000_000,
  alias: ['example.com'],
});

export function reportOf(readyState: string, more: Record<string, unknown> = {}): Report {
  const report = readReport(deploymentBody(readyState, more));
  if (!report) throw new Error('no deployment');
  return report;
}

/** Vercel's API that answers from lists, in order; a call that no list foresees fails the test that makes it. */
export function scriptedApi(script: Script): ScriptedApi {
  const calls: string[] = [];
  const used = new Map<string, number>();
  const next = <T>(what: string, list: readonly T[] = []): T => {
    const index = used.get(what) ?? 0;
    used.set(what, index + 1);
    const item = list[index];
    if (item === undefined)
      throw new Error(`${what} was asked ${String(index + 1)} times, and has ${String(list.length)} answers`);
    return item;
  };
  const answer = async (call: string, signal: AbortSignal, take: () => Answer): Promise<HttpReply> => {
    calls.push(call);
    signal.throwIfAborted();
    await Promise.resolve();
    const given = take();
    if (given instanceof Error) throw given;
    return given;
  };
  const unforeseen = (): never => {
    throw new Error('this call belongs to nothing that follows a deployment');
  };
  return {
    calls,
    count: (call) => calls.filter((made) => made.split(' ')[0] === call).length,
    create: unforeseen,
    upload: unforeseen,
    findByMeta: unforeseen,
    context: NO_CONTEXT,
    production: NO_PRODUCTION,
    read: (_, signal) => answer('read', signal, () => next('read', script.reads)),
    readProject: (_, signal) => answer('project', signal, () => next('project', script.projects)),
    readRollingRelease: (_, signal) => answer('rolling', signal, () => next('rolling', script.rolling)),
    cancel: (_, signal) => answer('cancel', signal, () => next('cancel', script.cancels)),
    assignAlias: (_, alias, signal) => answer(`alias ${alias}`, signal, () => script.aliases?.[alias] ?? unforeseen()),
    async *events(_, since, signal) {
      calls.push(`events ${String(since)}`);
      const stream = script.streams ? next('events', script.streams) : ({ items: [], then: 'open' } as const);
      for (const item of stream.items) {
        await new Promise((resolve) => setImmediate(resolve));
        signal.throwIfAborted();
        yield typeof item === 'string' ? item : JSON.stringify(item);
      }
      if (stream.then === 'break') throw new Error('the body broke off');
      if (stream.then === 'open') await aborted(signal);
    },
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const stop = (): void => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });
}

/** The error that `work` ends with. */
export async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('nothing failed');
}
