import { describe, expect, it } from '@jest/globals';
import { classify, createTally, needsOf, type Bucket } from '../../../src/audit/reconcile/index.ts';
import { audit, bucket, deploymentOf, gapsIn, only, review, tell, unrecorded, world } from './support/audit.ts';
import * as seen from './support/seen.ts';

const { act, deployment, DPL, event, MINUTE, NOON, record, recordId, REFUSED, SECOND } = seen;
const gone = { digest: 'e'.repeat(64), recordId: recordId(1), phase: 'result', deploymentId: DPL } as const;

describe('a claim', () => {
  it('is none of a record that only took another over', () => {
    const links = [{ file: 'x', action: 'deploy', origin: 'adopted', deploymentId: 'dpl_x' }];
    expect(deploymentOf({}, { resultsOf: () => links }).class).toBe('VERIFIED');
  });

  it('is none of a result that names no deployment, or this one', () => {
    const links = [{ file: 'x', action: 'deploy', origin: 'created' }];
    expect(deploymentOf({}, { resultsOf: () => links }).class).toBe('VERIFIED');
    const own = [{ ...links[0], file: 'y', action: 'deploy', deploymentId: DPL }];
    expect(deploymentOf({}, { resultsOf: () => own }).class).toBe('VERIFIED');
  });
});

describe('a failed run', () => {
  const failed = record({ outcome: 'failed' });

  it('of a preview that has served production contradicts it', () => {
    const preview = { target: 'preview', outcome: 'failed', deployment: { target: 'preview' } };
    const row = deploymentOf({ deployments: [deployment({ target: 'preview' })], records: [record(preview)] });
    expect(row.reasons[0]).toMatch(/the run ended failed, and Vercel serves it: READY, target preview, PROMOTED/);
  });

  it('does not, where the record of another run has put it into production', () => {
    expect(deploymentOf({ records: [failed, act('promote', { actsOn: DPL })] }).class).toBe('VERIFIED');
    const own = act('promote', { actsOn: DPL, recordId: recordId(1) });
    expect(deploymentOf({ records: [failed, own] }).class).toBe('MISMATCH');
  });

  it('of production that was built and is held back serves nobody', () => {
    for (const readySubstate of ['STAGED', 'ROLLING']) {
      expect(deploymentOf({ deployments: [deployment({ readySubstate })], records: [failed] }).class).toBe('VERIFIED');
    }
    const bare = seen.without(deployment(), 'readySubstate');
    expect(deploymentOf({ deployments: [bare], records: [failed] }).class).toBe('MISMATCH');
  });
});

describe('a record that is gone where a folder could not be read', () => {
  it('is counted as not checkable, and told once', () => {
    const { rows, unlisted } = audit({ records: [], removed: [gone] }, { gaps: gapsIn('records') });
    expect(rows).toHaveLength(1);
    expect(unlisted).toEqual({ NOT_CHECKABLE: 1 });
  });

  it('is told of by itself, beside a finding that stands without it', () => {
    const { rows } = audit({ records: [], removed: [gone] }, { gaps: gapsIn('records'), removedOf: () => [] });
    expect(
      rows
        .map((row) => row.reasons)
        .flat()
        .join(' ')
        .match(/could not be read/g),
    ).toHaveLength(1);
    const forged = unrecorded({}, { gaps: gapsIn('records'), pipeline: () => ({ absent: true }) });
    expect(forged).toMatchObject({
      class: 'FORGED_LINK',
      reasons: [expect.stringMatching(/no such one/), 'Not all records were read: The records could not be read.'],
    });
  });
});

