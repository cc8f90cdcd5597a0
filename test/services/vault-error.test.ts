import { describe, expect, it } from '@jest/globals';
import { vaultRefused } from '../../src/services/vault-error.ts';

const JUDGEMENT = { code: 'DENIED_BY_PROVIDER', fix: 'as it was judged' } as const;

function refused(status: number, body: unknown = { errors: ['why'] }): ReturnType<typeof vaultRefused> {
  return vaultRefused({
    ...{ by: 'hop vault', asked: 'answer', judgement: JUDGEMENT },
    reply: { status, headers: {}, text: '', body },
  });
}

describe("Vault's statuses", () => {
  it.each([
    { status: 400, code: 'DENIED_BY_PROVIDER', fix: /^as it was judged$/ },
    { status: 403, code: 'DENIED_BY_PROVIDER', fix: /^as it was judged$/ },
    { status: 404, code: 'DENIED_BY_PROVIDER', fix: /^as it was judged$/ },
    { status: 412, code: 'SERVICE_FAILED', fix: /lags behind/ },
    { status: 429, code: 'RATE_LIMITED', fix: /rate limit quota/ },
    { status: 472, code: 'SERVICE_FAILED', fix: /address of the primary cluster/ },
    { status: 473, code: 'SERVICE_FAILED', fix: /address of the active node/ },
    { status: 500, code: 'SERVICE_FAILED', fix: /Vault's own log/ },
    { status: 503, code: 'SERVICE_FAILED', fix: /sealed/ },
  ])('$status: $code', ({ status, code, fix }) => {
    expect(refused(status)).toMatchObject({
      code,
      fix: expect.stringMatching(fix),
      got: `status ${String(status)} why`,
    });
  });

  it.each([
    { name: 'several errors', body: { errors: ['a', 'b\nERROR c', 5] }, got: 'status 404 a; b ERROR c' },
    { name: 'a warning alone', body: { errors: [], warnings: ['w'] }, got: 'status 404 w' },
    { name: 'a body that is none', body: null, got: 'status 404' },
    { name: 'a list', body: ['a'], got: 'status 404' },
  ])('are told with $name', ({ body, got }) => {
    expect(refused(404, body).got).toBe(got);
  });
});
