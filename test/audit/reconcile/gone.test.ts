import { describe, expect, it } from '@jest/globals';
import type { Row, SeenEvent, SeenRecord } from '../../../src/audit/types.ts';
import { audit, deploymentOf, gapsIn, only, stateOf, tell } from './support/audit.ts';
import { act, DPL, event, metaOf, MINUTE, NOON, record } from './support/seen.ts';

const told = event({ target: 'production', meta: metaOf(), url: 'site-1.vercel.app' });
const deletion = event({ id: 'uev_d', type: 'deployment-delete', principalType: 'system', at: NOON + MINUTE });

function gone(events: readonly SeenEvent[], records: readonly SeenRecord[] = [record()]): Row {
  return deploymentOf({ deployments: [], events, records });
}

describe('a deployment that the list shows no more', () => {
  it('is held to the target and the intent of its event', () => {
    expect(gone([told, deletion])).toMatchObject({
      class: 'VERIFIED',
      production: true,
      deployment: { deleted: true },
    });
    expect(tell(gone([{ ...told, target: 'preview' }, deletion]))).toMatch(
      /MISMATCH: .*production, and it became preview/,
    );
    const copied = { ...told, meta: metaOf(1, 'c'.repeat(64)) };
    expect(tell(gone([copied, deletion]))).toMatch(
      /MISMATCH: The record says intent aaaaaaaaaaaa…, the event says cccc/,
    );
  });

  it('is held to who made it, by its event', () => {
    const byEve = { ...told, principalType: 'user', principalName: 'Eve' };
    expect(tell(gone([byEve, deletion]))).toMatch(/MISMATCH: .*its creator is an app; Vercel says user \(Eve\)/);
  });

  it('must have been deleted', () => {
    expect(tell(gone([told]))).toMatch(/NOT_CHECKABLE: .*no event tells of its deletion/);
    const back = { ...deletion, id: 'uev_u', type: 'deployment-undeleted', at: NOON + 2 * MINUTE };
    expect(gone([told, deletion, back]).class).toBe('NOT_CHECKABLE');
    const cleanup = act('cleanup', { removed: [DPL] });
    // A record alone is the step's word on what Vercel no longer has.
    expect(gone([told], [record(), cleanup]).class).toBe('NOT_CHECKABLE');
  });

  it('is not checkable where the list has gaps: it may lie in one', () => {
    const of = { deployments: [], events: [told, deletion] };
    expect(tell(deploymentOf(of, { gaps: gapsIn('deployments') }))).toMatch(
      /NOT_CHECKABLE: .*deployments could not be read/,
    );
  });

  it('is not checkable where the event does not tell', () => {
    const row = gone([event(), deletion]);
    expect(tell(row)).toMatch(/NOT_CHECKABLE: .*do not say its target and intent/);
    expect(row).toMatchObject({ deployment: { readyState: 'DELETED' } });
    expect(stateOf(row, 'deployment')).toBe('missing');
  });

  it('is one by its record and any event, though none tells of its creation', () => {
    expect(gone([deletion])).toMatchObject({ class: 'NOT_CHECKABLE', at: NOON, deployment: { deleted: true } });
  });

  it('is named by the row of its deletion', () => {
    const byEve = { ...deletion, principalType: 'user' };
    const row = only('change', audit({ deployments: [], events: [told, byEve] }));
    expect(row).toMatchObject({ class: 'UNRECORDED_DELETION', deployment: { id: DPL, readyState: 'UNKNOWN' } });
  });

  it('without a record is of the target that its event tells, and a change of production by that', () => {
    expect(gone([told, deletion], [])).toMatchObject({ class: 'UNEXPLAINED', production: true, target: 'production' });
    expect(gone([{ ...told, target: 'staging' }], [])).toMatchObject({ production: false, target: 'staging' });
    expect(gone([event()], [])).toMatchObject({ production: false, target: '' });
  });

  it('gives its target to what was done with it', () => {
    const byEve = { ...deletion, principalType: 'user', principalName: 'Eve' };
    const of = (events: readonly SeenEvent[]): Row => only('change', audit({ deployments: [], records: [], events }));
    expect(of([told, byEve])).toMatchObject({ change: 'deletion', production: true, target: 'production' });
    // Of one that was made before the period, the event of the deletion alone may say it.
    expect(of([{ ...byEve, target: 'production' }])).toMatchObject({ production: true, target: 'production' });
    expect(of([{ ...byEve, target: 'preview' }])).toMatchObject({ production: false, target: 'preview' });
  });
});
