import type { Network, SendResponse } from '../../../src/platform/types.ts';
import { nameRequest } from './world.ts';

/** An answer in the place of a service's own. */
export interface Lie {
  readonly name: string;
  readonly answer: (signal: AbortSignal | undefined) => SendResponse;
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield bytes;
}

/** How many bytes of endless bodies were read in all: what a reader took, whether it kept them or not. */
export const taken = { bytes: 0 };

async function* endless(piece: Uint8Array, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
  for (;;) {
    signal?.throwIfAborted();
    // A turn of the event loop now and then, as a socket gives it.
    if (taken.bytes % (1024 * 1024) < piece.byteLength) await new Promise((resolve) => setImmediate(resolve));
    taken.bytes += piece.byteLength;
    yield piece;
  }
}

const answer =
  (status: number, headers: Record<string, string>, body: Uint8Array | 'endless'): Lie['answer'] =>
  (signal) => ({ status, headers, body: body === 'endless' ? endless(PIECE, signal) : once(body) });

const JSON_TYPE = { 'content-type': 'application/json' };
const HTML =
  '<!doctype html><html><title>Sign in\u001b[2J</title><body>This network wants you to sign in</body></html>';
const DEPTH = 50_000;
const PIECE = new Uint8Array(64 * 1024).fill(0x78);

export const LIES: readonly Lie[] = [
  { name: 'HTML with 200', answer: answer(200, { 'content-type': 'text/html' }, bytesOf(HTML)) },
  { name: 'HTML that is called JSON', answer: answer(200, JSON_TYPE, bytesOf(HTML)) },
  { name: 'nothing with 200', answer: answer(200, JSON_TYPE, new Uint8Array()) },
  { name: 'nothing with 204', answer: answer(204, {}, new Uint8Array()) },
  { name: 'half a JSON', answer: answer(200, JSON_TYPE, bytesOf('{"keys":[{"kty":"RSA","n":"abc')) },
  { name: 'null', answer: answer(200, JSON_TYPE, bytesOf('null')) },
  { name: 'an empty list', answer: answer(200, JSON_TYPE, bytesOf('[]')) },
  {
    name: 'a deep nesting',
    answer: answer(200, JSON_TYPE, bytesOf(`${'{"a":['.repeat(DEPTH)}${']}'.repeat(DEPTH)}`)),
  },
  {
    name: 'keys twice, the second time of another kind',
    answer: answer(
      200,
      JSON_TYPE,
      bytesOf('{"id":"a","id":{},"keys":[],"keys":"x","access_token":"t","access_token":1}'),
    ),
  },
  { name: 'bytes that are no UTF-8', answer: answer(200, JSON_TYPE, new Uint8Array([0x7b, 0xff, 0xfe, 0x80, 0x7d])) },
  {
    name: 'gzip that nobody asked for',
    answer: answer(
      200,
      { ...JSON_TYPE, 'content-encoding': 'gzip' },
      new Uint8Array([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3]),
    ),
  },
  {
    name: 'a redirect to another host',
    answer: answer(302, { location: 'https://elsewhere.example/collect\u001b[2J' }, new Uint8Array()),
  },
  { name: 'a body without end', answer: answer(200, JSON_TYPE, 'endless') },
  {
    name: 'an error without end',
    answer: answer(403, { 'content-type': 'text/plain' }, 'endless'),
  },
  { name: 'a proxy’s 407', answer: answer(407, { 'content-type': 'text/html' }, bytesOf(HTML)) },
];

/** Whoever asks what `about` names gets the lie, as often as it asks. */
export function lyingProxy(about: RegExp, lie: Lie): { network: (network: Network) => Network; told: () => number } {
  let told = 0;
  return {
    told: () => told,
    network: (network) => ({
      ...network,
      send(request) {
        if (!about.test(nameRequest(request))) return network.send(request);
        told += 1;
        return Promise.resolve(lie.answer(request.signal));
      },
    }),
  };
}
