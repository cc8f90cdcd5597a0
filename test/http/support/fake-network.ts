import type { Network, SendRequest, SendResponse } from '../../../src/platform/types.ts';

export type Answer = Partial<Omit<SendResponse, 'body'>> & { readonly body?: string | AsyncIterable<Uint8Array> };

/** A network that answers from a list, in order, and remembers what it was sent. */
export function fakeNetwork(
  answers: readonly (Answer | Error | ((request: SendRequest) => Promise<Answer>))[],
): Network & {
  readonly sent: SendRequest[];
} {
  const sent: SendRequest[] = [];
  return {
    sent,
    close: () => undefined,
    async send(request) {
      const answer = answers[sent.length];
      sent.push(request);
      if (answer === undefined) throw new Error('the network was asked more often than it has answers');
      if (answer instanceof Error) throw answer;
      const { status = 200, headers = {}, body = '' } = typeof answer === 'function' ? await answer(request) : answer;
      return { status, headers, body: typeof body === 'string' ? bytes(body) : body };
    },
  };
}

/** Answers for `fakeNetwork` that are picked by what the URL contains: requests side by side have no order. */
export function answerByUrl(
  table: Readonly<Record<string, Answer>>,
  times: number,
): ((request: SendRequest) => Promise<Answer>)[] {
  return Array.from({ length: times }, () => (request) => {
    const key = Object.keys(table).find((part) => request.url.includes(part));
    if (key === undefined) throw new Error(`no answer for ${request.url}`);
    return Promise.resolve(table[key] ?? {});
  });
}

export function networkFault(detail: string): Error {
  return Object.assign(new Error(detail), { name: 'NetworkFault', detail });
}

async function* bytes(text: string): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield new TextEncoder().encode(text);
}
