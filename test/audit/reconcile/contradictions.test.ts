import { describe, expect, it } from '@jest/globals';
import type { Bucket, World } from '../../../src/audit/reconcile/index.ts';
import { deploymentOf, gapsIn, stateOf } from './support/audit.ts';
import * as seen from './support/seen.ts';

const { deployment, event, metaOf, NOON, pipeline, record, SECOND, MINUTE, DPL } = seen;

interface Contradiction {
  readonly what: string;
  readonly of?: Partial<Bucket>;
  readonly world?: Partial<World>;
  readonly check?: string;
  readonly text: RegExp;
}

const says = (over: seen.Facts): Partial<Bucket> => ({ records: [record(over)] });
const shows = (over: Parameters<typeof deployment>[0]): Partial<Bucket> => ({ deployments: [deployment(over)] });
const build = (over: Parameters<typeof pipeline>[0]): Partial<World> => ({
  pipeline: () => ({ found: pipeline(over) }),
});

const ALL: readonly Contradiction[] = [
  { what: 'team', of: says({ teamId: 'team_b' }), text: /says team team_b, Vercel says team_a/ },
  { what: 'project', of: shows({ projectId: 'prj_b' }), text: /says project prj_a, Vercel says prj_b/ },
  {
    what: 'target',
    of: shows({ target: 'preview', readySubstate: 'STAGED' }),
    text: /to deploy to production, Vercel made it preview/,
  },
  {
    what: 'target of a first deployment, that Vercel turned into production',
    of: says({ target: 'preview' }),
    text: /to deploy to preview, Vercel made it production, as the record says itself/,
  },
  {
    what: 'millisecond of creation',
    of: says({ deployment: { createdAt: NOON + 1 } }),
    text: /12:00:00\.001Z, Vercel says .*12:00:00\.000Z/,
  },
  { what: 'address', of: shows({ url: 'site-2.vercel.app' }), text: /address site-1\.vercel\.app, Vercel says site-2/ },
  {
    what: 'intent',
    of: shows({ meta: metaOf(1, 'c'.repeat(64)) }),
    text: /intent aaaaaaaaaaaa…, .* says cccccccccccc…/,
  },
  {
    what: 'intent, where meta has none',
    of: shows({ meta: {} }),
    text: /intent aaaaaaaaaaaa…, the deployment's meta says none/,
  },
  { what: 'creator', of: shows({ creatorType: 'user', creatorName: 'Eve' }), text: /an app; Vercel says user \(Eve\)/ },
  {
    what: 'commit',
    world: build({ commit: 'f'.repeat(40) }),
    check: 'build',
    text: /commit c0ffee000000…, Bitbucket's build 42 says ffffffffffff…/,
  },
  {
    what: 'number of the build',
    world: build({ buildNumber: 43 }),
    check: 'build',
    text: /says build 42, Bitbucket says 43/,
  },
  {
    what: 'repository',
    world: build({ repositoryUuid: seen.STEP }),
    check: 'build',
    text: /repository 1111.*Bitbucket's build 42 is of 3333/,
  },
  {
    what: 'time of the event',
    of: { events: [event({ at: NOON + 1001 })] },
    check: 'event',
    text: /more than a second apart/,
  },
  {
    what: 'project of the event',
    of: { events: [event({ projectId: 'prj_b' })] },
    check: 'event',
    text: /the event says prj_b/,
  },
  {
    what: 'end',
    of: says({ outcome: 'failed' }),
    text: /the run ended failed, and Vercel serves it: READY, target production, PROMOTED/,
  },
  { what: 'denial', of: says({ outcome: 'denied' }), text: /the run ended denied, and Vercel serves it/ },
];

