import { describe, expect, it } from '@jest/globals';
import { PipeError } from '../../src/errors.ts';
import { openSite, smokeFailed, tellResult, type PathResult } from '../../src/smoke/index.ts';

const good: PathResult = {
  ...{
    path: '/',
    host: 'web.vercel.app',
    wantedStatus: 200,
    wantedText: undefined,
    ok: true,
    status: 200,
    textFound: undefined,
  },
  ...{ fault: undefined, protected: false, tokenShown: false, attempts: 1, ms: 120 },
};
const bad: PathResult = { ...good, path: '/old', ok: false, wantedStatus: 308, attempts: 3, ms: 3100 };
const after = { stands: 'Production is unchanged.', fix: 'Look at it.' };
const report = { host: 'web.vercel.app', ok: false, results: [good, bad], startedAt: 0, ms: 1, refusal: undefined };

describe('what is told', () => {
  it.each([
    { result: good, told: '/: got 200, wanted 200 (0.1 s)' },
    { result: bad, told: '/old: got 200, wanted 308 (3 attempts, 3.1 s)' },
    {
      result: { ...bad, wantedText: 'Hi "x"' },
      told: '/old: got 200, wanted 308 with "Hi \\"x\\"" (3 attempts, 3.1 s)',
    },
    { result: { ...good, ok: false, textFound: false }, told: '/: got 200 without the text, wanted 200 (0.1 s)' },
    {
      result: { ...good, status: undefined, fault: 'no answer (ECONNRESET)' },
      told: '/: got no answer (ECONNRESET), wanted 200 (0.1 s)',
    },
    {
      result: { ...good, status: 302, protected: true },
      told: "/: got Vercel's Deployment Protection (302), wanted 200 (0.1 s)",
    },
    { result: { ...good, path: '/\u001b[31m' }, told: '/\\u001b[31m: got 200, wanted 200 (0.1 s)' },
  ])('of a path: $told', ({ result, told }) => {
    expect(tellResult(result)).toBe(told);
  });

  it('is each path that failed, what stands, and what to do', () => {
    expect(smokeFailed(report, after).describe().split('\n')).toEqual([
      'SMOKE_FAILED: The smoke test of https://web.vercel.app failed: 1 of 2 paths. Production is unchanged.',
      '  - /old: got 200, wanted 308 (3 attempts, 3.1 s)',
      '  fix:    Look at it.',
    ]);
    expect(smokeFailed(report, after).exitStatus).toBe(1);
  });

  it('names the host of a path that another one answered', () => {
    const moved = { ...report, results: [good, { ...bad, host: 'www.example.com' }] };
    const error = smokeFailed(moved, after);
    expect(error.message).toMatch(/^The smoke test of https:\/\/web\.vercel\.app failed: 1 of 2 paths\./);
    expect(error.faults).toEqual(['/old at https://www.example.com: got 200, wanted 308 (3 attempts, 3.1 s)']);
  });

  it('begins with why a protected deployment could not be tested', () => {
    const refusal = new PipeError({ code: 'SMOKE_PROTECTED', message: 'Protected.', got: 'a', wanted: 'b', fix: 'c' });
    const error = smokeFailed({ ...report, refusal }, after);
    expect(error).toMatchObject({ code: 'SMOKE_PROTECTED', exitStatus: 1, got: 'a', wanted: 'b', fix: 'c' });
    expect(error.message).toBe('Protected. Production is unchanged.');
  });
});

describe('where a deployment is asked', () => {
  it('is its host over https, or the address of a sandbox that goes by the host', () => {
    expect(openSite('web-a.vercel.app', 'https://api.vercel.com')).toEqual({
      host: 'web-a.vercel.app',
      origin: 'https://web-a.vercel.app',
    });
    expect(openSite('web-a.vercel.app', 'http://127.0.0.1:8080')).toEqual({
      host: 'web-a.vercel.app',
      origin: 'http://127.0.0.1:8080',
      headers: { host: 'web-a.vercel.app' },
    });
  });

  it.each(['', 'localhost', 'a.b:8080', 'user@a.b', 'a.b/c', 'a b.c', '-a.b', 'a..b', `${'a'.repeat(250)}.app`, 'A.b'])(
    'is never %j',
    (host) => {
      expect(() => openSite(host, 'https://api.vercel.com')).toThrow(/none that could be tested/);
    },
  );
});
