import { createHttpClient } from '../../../src/http/index.ts';
import { createRouter, type Route } from '../../../src/sandbox/router.ts';
import { askedBy } from '../../../src/sandbox/asked.ts';
import { sandboxNetwork } from '../../support/sandbox-network.ts';
import { bench, type Bench } from '../../http/support/bench.ts';

/** A client whose every request is answered by these routes of a fake; `asked` has them in order. */
export function routeBench(
  routes: readonly Route[],
): Pick<Bench, 'http' | 'clock' | 'log'> & { readonly asked: string[] } {
  const route = createRouter(routes);
  const asked: string[] = [];
  const network = sandboxNetwork({
    async handle(request) {
      asked.push(`${request.method} ${request.url}`);
      const question = askedBy(request);
      const { reply, known } = await route(question, question.bytes);
      if (!known) throw new Error(`the fake does not know ${request.method} ${request.url}`);
      return new Response(reply.body as string, { status: reply.status, headers: { ...reply.headers } });
    },
  });
  const { clock, log } = bench([]);
  const random = { uuid: () => 'u', fraction: () => 0 };
  return { http: createHttpClient({ network, log, clock, random, userAgent: 'test' }), clock, log, asked };
}