describe('a record and Vercel or Bitbucket that say differently', () => {
  it.each(ALL)('of the $what are a mismatch', ({ of, world, check = 'deployment', text }) => {
    const row = deploymentOf(of, world);
    expect(row).toMatchObject({ class: 'MISMATCH' });
    expect(row.reasons[0]).toMatch(text);
    expect(stateOf(row, check)).toBe('bad');
  });

  it('decide before what is missing, and name both', () => {
    const row = deploymentOf({ ...says({ teamId: 'team_b' }), events: [] });
    expect(row).toMatchObject({
      class: 'MISMATCH',
      reasons: [/team/, /No event/].map((text) => expect.stringMatching(text)),
    });
  });

  it.each<[string, Partial<Bucket>, Partial<World>]>([
    ['a short commit', {}, build({ commit: seen.COMMIT.slice(0, 12) })],
    ['an address with its scheme', shows({ url: 'https://site-1.vercel.app/' }), {}],
    ['a second between event and creation', { events: [event({ at: NOON + 1000 })] }, {}],
    [
      'a creator who is a user, of a stored credential',
      { ...shows({ creatorType: 'user' }), ...says({ hop: 'static' }) },
      {},
    ],
    [
      'a failed build',
      { ...shows({ readyState: 'ERROR', readySubstate: 'STAGED' }), ...says({ outcome: 'failed' }) },
      {},
    ],
    [
      'a failed test before it was promoted',
      { ...shows({ readySubstate: 'STAGED' }), ...says({ outcome: 'failed' }) },
      {},
    ],
    ['a failed test that rolled back', says({ outcome: 'failed', rolledBackTo: 'dpl_before' }), {}],
  ])('take %s for the same', (_, of, world) => {
    expect(deploymentOf(of, world)).toMatchObject({ class: 'VERIFIED', reasons: [] });
  });

  it('do not mind that a failed run was promoted by someone later: that has a row of its own', () => {
    const later = event({ id: 'uev_p', type: 'manual-deployment-promotion-created', at: NOON + MINUTE });
    expect(deploymentOf({ ...says({ outcome: 'failed' }), events: [event(), later] }).class).toBe('VERIFIED');
    const within = { ...later, at: NOON + 24 * SECOND };
    expect(deploymentOf({ ...says({ outcome: 'failed' }), events: [event(), within] }).class).toBe('MISMATCH');
  });

  it.each(['failed', 'interrupted'])('do not mind that a later run %s that only took it over', (outcome) => {
    const took = { origin: 'adopted', originIntentDigest: seen.INTENT };
    const other = record(
      { recordId: seen.recordId(2), outcome, deployment: took },
      { file: 'two.result', digest: 'd2' },
    );
    expect(deploymentOf({ records: [record(), other] })).toMatchObject({ class: 'VERIFIED', reasons: [] });
  });

  it('are found in a second record beside one that fits', () => {
    const other = record(
      {
        recordId: seen.recordId(2),
        teamId: 'team_b',
        deployment: { origin: 'adopted', originIntentDigest: seen.INTENT },
      },
      { file: 'two.result', digest: 'd2' },
    );
    const row = deploymentOf({ records: [other, record()] });
    expect(row).toMatchObject({ class: 'MISMATCH', record: { file: 'one.result' } });
    expect(row.reasons).toEqual([expect.stringMatching(/says team team_b.*\(two\.result\)/)]);
  });
});

describe('a preview that has served production', () => {
  const preview = {
    ...shows({ target: 'preview' }),
    ...says({ target: 'preview', deployment: { target: 'preview', readySubstate: 'STAGED' } }),
  };

  it('without any event of a promotion is a mismatch, and a change of production', () => {
    const row = deploymentOf(preview);
    expect(row).toMatchObject({
      class: 'MISMATCH',
      production: true,
      reasons: [expect.stringMatching(/served production \(PROMOTED\)/)],
    });
    expect(deploymentOf(preview, { gaps: gapsIn('events') }).class).toBe('NOT_CHECKABLE');
  });

  it('with one, or with a record of one, is as it was recorded', () => {
    const promoted = event({ id: 'uev_p', type: 'manual-deployment-promotion-created', at: NOON + 10 * MINUTE });
    expect(deploymentOf({ ...preview, events: [event(), promoted] }).class).toBe('VERIFIED');
    const records = [...(preview.records ?? []), seen.act('promote', { actsOn: DPL })];
    expect(deploymentOf({ ...preview, records }).class).toBe('VERIFIED');
  });
});
