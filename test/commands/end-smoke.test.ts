import { describe, expect, it } from '@jest/globals';
import { describeRollback, describeSmoke } from '../../src/commands/end-smoke.ts';
import type { PathResult, SmokeCheck } from '../../src/smoke/types.ts';

const HOST = 'web.vercel.app';

function result(path: string, status: number): PathResult {
  return {
    ...{ path, host: HOST, status, wantedStatus: 200, wantedText: undefined, ok: status === 200 },
    ...{ textFound: undefined, fault: undefined, protected: false, tokenShown: false, attempts: 1, ms: 300 },
  };
}

function check(subject: SmokeCheck['subject'], results: readonly PathResult[]): SmokeCheck {
  const ok = results.every((one) => one.ok);
  return { subject, report: { host: HOST, ok, results, startedAt: 0, ms: 1, refusal: undefined } };
}

describe('the paths that were tested', () => {
  it('are a line each, those that failed first', () => {
    const checks = [
      check('deployment', [result('/', 200), result('/old', 404)]),
      check('production', [result('/', 200)]),
    ];
    expect(describeSmoke({ checks })).toEqual([
      'NOT  /old: got 404, wanted 200 (0.3 s)',
      'ok  /: got 200, wanted 200 (0.3 s)',
      'ok  in production, /: got 200, wanted 200 (0.3 s)',
    ]);
  });

  it('are cut where they are many', () => {
    const results = Array.from({ length: 12 }, (_, number) => result(`/${String(number)}`, number === 11 ? 500 : 200));
    const lines = describeSmoke({ checks: [check('deployment', results)] });
    expect(lines).toHaveLength(9);
    expect(lines[0]).toMatch(/^NOT {2}\/11: got 500/);
    expect(lines.at(-1)).toBe('and 4 more');
  });

  it.each([
    {
      rollback: { outcome: 'done', deploymentId: 'dpl_1' },
      text: 'done, production serves what it served before: dpl_1',
    },
    { rollback: { outcome: 'rolling', deploymentId: 'dpl_1' }, text: 'begun, by stages: dpl_1' },
    { rollback: { outcome: 'superseded' }, text: 'not needed, as production had moved on' },
    { rollback: { outcome: 'no-earlier' }, text: 'not possible, as there is no earlier production' },
    { rollback: { outcome: 'failed', deploymentId: 'dpl_1' }, text: 'FAILED, look at production on Vercel: dpl_1' },
    { rollback: { outcome: 'failed' }, text: 'FAILED, look at production on Vercel' },
  ] as const)('are followed by the rollback that they led to: $text', ({ rollback, text }) => {
    expect(describeRollback(rollback)).toBe(text);
  });
});
