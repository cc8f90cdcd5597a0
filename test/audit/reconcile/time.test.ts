import { describe, expect, it } from '@jest/globals';
import { deploymentOf, stateOf, tell } from './support/audit.ts';
import { event, HOUR, KEYLESS, metaOf, NOON, record } from './support/seen.ts';

describe('the time of a keyless record', () => {
  it.each([
    ['a token that had ended', { tokenExpiresAt: NOON - 1 }],
    ['a token that was issued later', { tokenIssuedAt: NOON + 1 }],
  ])('is not known with %s', (_, over) => {
    const row = deploymentOf({ records: [record(over)] });
    expect(tell(row)).toMatch(/UNTIMED: No trusted timestamp, and Vercel's clock does not show it/);
    expect(stateOf(row, 'time')).toBe('bad');
  });

  it('is shown by a timestamp in the life of the token', () => {
    const verdict = { ...KEYLESS, assurance: 'timed', timestampAt: NOON - 2 * HOUR } as const;
    const row = deploymentOf({
      records: [record({ tokenExpiresAt: NOON - HOUR }, { verdict: verdict as typeof KEYLESS })],
    });
    expect(row).toMatchObject({ class: 'VERIFIED', record: { timedBy: 'timestamp' } });
  });

  it('is not shown by one that came after the token', () => {
    const verdict = { ...KEYLESS, timestampAt: NOON + 9 * HOUR };
    expect(deploymentOf({ records: [record({ tokenExpiresAt: NOON - 1 }, { verdict })] }).class).toBe('UNTIMED');
  });

  it('cannot be read of a deployment that is gone with its meta', () => {
    const deletion = event({ id: 'uev_d', type: 'deployment-delete', principalType: 'system', at: NOON + 60_000 });
    const row = deploymentOf({ deployments: [], events: [event({ target: 'production' })] });
    expect(row.class).toBe('NOT_CHECKABLE');
    expect(stateOf(row, 'time')).toBe('missing');
    expect(
      deploymentOf({ deployments: [], events: [event({ target: 'production', meta: metaOf() }), deletion] }).class,
    ).toBe('VERIFIED');
  });
});
