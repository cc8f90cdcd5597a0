import { describe, expect, it } from '@jest/globals';
import { classify, createTally, type Bucket } from '../../../src/audit/reconcile/index.ts';
import type { SeenDeployment } from '../../../src/audit/types.ts';
import { audit, bucket, tell, world } from './support/audit.ts';
import * as seen from './support/seen.ts';

const { deployment, event, NOON, record, REFUSED, DAY } = seen;

describe('names of a prototype', () => {
  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('as %s are names as others', (name) => {
    const of: Bucket = bucket({
      deployments: [deployment({ id: name })],
      events: [
        event({ id: name, deploymentId: name }),
        event({ id: `${name}2`, type: 'alias', deploymentId: name, alias: name }),
      ],
      records: [
        record({ deployment: { id: name } }),
        record({ recordId: name }, { file: name, digest: name, verdict: REFUSED }),
      ],
      removed: [{ digest: name, recordId: name, phase: 'result', deploymentId: name }],
    });
    const told = classify(of, world());
    expect(told.rows.map(({ kind, id, class: klass }) => [kind, id, klass])).toEqual([
      ['deployment', name, 'VERIFIED'],
      ['change', `${name}2`, 'UNRECORDED_ALIAS'],
      ['record', name, 'UNVERIFIABLE'],
      ['record', name, 'RECORD_REMOVED'],
    ]);
    const tally = createTally({ scope: world().scope });
    tally.add(of, told);
    expect(tally.finish().counts.record).toEqual({
      seen: 3,
      classes: { VERIFIED: 1, UNVERIFIABLE: 1, RECORD_REMOVED: 1 },
    });
  });
});

describe('what comes from outside', () => {
  it.each([NaN, Infinity, -1e300, 8.65e15])('as the time %d is told and not believed', (at) => {
    const { rows } = audit({ deployments: [deployment({ createdAt: at })] });
    expect(rows[0]?.class).toBe('MISMATCH');
    expect(rows[0]?.reasons.join(' ')).toMatch(/more than a second apart/);
  });

  it('is shown in printable ASCII and cut', () => {
    const evil = `\u001b[31m${'x'.repeat(500)}\u202e`;
    const { rows } = audit({ deployments: [deployment({ projectId: evil, creatorType: evil, url: evil })] });
    const [row] = rows;
    const texts = [...(row?.reasons ?? []), ...(row?.checks ?? []).map(({ found }) => found)];
    expect(texts.join('')).toMatch(/\\u001b/);
    for (const text of texts) {
      expect(text).toMatch(/^[\x20-\x7e…]*$/);
      expect(text.length).toBeLessThan(1500);
    }
  });

  it('as a record of an earlier time does not come before the one that fits', () => {
    const forged = record(
      { recordId: seen.recordId(9), signedAt: 0, deployment: { createdAt: NOON - DAY, origin: 'adopted' } },
      { file: 'forged', digest: 'f' },
    );
    for (const records of [
      [forged, record()],
      [record(), forged],
    ]) {
      expect(audit({ records }).rows[0]).toMatchObject({ class: 'MISMATCH', record: { file: 'one.result' } });
    }
  });

  it('gives the same whatever its order', () => {
    const second = record(
      { recordId: seen.recordId(2), deployment: { origin: 'adopted', originIntentDigest: seen.INTENT } },
      { file: 'b', digest: 'b' },
    );
    const third = record({}, { file: 'c', digest: 'c', verdict: REFUSED });
    const one = audit({ records: [record(), second, third] })
      .rows.map(tell)
      .sort();
    expect(
      audit({ records: [third, second, record()] })
        .rows.map(tell)
        .sort(),
    ).toEqual(one);
  });
});

describe('many buckets', () => {
  it('are classified one by one, and counted together', () => {
    const tally = createTally({ scope: world().scope });
    const known = world();
    for (let share = 0; share < 64; share += 1) {
      const of = manyOf(share, 100);
      tally.add(of, classify(of, known));
    }
    expect(tally.finish().counts.deployment).toEqual({ seen: 6400, classes: { VERIFIED: 6400 } });
  });
});

function manyOf(share: number, count: number): Bucket {
  const ids = Array.from({ length: count }, (_, index) => `dpl_${String(share)}_${String(index)}`);
  return bucket({
    deployments: ids.map((id): SeenDeployment => deployment({ id })),
    events: ids.map((id) => event({ id: `uev_${id}`, deploymentId: id })),
    records: ids.map((id) => record({ deployment: { id } }, { file: id, digest: id })),
  });
}
