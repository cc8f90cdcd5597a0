import type { SendRequest } from '../../../src/platform/types.ts';
import { askedBy } from '../../../src/sandbox/asked.ts';
import { createRouter, type Route } from '../../../src/sandbox/router.ts';
import type { Answer } from '../../http/support/fake-network.ts';

type Answering = (request: SendRequest) => Promise<Answer>;

/** Answers for `bench`, given by a sandbox's routes instead of a list. */
export function routed(routes: readonly Route[], times = 10): readonly Answering[] {
  const route = createRouter(routes);
  const answer: Answering = async ({ method, url, headers, body }) => {
    const bytes = body instanceof Uint8Array ? new Uint8Array(body) : undefined;
    const asked = askedBy(new Request(url, { method, headers, ...(bytes ? { body: bytes } : {}) }));
    const { reply } = await route(asked, asked.bytes);
    return { status: reply.status, headers: reply.headers, body: typeof reply.body === 'string' ? reply.body : '' };
  };
  return Array.from({ length: times }, () => answer);
}
