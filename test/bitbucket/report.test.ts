import { describe, expect, it } from '@jest/globals';
import { putReport, type Announcement } from '../../src/bitbucket/index.ts';

import { announcement, bench, NEVER, type Bench } from './support/bench.ts';

const put = ({ http, place }: Bench, changes: Partial<Announcement>): ReturnType<typeof putReport> =>
  putReport(place, announcement(changes), { http, proxy: 'bitbucket' }, NEVER);
const finding = (number: number): Announcement['findings'][number] => ({
  ...{ id: `smoke-${String(number)}`, ok: false, summary: `/${String(number)}: got 500, wanted 200`, details: 'x' },
});

describe('a report', () => {
  it.each([
    { state: 'pending' as const, result: 'PENDING' },
    { state: 'passed' as const, result: 'PASSED' },
    { state: 'failed' as const, result: 'FAILED' },
    { state: 'stopped' as const, result: 'FAILED' },
  ])('that is $state says $result', async ({ state, result }) => {
    const made = await bench();
    expect(await put(made, { state })).toEqual({ done: true });
    expect(made.sandbox.bitbucket.reports).toMatchObject([{ body: { result, reporter: 'vercel-oidc-deploy' } }]);
    expect(made.sandbox.journal).toHaveLength(1);
  });

  it('stays inside what Bitbucket takes, whatever it is told', async () => {
    const made = await bench();
    const facts = Array.from({ length: 30 }, (_, index) => ({
      title: `Fact ${String(index)}`,
      value: 'y'.repeat(9000),
    }));
    const long = `https://web.vercel.app/${'z'.repeat(450)}`;
    const told = await put(made, {
      ...{ title: 't'.repeat(999), summary: `a\n\u0007b${'s'.repeat(9999)}`, url: long, facts },
      findings: Array.from({ length: 250 }, (_, index) => finding(index)),
    });
    expect(told).toEqual({ done: true });
    const [report] = made.sandbox.bitbucket.reports;
    expect(report?.body['data']).toHaveLength(10);
    expect(report?.body['details']).toMatch(/^a bs+$/);
    expect(report?.annotations.size).toBe(100);
  });

  it('shows no secret that a server has sent back', async () => {
    const made = await bench();
    const token = made.sandbox.bitbucket.accessToken;
    await put(made, { summary: `SERVICE_FAILED: ${token}`, facts: [{ title: 'Grant', value: token }] });
    expect(JSON.stringify(made.sandbox.bitbucket.reports)).toContain('[redacted]');
    expect(JSON.stringify(made.sandbox.bitbucket.reports)).not.toContain(token);
  });

  it.each(['javascript:alert(1)', 'http://web.vercel.app', 'https://a/{repository.full_name}', 'https://a b/'])(
    'has no link to %s',
    async (url) => {
      const made = await bench();
      await put(made, { url, inspectorUrl: url });
      const { link, data } = made.sandbox.bitbucket.reports[0]?.body ?? {};
      expect(link).toBe('https://bitbucket.org/acme/web/pipelines/results/42');
      expect(JSON.stringify(data)).not.toContain('LINK');
    },
  );

  it('has what was found beside it, and what is good again in its place', async () => {
    const made = await bench();
    await put(made, { state: 'failed', findings: [finding(1), finding(2)] });
    await put(made, { findings: [{ ...finding(1), ok: true }] });
    const annotations = [...(made.sandbox.bitbucket.reports[0]?.annotations.values() ?? [])];
    expect(annotations).toMatchObject([
      { external_id: 'smoke-1', result: 'PASSED', severity: 'LOW' },
      { external_id: 'smoke-2', result: 'FAILED', severity: 'HIGH', summary: '/2: got 500, wanted 200' },
    ]);
  });

  it('that is refused says why', async () => {
    const made = await bench();
    const { sandbox } = made;
    sandbox.misbehave({ match: { path: /annotations/ }, action: { kind: 'bitbucket-rate-limit' }, times: 9 });
    const told = await put(made, { findings: [finding(1)] });
    expect(told).toEqual({
      refusal: 'Bitbucket refused the report: status 429 Rate limit for this resource has been exceeded.',
    });
    // Twice in all.
    expect(sandbox.journal.map(({ method }) => method)).toEqual(['PUT', 'POST', 'POST']);
  });

  it('that meets nobody is not tried again at the beginning, and is at the end', async () => {
    for (const [state, slept] of [
      ['pending', 0],
      ['passed', 1],
    ] as const) {
      const made = await bench();
      made.sandbox.misbehave({ match: {}, action: { kind: 'reset' }, times: 9 });
      expect(await put(made, { state })).toEqual({ absent: expect.stringContaining('ECONNRESET') });
      expect(made.platform.clock.slept).toHaveLength(slept);
    }
  });
});
