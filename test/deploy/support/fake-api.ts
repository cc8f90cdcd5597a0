import type { HttpReply } from '../../../src/http/index.ts';
import type { VercelApi } from '../../../src/deploy/vercel-api.ts';
import { memoryLog, testClock, type MemoryLog, type TestClock } from '../../support/test-platform.ts';

export const NEVER = new AbortController().signal;

export function reply(status: number, body: unknown, headers: Record<string, string> = {}): HttpReply {
  return { status, headers, text: JSON.stringify(body), body };
}

export function refused(status: number, code: string, more: object = {}): HttpReply {
  return reply(status, { error: { code, message: `${code} it is`, ...more } });
}

const unasked = (): never => {
  throw new Error('what a record wants to know is not asked here');
};
/** Of an API that nobody asks for a record's sake. */
export const NO_CONTEXT: VercelApi['context'] = {
  settings: unasked,
  variables: unasked,
  customEnvironments: unasked,
  deployments: unasked,
};

const unmoved = (): never => {
  throw new Error('production is not moved here');
};
/** Of an API that nobody asks to move production. */
export const NO_PRODUCTION: VercelApi['production'] = { move: unmoved, unmoved, list: unmoved };

export interface ApiBench {
  readonly api: VercelApi;
  readonly clock: TestClock;
  readonly log: MemoryLog;
  /** Calls in order, `name argument`. */
  readonly calls: string[];
}

type Scripted = Partial<Record<Exclude<keyof VercelApi, 'context' | 'production'>, readonly (HttpReply | Error)[]>>;

/** Vercel's calls answered from a script, each list in its order and its last answer for ever; a call without one fails. */
export function scriptApi(script: Scripted): ApiBench {
  const calls: string[] = [];
  const taken = new Map<string, number>();
  const answer = (name: keyof Scripted, detail: string): Promise<HttpReply> => {
    calls.push(`${name} ${detail}`.trim());
    const answers = script[name] ?? [];
    const index = taken.get(name) ?? 0;
    taken.set(name, index + 1);
    const given = answers[Math.min(index, answers.length - 1)];
    if (!given) return Promise.reject(new Error(`nothing scripted for ${name}`));
    return given instanceof Error ? Promise.reject(given) : Promise.resolve(given);
  };
  const api: VercelApi = {
    create: (body) => answer('create', String(body.files.length)),
    upload: ({ sha1 }) => answer('upload', sha1),
    read: (id) => answer('read', id),
    cancel: (id) => answer('cancel', id),
    findByMeta: (_project, key, value) => answer('findByMeta', `${key}=${value}`),
    readProject: (id) => answer('readProject', id),
    readRollingRelease: (id) => answer('readRollingRelease', id),
    assignAlias: (id, alias) => answer('assignAlias', `${id} ${alias}`),
    context: NO_CONTEXT,
    production: NO_PRODUCTION,
    events: async function* () {
      // No log.
    },
  };
  return { api, calls, clock: testClock(), log: memoryLog() };
}
