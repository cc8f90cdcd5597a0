import { describe, expect, it } from '@jest/globals';
import { Secret } from '../../src/secret.ts';
import { bench, NEVER } from './support/bench.ts';
import type { Answer } from './support/fake-network.ts';

const ASK = { service: 'Vercel', url: 'https://api.example.com/events', signal: NEVER } as const;

describe('upload', () => {
  it('calls a streamed body once, and leaves the repeating to the caller', async () => {
    let opened = 0;
    const body = async function* (): AsyncGenerator<Uint8Array> {
      opened += 1;
      await Promise.resolve();
      yield new Uint8Array(3);
    };
    const drain = async (request: { body?: unknown }): Promise<Answer> => {
      for await (const chunk of (request.body as typeof body)()) expect(chunk).toHaveLength(3);
      return { status: 500, body: '{}' };
    };
    const made = bench([drain]);
    const upload = {
      service: 'Vercel',
      url: 'https://api.example.com/v2/files',
      bearer: new Secret('b'),
      headers: {},
      signal: NEVER,
    };
    expect((await made.http.upload({ ...upload, body })).status).toBe(500);
    expect(opened).toBe(1);
  });
});

describe('lines', () => {
  it('cuts a stream at its line ends, wherever its chunks end', async () => {
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      for (const part of ['{"a"', ':1}\n\n{"b":2}\n{"c"', ':3}']) {
        await Promise.resolve();
        yield new TextEncoder().encode(part);
      }
    };
    const made = bench([{ body: chunks() }]);
    expect(await Array.fromAsync(made.http.lines(ASK))).toEqual(['{"a":1}', '{"b":2}', '{"c":3}']);
  });

  it('drops a line without end, so that memory stays flat', async () => {
    const made = bench([{ body: 'x'.repeat(70_000) }]);
    expect(await Array.fromAsync(made.http.lines(ASK))).toEqual([]);
  });
});
