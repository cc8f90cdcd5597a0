import { expect, it } from '@jest/globals';
import { describeAudit } from '../../../src/audit/outputs/index.ts';
import { describeReport } from '../../../src/bitbucket/report.ts';
import { makeRow, makeSummary, WHOLE_ROW, WHOLE_SUMMARY } from './support/samples.ts';

const PIPELINE = 'https://bitbucket.org/acme/audit/pipelines/results/7';

it('says how the audit ended, in figures and a sentence', () => {
  const rows = [makeRow(1), makeRow(2, { class: 'UNEXPLAINED', reasons: ['There is no record.'], person: 'Ann' })];
  const told = describeAudit(makeSummary(rows, { status: 1 }), rows.slice(1), PIPELINE);
  expect(told).toMatchObject({
    ...{ title: 'Audit: web (prj_web), 2026-11-01 to 2026-12-01', state: 'failed', pipelineUrl: PIPELINE },
    summary: '2 deployments and 0 changes: 1 finding. Status 1: there are findings.',
    facts: expect.arrayContaining([
      { title: 'Deployments', value: 2 },
      { title: 'Findings', value: 1 },
    ]),
    findings: [
      {
        ...{ ok: false, summary: 'Unexplained: deployment dpl_2' },
        details: expect.stringMatching(
          /^There is no record\. · web \(prj_web\), preview, 2026-11-01 .* by Ann · Ask its/,
        ),
      },
    ],
  });
  expect(told.key).toMatch(/^vercel-oidc-deploy-audit-[0-9a-f]{15}$/);
  expect(told.key.length).toBeLessThanOrEqual(40);
});

it('is the same report for the same projects, in any order, and another for others', () => {
  const keyOf = (...projectIds: readonly string[]): string =>
    describeAudit(makeSummary([], { scope: { ...WHOLE_SUMMARY.scope, projectIds } }), [], PIPELINE).key;
  expect(keyOf('a', 'b')).toBe(keyOf('b', 'a'));
  expect(new Set([keyOf('a'), keyOf('b'), keyOf()]).size).toBe(3);
});

it('calls nothing explained that --fail-on let pass', () => {
  const rows = [makeRow(1, { class: 'UNEXPLAINED' })];
  expect(describeAudit(makeSummary(rows, { status: 0 }), rows, PIPELINE)).toMatchObject({
    state: 'passed',
    summary:
      '1 deployment and 0 changes: 1 finding. Status 0: there are findings, none of a class that was to fail it (--fail-on).',
  });
  expect(describeAudit(makeSummary([makeRow(1)], { status: 0 }), [], PIPELINE).summary).toMatch(
    /looked at is explained\.$/,
  );
});

it('passes with status 0 alone', () => {
  const states = ([0, 1, 3, 4] as const).map(
    (status) => describeAudit(makeSummary([], { status }), [], PIPELINE).state,
  );
  expect(states).toEqual(['passed', 'failed', 'failed', 'failed']);
});

it('fits what Bitbucket takes: ten fields, a hundred findings', () => {
  const worst = Array.from({ length: 150 }, (_, number) =>
    makeRow(number, { class: 'MISMATCH', reasons: ['x'.repeat(9000)] }),
  );
  const told = describeAudit(WHOLE_SUMMARY, [WHOLE_ROW, ...worst], PIPELINE);
  expect(told.findings).toHaveLength(100);
  expect(new Set(told.findings.map(({ id }) => id)).size).toBe(100);
  const { data } = describeReport(told) as { data: readonly object[] };
  expect(data).toHaveLength(10);
  expect(JSON.stringify(data)).toContain('Not read in whole');
});
