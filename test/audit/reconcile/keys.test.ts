import { describe, expect, it } from '@jest/globals';
import {
  homeOfDeployment,
  homeOfEvent,
  homeOfRecord,
  homeOfRemoved,
  linksOfRecord,
} from '../../../src/audit/reconcile/index.ts';
import { act, deployment, DPL, event, intent, record, recordId, without } from './support/seen.ts';

describe('the key of a bucket', () => {
  it('is the deployment, wherever one is named', () => {
    expect(homeOfDeployment(deployment())).toBe(DPL);
    expect(homeOfEvent(event())).toBe(DPL);
    expect(homeOfEvent(without(event(), 'deploymentId'))).toBe('uev_made');
    expect(homeOfRecord(record())).toBe(DPL);
    expect(homeOfRecord(act('promote', { actsOn: 'dpl_x' }))).toBe('dpl_x');
    expect(homeOfRecord(intent())).toBe(recordId(1));
    expect(homeOfRemoved({ digest: 'e', recordId: 'r', phase: 'result', deploymentId: DPL })).toBe(DPL);
    expect(homeOfRemoved({ digest: 'e', recordId: 'r', phase: 'intent' })).toBe('r');
  });

  it('of a copy is every other deployment, once', () => {
    expect(linksOfRecord(record())).toEqual([]);
    expect(linksOfRecord(record({ rolledBackTo: 'dpl_before' }))).toEqual(['dpl_before']);
    expect(linksOfRecord(act('promote', { actsOn: 'dpl_x' }))).toEqual([]);
    expect(linksOfRecord(act('cleanup', { removed: ['dpl_x', 'dpl_y', 'dpl_x'] }))).toEqual(['dpl_x', 'dpl_y']);
  });
});