describe('a bucket', () => {
  it('without a deployment, but for a file that does not hold, counts none', () => {
    const deletion = event({ type: 'deployment-delete', principalType: 'system' });
    const of: Bucket = bucket({ deployments: [], events: [deletion], records: [record({}, { verdict: REFUSED })] });
    const tally = createTally({ scope: world().scope });
    tally.add(of, classify(of, world()));
    expect(tally.finish().counts).toMatchObject({ deployment: { seen: 0 }, record: { seen: 1 } });
  });

  it('counts a deployment by its record and any event, where it is of the period', () => {
    const deletion = event({ type: 'deployment-delete', principalType: 'system' });
    const { since, until } = world().scope;
    for (const [createdAt, count] of [
      [since - 1, 0],
      [since, 1],
      [until - 1, 1],
      [until, 0],
    ] as const) {
      const of = bucket({ deployments: [], events: [deletion], records: [record({ deployment: { createdAt } })] });
      const tally = createTally({ scope: world().scope });
      tally.add(of, classify(of, world()));
      expect(tally.finish().counts.deployment.seen).toBe(count);
    }
  });

  it('asks for no review of a cleanup', () => {
    const deletion = event({ id: 'uev_d', type: 'deployment-delete', at: NOON + 10 * MINUTE });
    const preview = { target: 'preview', deployment: { target: 'preview', readySubstate: 'STAGED' } };
    const of = bucket({
      deployments: [deployment({ target: 'preview', readySubstate: 'STAGED' })],
      events: [event(), deletion],
      records: [record(preview), act('cleanup', { removed: [DPL] })],
    });
    expect(needsOf(of, world({ review: () => ({ unknown: 'Not asked.' }) })).reviews).toEqual([]);
    const promotion = { ...deletion, type: 'manual-deployment-promotion-created' };
    const promoted = bucket({
      ...of,
      events: [event(), promotion],
      records: [record(preview), act('promote', { actsOn: DPL })],
    });
    expect(needsOf(promoted, world({ review: () => ({ unknown: 'Not asked.' }) })).reviews).toHaveLength(1);
  });
});

describe('what is told of a review', () => {
  it.each([
    [[], 'Pull request 7, approved by nobody.'],
    [['Grace', 'Linus'], 'Pull request 7, approved by Grace, Linus.'],
  ])('approved by %j', (approvedBy, found) => {
    const approvals = approvedBy.map((by) => ({ by, at: NOON }));
    const row = deploymentOf({}, { review: () => ({ found: review({ approvals }) }) });
    expect(row.checks.at(-1)).toEqual({ name: 'review', state: 'ok', found });
  });

  it('approved before it, and not what was approved later, or nobody knows when', () => {
    const approvals = [{ by: 'Eve', at: NOON + 1 }, { by: 'Grace', at: NOON }, { by: 'Mallory' }];
    const row = deploymentOf({}, { review: () => ({ found: review({ approvals }) }) });
    expect(row.review).toEqual({ pullRequest: 7, author: 'Ada', approvedBy: ['Grace'] });
    expect(row.checks.at(-1)?.found).toBe('Pull request 7, approved by Grace, and later, or at an unknown time, by 2.');
  });

  it('opened later is none', () => {
    const late = review({ createdAt: NOON + 1, approvals: [{ by: 'Grace', at: NOON + 2 }] });
    const row = deploymentOf({}, { review: () => ({ found: late }) });
    const found = 'Pull request 7 was opened later, at 2026-11-10T12:00:00.001Z.';
    expect([row.review, row.checks.at(-1)]).toEqual([undefined, { name: 'review', state: 'none', found }]);
  });

  it('is as it was when production was moved, of a promotion', () => {
    const at = NOON + 10 * MINUTE;
    const promotion = event({ id: 'uev_p', type: 'manual-deployment-promotion-created', at });
    const approvals = [
      { by: 'Grace', at: at - 1 },
      { by: 'Eve', at: at + 1 },
    ];
    const of = { events: [event(), promotion], records: [record(), act('promote', { actsOn: DPL })] };
    const { rows } = audit(of, { review: () => ({ found: review({ approvals }) }) });
    expect(rows.map((row) => row.review?.approvedBy)).toEqual([[], ['Grace']]);
  });
});

it('nothing tells that a deployment was brought back', () => {
  const back = event({ id: 'uev_u', type: 'deployment-undeleted', at: NOON + 15 * SECOND });
  const row = only(
    'change',
    audit({ events: [event(), back], records: [record(), act('cleanup', { removed: [DPL], startedAt: NOON })] }),
  );
  expect(tell(row)).toMatch(/UNRECORDED_DELETION: No record tells of this undeletion/);
});
