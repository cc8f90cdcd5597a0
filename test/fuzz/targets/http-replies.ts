import fc from 'fast-check';
import { cleanText, describeReply, readRetryDelay, readServerError } from '../../../src/http/index.ts';
import { fetchPolicy } from '../../../src/sources/fetch-policy.ts';
import { runSmoke, openSite } from '../../../src/smoke/index.ts';
import { hostileText, hostileValue, mutatedText, mutatedValue } from '../support/hostile.ts';
import { Find, judgeText } from '../support/judge.ts';
import { HOP_TOKEN, STEP_TOKEN } from '../support/secrets.ts';
import { defineTarget } from '../support/target.ts';
import { hostileReplies, hostileWorld, never, write, type Hostile } from '../support/world.ts';

const LIMIT = {
  error: {
    code: 'rate_limited',
    message: 'later',
    limit: { remaining: 0, reset: 1_795_440_000, resetMs: 1_795_440_000_000 },
  },
};
const TIMES = ['120', '1.5', 'Wed, 21 Oct 2026 07:28:00 GMT', '2026-11-23T12:00:00Z', '1795440000'];
const NOW = Date.UTC(2026, 10, 23, 12);

interface Input {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export const retryAfter = defineTarget<Input>({
  name: 'retry-after',
  runs: 15_000,
  inputs: fc.record({
    status: fc.constantFrom(200, 400, 403, 425, 429, 500, 503),
    headers: fc.dictionary(fc.constantFrom('retry-after', 'x-ratelimit-reset'), mutatedText(TIMES)),
    body: fc.oneof(mutatedValue([LIMIT, { err: LIMIT.error }]), hostileValue),
  }),
  run(reply) {
    const wait = readRetryDelay(reply, NOW);
    // Of a number with hundreds of digits it is infinite: longer than anybody waits.
    if (wait !== undefined && !(wait >= 0)) throw new Find(`a wait of ${String(wait)}`);
    const { code, message } = readServerError(reply);
    const text = write(reply.body);
    for (const line of [code, message, describeReply({ ...reply, text }), cleanText(text, 80)]) judgeText(line);
    if (code.length > 500 || message.length > 500) throw new Find('a text of a server that is not bounded');
  },
});

const HTML = '<html><title>Authentication Required</title><a href="https://vercel.com/sso-api?url=x">sso</a></html>';
const SAMPLES = [HTML, 'hello', { error: { code: 'x', message: 'y' } }];

/** Requests that anybody answers: a page that is tested, an address that gives a policy. */
export const pageReplies = defineTarget<{ readonly replies: readonly Hostile[]; readonly path: string }>({
  name: 'page-replies',
  runs: 2000,
  inputs: fc.record({ replies: hostileReplies(SAMPLES), path: hostileText.map((text) => `/${text}`) }),
  async run({ replies, path }) {
    const world = hostileWorld(replies);
    const wanted = { path, status: 200, text: 'hello' };
    const site = openSite('web-1.vercel.app', 'https://api.vercel.com');
    const plan = { site, paths: [wanted], patience: 'warming', token: () => Promise.resolve(STEP_TOKEN) } as const;
    try {
      for (const { fault } of (await runSmoke(plan, world, never())).results) judgeText(fault ?? '');
      await fetchPolicy(world.http, `https://policies.example.com/p.yml?sig=${HOP_TOKEN.reveal()}`, 1024, never());
    } finally {
      world.settle();
    }
  },
});
