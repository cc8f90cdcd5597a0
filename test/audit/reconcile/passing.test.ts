import { describe, expect, it } from '@jest/globals';
import { needsOf, type Needs, type World } from '../../../src/audit/reconcile/index.ts';
import type { SeenEvent, SeenRecord } from '../../../src/audit/types.ts';
import { audit, bucket, only, stateOf, tell, world } from './support/audit.ts';
import * as seen from './support/seen.ts';

const { deployment, event, HOUR, MANAGED, MINUTE, NOON, record, SECOND, STORED } = seen;
const EVE = { principalId: 'usr_eve', principalType: 'user', principalName: 'Eve', tokenId: 'tok_eve' };
const PROMOTION = 'manual-deployment-promotion-created';
const ROLLBACK = 'instant-rollback-created';
const END = NOON + HOUR;

function change(type: string, at: number): SeenEvent {
  return event({ id: 'uev_change', type, at, ...EVE, alias: 'www.example.com' });
}

/** By a stored credential: nothing of Vercel's says which step had it. The step says that it ran until the next day. */
function lasting(outer: Partial<SeenRecord> = {}): SeenRecord {
  return record({ hop: 'static', signedAt: NOON + 21 * HOUR }, outer);
}

function audited(type: string, at: number, by: SeenRecord, over: Partial<World> = {}) {
  const deployments = [deployment({ creatorType: 'user' })];
  return only('change', audit({ deployments, records: [by], events: [event(), change(type, at)] }, over));
}

function ranUntil(completedAt: number): Pick<World, 'steps'> {
  return { steps: () => ({ found: [{ uuid: seen.STEP, startedAt: NOON - MINUTE, completedAt }] }) };
}

describe.each([PROMOTION, ROLLBACK, 'alias'])('%s in the run of the deploy that made the deployment', (type) => {
  it('is untimed where token and step had ended, however long the record says that it ran', () => {
    const row = audited(type, NOON + 20 * HOUR, lasting());
    expect(tell(row)).toMatch(/UNTIMED: Vercel has written it at .*T08:00:00.*token lived .* to .*T13:00:00/);
    expect(audited(type, END + 5001, lasting()).class).toBe('UNTIMED');
    expect(audited(type, END + 5000, lasting()).class).toBe('VERIFIED');
  });

  it('is in time where the step went on after its token had ended, by a credential that lives longer', () => {
    const row = audited(type, END + 20 * MINUTE, lasting(), ranUntil(END + 21 * MINUTE));
    expect([row.class, stateOf(row, 'time')]).toEqual(['VERIFIED', 'ok']);
    const unknown = audited(type, END + 20 * MINUTE, lasting(), { steps: () => ({ unknown: 'Refused.' }) });
    expect(tell(unknown)).toMatch(/NOT_CHECKABLE: .*after the token's end.*Refused/);
  });

  it('is asked for the step there alone', () => {
    const steps = (at: number): Needs['steps'] => {
      const of = bucket({ records: [lasting()], events: [event(), change(type, at)] });
      return needsOf(of, world({ steps: () => ({ unknown: 'Not asked.' }) })).steps;
    };
    expect(steps(END)).toEqual([]);
    expect(steps(END + 20 * MINUTE)).toMatchObject([{ pipelineUuid: seen.PIPELINE, at: END + 20 * MINUTE }]);
  });

  it('is forged where a stored key has signed, and the step did not run any more', () => {
    const at = NOON + 20 * HOUR;
    expect(audited(type, at, lasting({ verdict: STORED })).class).toBe('FORGED_LINK');
    expect(audited(type, at, lasting({ verdict: STORED }), ranUntil(at)).class).toBe('VERIFIED');
    expect(audited(type, at, lasting({ verdict: MANAGED }), { steps: () => ({ unknown: '' }) }).class).toBe('VERIFIED');
  });
});

it.each([PROMOTION, ROLLBACK])('%s by hand of a preview is not told by the deploy of that, whenever it was', (type) => {
  const target = { target: 'preview', readySubstate: 'PROMOTED' } as const;
  const events = [event(), change(type, NOON + 22 * SECOND)];
  const records = [record({ hop: 'static', target: 'preview', deployment: { target: 'preview', aliases: [] } })];
  const rows = audit({ deployments: [deployment({ ...target, creatorType: 'user' })], records, events });
  expect(only('change', rows).class).toBe(type === PROMOTION ? 'UNRECORDED_PROMOTION' : 'UNRECORDED_ROLLBACK');
});
